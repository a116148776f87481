#include "base/err.h"
#include "mirror/db.h"

int
mirror_edition_put(struct mirror *m, uint32_t number, const void *p, size_t n)
{
	sqlite3_stmt *st = m->st[S_EDITION_PUT];

	sqlite3_bind_int64(st, 1, number);
	sqlite3_bind_blob64(st, 2, p, n, SQLITE_STATIC);
	return mirror_run(m, S_EDITION_PUT);
}

int
mirror_edition_get(struct mirror *m, uint32_t after, uint32_t *ret_number,
    struct buf *ret_bytes)
{
	sqlite3_stmt *st = m->st[S_EDITION_GET];
	int rc, err;

	sqlite3_bind_int64(st, 1, after);
	rc = sqlite3_step(st);
	err = rc == SQLITE_DONE ? ERR_NOT_FOUND : mirror_error(m, rc);
	if (err == 0) {
		mirror_column_put(st, 1, ret_bytes);
		if ((err = buf_finish(ret_bytes)) == 0)
			*ret_number = (uint32_t)sqlite3_column_int64(st, 0);
	}
	sqlite3_reset(st);
	return err;
}

static int
number(struct mirror *m, enum mirror_statement which, uint32_t *ret_number)
{
	uint64_t n;
	int err = mirror_number(m, which, 0, &n);

	if (err == 0)
		*ret_number = (uint32_t)n;
	return err;
}

int
mirror_edition_last(struct mirror *m, uint32_t *ret_number)
{
	return number(m, S_EDITION_LAST, ret_number);
}

int
mirror_edition_next(struct mirror *m, uint32_t *ret_number)
{
	return number(m, S_NEXT_GET, ret_number);
}

int
mirror_edition_set_next(struct mirror *m, uint32_t next)
{
	sqlite3_bind_int64(m->st[S_NEXT_SET], 1, next);
	return mirror_run(m, S_NEXT_SET);
}

int
mirror_edition_drop(struct mirror *m, uint32_t below)
{
	sqlite3_bind_int64(m->st[S_EDITION_DROP], 1, below);
	return mirror_run(m, S_EDITION_DROP);
}

int
mirror_stories(struct mirror *m, struct buf *ret_json)
{
	sqlite3_stmt *st = m->st[S_STORIES_GET];
	int rc = sqlite3_step(st), err = mirror_error(m, rc);

	if (rc == SQLITE_ROW)
		mirror_column_put(st, 0, ret_json);
	sqlite3_reset(st);
	return err != 0 ? err : buf_finish(ret_json);
}

int
mirror_set_stories(struct mirror *m, struct text json)
{
	sqlite3_stmt *st = m->st[S_STORIES_SET];

	/* A NULL pointer would be NULL, not an empty text. */
	sqlite3_bind_blob64(
	    st, 1, json.n > 0 ? json.p : "", json.n, SQLITE_STATIC);
	return mirror_run(m, S_STORIES_SET);
}
