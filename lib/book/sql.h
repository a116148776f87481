/*
 * A database in memory and its statements: each is prepared once, when it is
 * first asked for, and found again by the address of its text. A text is
 * therefore always a literal.
 */
#ifndef PISTA_BOOK_SQL_H
#define PISTA_BOOK_SQL_H

#include <sqlite3.h>
#include <stdint.h>

#include "base/text.h"

#define SQL_STATEMENTS 256

struct sql {
	sqlite3 *db;
	struct {
		const char *text;
		sqlite3_stmt *st;
	} known[SQL_STATEMENTS];
};

/* Empty, without a file. ERR_NOMEM. */
int sql_open(struct sql *s);
/* All of it out of n bytes of size from sqlite3_malloc64, which are taken over,
 * also after an error. ERR_FORMAT. */
int sql_open_bytes(struct sql *s, uint8_t *p, size_t n, size_t size);
/* The database as one run of bytes, borrowed until it changes. */
struct text sql_bytes(struct sql *s);
void sql_close(struct sql *s);

/* Error for a result of SQLite; 0 for OK, ROW and DONE. */
int sql_error(int rc);
/* Statements without parameters. */
int sql_exec(struct sql *s, const char *text);

/*
 * A statement with its parameters, one letter each in types: i int, u uint32_t,
 * l int64_t or uint64_t, t struct text, s C string (NULL: null), b pointer and
 * size_t of a blob, x null. Bytes are borrowed until sql_row is done with it. NULL
 * when there is no memory, which sql_row and sql_run know.
 */
sqlite3_stmt *sql_ask(struct sql *s, const char *text, const char *types, ...);
/* 1 for a row; 0 at the end or an error, both of which end the statement. */
int sql_row(sqlite3_stmt *st);
/* Ends a statement before its last row. */
void sql_end(sqlite3_stmt *st);
/* The same parameters, for a statement that gives no row. */
int sql_run(struct sql *s, const char *text, const char *types, ...);
/* The one number of the one row. ERR_NOT_FOUND. */
int sql_number(struct sql *s, int64_t *ret_number, const char *text,
    const char *types, ...);
/* Puts parameters into a statement from elsewhere, from parameter first on. */
void sql_bind(sqlite3_stmt *st, int first, const char *types, ...);

/* Column values; texts and blobs are borrowed until the next row. */
struct text sql_text(sqlite3_stmt *st, int column);
uint32_t sql_u32(sqlite3_stmt *st, int column);
uint64_t sql_u64(sqlite3_stmt *st, int column);
/* Copies exactly n bytes; zeros when the column holds anything else. */
void sql_copy(sqlite3_stmt *st, int column, void *out, size_t n);

#endif
