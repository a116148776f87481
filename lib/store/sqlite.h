/* Private to the SQLite back end. */
#ifndef PISTA_STORE_SQLITE_H
#define PISTA_STORE_SQLITE_H

#include <sqlite3.h>

#include "store/backend.h"

enum sql {
#define WRITE(name, text) SQL_##name,
#define BOTH(name, text) SQL_##name,
#include "store/sqlite_statements.def"
#undef WRITE
#undef BOTH
	SQL_COUNT
};

struct checkpoint;

struct backend {
	char *path;
	int lock;       /* descriptor of the lock file */
	sqlite3 *db[2]; /* by view: reading, writing */
	sqlite3_stmt *stmt[2][SQL_COUNT];
	struct checkpoint *checkpoint;
};

/* The code for what SQLite said just now; errno is from the same call. */
int sqlite_error(int rc);

/* Opens, sets the pragmas every connection of ours has. path may come to be. */
int sqlite_connect(const char *path, int cache_kib, sqlite3 **ret_db);

/* Makes the tables in an empty file; otherwise checks whose they are. */
int sqlite_check_schema(sqlite3 *db, const uint8_t newsroom[static 16]);

int sqlite_prepare(struct backend *b);

/*
 * Use of a statement: take it, bind from 1 on, then either run it to its end
 * or step through rows, and in that case give it back. Blobs are not copied;
 * they must last until then.
 */
sqlite3_stmt *sqlite_take(struct backend *b, enum view v, enum sql n);
void sqlite_bind_int(sqlite3_stmt *st, int i, int64_t value);
void sqlite_bind_bytes(sqlite3_stmt *st, int i, const void *p, size_t n);
/* 0, ERR_NOT_FOUND when there is no further row. */
int sqlite_step(sqlite3_stmt *st);
void sqlite_give(sqlite3_stmt *st);
int sqlite_run(sqlite3_stmt *st);
/* Copies column i into exactly n bytes: ERR_FORMAT otherwise. */
int sqlite_copy(sqlite3_stmt *st, int i, void *out, size_t n);

extern const struct backend_ops sqlite_ops;
int sqlite_begin(struct backend *b);
int sqlite_commit(struct backend *b);
void sqlite_rollback(struct backend *b);
void sqlite_tidy(struct backend *b);
void sqlite_blur_times(const struct backend *b);
void sqlite_close(struct backend *b);

int sqlite_post_put(struct backend *b, const struct post_row *p);
int sqlite_post_list(struct backend *b, post_fn *fn, void *ctx);
int sqlite_post_count(
    struct backend *b, size_t *ret_posts, size_t *ret_slots);
int sqlite_post_drop(struct backend *b, int64_t last);
int sqlite_edition_put(
    struct backend *b, const struct edition_row *e, struct text index);
int sqlite_edition_drop(struct backend *b, uint32_t number);
int sqlite_edition_get(struct backend *b, enum view v, uint32_t number,
    struct edition_row *ret_edition);
int sqlite_edition_ends(struct backend *b, enum view v,
    struct edition_row *ret_oldest, struct edition_row *ret_newest);
int sqlite_edition_index(
    struct backend *b, uint32_t number, struct buf *ret_index);
int sqlite_place_get(
    struct backend *b, enum view v, struct place_row *ret_place);
int sqlite_place_put(struct backend *b, const struct place_row *p);
int sqlite_stories_get(struct backend *b, struct buf *ret_json);
int sqlite_stories_put(struct backend *b, struct text json);

/*
 * The thread that moves the log into the database, with a connection of its
 * own, so that no commit waits for it as long as the log is of a bounded size.
 */
int checkpoint_start(
    const char *path, sqlite3 *writer, struct checkpoint **ret);
/* Joins it. */
void checkpoint_stop(struct checkpoint **checkpoint);
/* The writer holds this while a batch is open. */
void checkpoint_lock(struct checkpoint *c);
void checkpoint_unlock(struct checkpoint *c);

/* Empties the log as soon as the writer rests. */
void checkpoint_empty(struct checkpoint *c);

#endif
