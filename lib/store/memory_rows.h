/*
 * Rows in memory that know in which batch they were born and died, so that a
 * batch can be seen, committed and rolled back.
 */
#ifndef PISTA_STORE_MEMORY_ROWS_H
#define PISTA_STORE_MEMORY_ROWS_H

#include "store/backend.h"

enum rows_table {
	ROWS_PIECE,
	ROWS_LEAF,
	ROWS_ENTRY,
	ROWS_ONCE,
	ROWS_LOOSE,
	ROWS_POST,
	ROWS_EDITION,
	ROWS_INDEX,
	ROWS_PLACE,
	ROWS_STORIES,
	ROWS_TABLES
};

struct row {
	int64_t key;
	enum rows_table table;
	bool is_new;  /* born in the open batch */
	bool is_dead; /* died in it */
	size_t n;
	uint8_t bytes[];
};

struct rows {
	struct {
		struct row *
		    *row; /* by key; equal keys in the order they came */
		size_t n, cap;
	} table[ROWS_TABLES];
	struct row **touched; /* in the open batch */
	size_t touched_n, touched_cap;
};

/* A copy of n bytes of p as a new row. ERR_NOMEM. */
int rows_add(
    struct rows *r, enum rows_table t, int64_t key, const void *p, size_t n);
/* The same where no row with that key may be seen: ERR_EXISTS. */
int rows_add_only(
    struct rows *r, enum rows_table t, int64_t key, const void *p, size_t n);
int rows_kill(struct rows *r, struct row *row);
/* The one with that key, if there is one. */
int rows_kill_key(struct rows *r, enum rows_table t, int64_t key);
/* Copies a row that is a struct of n bytes; ERR_NOT_FOUND when row is NULL. */
int rows_copy(const struct row *row, void *out, size_t n);
/* The first one seen with a key of at least from; NULL when there is none. */
struct row *rows_from(
    const struct rows *r, enum rows_table t, enum view v, int64_t from);
/* The one seen with that key, or NULL. */
struct row *rows_find(
    const struct rows *r, enum rows_table t, enum view v, int64_t key);
struct row *rows_last(const struct rows *r, enum rows_table t, enum view v);
/* Puts a new version in the place of the row seen with that key, if any. */
int rows_set(
    struct rows *r, enum rows_table t, int64_t key, const void *p, size_t n);

void rows_commit(struct rows *r);
void rows_rollback(struct rows *r);
void rows_free(struct rows *r);

#endif
