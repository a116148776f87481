/*
 * The database of the mirror, for mirror.c (entries) and bytes.c (what
 * is held of them).
 */
#ifndef PISTA_MIRROR_DB_H
#define PISTA_MIRROR_DB_H

#include <sqlite3.h>

#include "mirror/mirror.h"

enum mirror_statement {
	S_BEGIN,
	S_COMMIT,
	S_LAST,
	S_SINCE,
	S_ADD,
	S_STATE,
	S_GET,
	S_EACH,
	S_HELD,
	S_CHECKED_GET,
	S_CHECKED_SET,
	S_PIECE_GET,
	S_PIECE_PUT,
	S_LEAVES_PUT,
	S_LEAVES_GET,
	S_COUNT
};

struct mirror {
	sqlite3 *db;
	sqlite3_stmt *st[S_COUNT];
};

/* 0 for every result that is no error. */
int mirror_error(int rc);

/* Runs a statement that gives no row. */
int mirror_run(sqlite3_stmt *st);

#endif
