/*
 * The database of the mirror: what the files of this room share.
 */
#ifndef PISTA_MIRROR_DB_H
#define PISTA_MIRROR_DB_H

#include <sqlite3.h>
#include <sys/types.h>

#include "mirror/mirror.h"

#define MIRROR_PATH_MAX 1100

enum mirror_statement {
	S_BEGIN,
	S_COMMIT,
	S_ROLLBACK,
	S_LAST,
	S_SINCE,
	S_ADD,
	S_STATE,
	S_SIZE,
	S_GET,
	S_AFTER,
	S_WANTED,
	S_CHANGED,
	S_CHANGE_LAST,
	S_CARD,
	S_HELD,
	S_CHECKED_GET,
	S_CHECKED_SET,
	S_PIECE_GET,
	S_PIECE_PUT,
	S_LEAVES_PUT,
	S_LEAVES_GET,
	S_OUT_PUT,
	S_OUT_GET,
	S_OUT_DROP,
	S_OUT_COUNT,
	S_OUT_LAST,
	S_EDITION_PUT,
	S_EDITION_GET,
	S_EDITION_LAST,
	S_EDITION_DROP,
	S_NEXT_GET,
	S_NEXT_SET,
	S_DUTY_GET,
	S_DUTY_SET,
	S_STORIES_GET,
	S_STORIES_SET,
	S_COUNT
};
extern const char *const mirror_sql[S_COUNT];

struct mirror {
	sqlite3 *db;
	sqlite3_stmt *st[S_COUNT];
	bool is_damaged;
	char path[MIRROR_PATH_MAX];
	/* of the file when it was opened */
	dev_t device;
	ino_t inode;
};

/* The file lies where other processes write, and one of them may have been
 * taken over: what it says of itself runs nothing and makes us allocate
 * little. */
void mirror_distrust(sqlite3 *db);

/* What a result of SQLite means: 0 for every one that is no error. */
int mirror_error(struct mirror *m, int rc);

/* Runs a statement that gives no row. */
int mirror_run(struct mirror *m, enum mirror_statement which);

/* The one number that a statement gives; none when there is no row. */
int mirror_number(struct mirror *m, enum mirror_statement which, uint64_t none,
    uint64_t *ret_number);

/* A column of exactly n bytes. */
int mirror_column(
    struct mirror *m, sqlite3_stmt *st, int column, void *out, int n);

/* Appends a column to out, whatever its size. */
void mirror_column_put(sqlite3_stmt *st, int column, struct buf *out);

/* Makes the tables, brings older ones up to date, or checks that they are ours
 * and of this newsroom. */
int mirror_schema(struct mirror *m, const uint8_t newsroom[static 16]);

#endif
