/* Posts, editions and the place in SQLite. */
#include <string.h>

#include "base/err.h"
#include "store/sqlite.h"

int
sqlite_post_put(struct backend *b, const struct post_row *p)
{
	sqlite3_stmt *st = sqlite_take(b, VIEW_STAGED, SQL_POST_PUT);

	sqlite_bind_int(st, 1, p->slots_n);
	sqlite_bind_int(st, 2, p->strips_n);
	sqlite_bind_bytes(st, 3, p->attest, sizeof(p->attest));
	sqlite_bind_bytes(st, 4, p->bytes, p->n);
	return sqlite_run(st);
}

static int
read_post(sqlite3_stmt *st, struct post_row *ret_post)
{
	struct post_row p = { .id = sqlite3_column_int64(st, 0),
		.slots_n = (uint32_t)sqlite3_column_int64(st, 1),
		.strips_n = (uint32_t)sqlite3_column_int64(st, 2) };
	int err;

	if ((err = sqlite_copy(st, 3, p.attest, sizeof(p.attest))) != 0)
		return err;
	p.bytes = sqlite3_column_blob(st, 4);
	p.n = (size_t)sqlite3_column_bytes(st, 4);
	if (p.bytes == NULL && p.n > 0)
		return ERR_NOMEM;
	*ret_post = p;
	return 0;
}

int
sqlite_post_list(struct backend *b, post_fn *fn, void *ctx)
{
	sqlite3_stmt *st = sqlite_take(b, VIEW_STAGED, SQL_POST_LIST);
	struct post_row p;
	int err;

	while ((err = sqlite_step(st)) == 0) {
		if ((err = read_post(st, &p)) != 0 || (err = fn(ctx, &p)) != 0)
			break;
	}
	sqlite_give(st);
	return err == ERR_NOT_FOUND ? 0 : err;
}

int
sqlite_post_count(struct backend *b, size_t *ret_posts, size_t *ret_slots)
{
	sqlite3_stmt *st = sqlite_take(b, VIEW_STAGED, SQL_POST_COUNT);
	int err;

	if ((err = sqlite_step(st)) == 0) {
		*ret_posts = (size_t)sqlite3_column_int64(st, 0);
		*ret_slots = (size_t)sqlite3_column_int64(st, 1);
	}
	sqlite_give(st);
	return err;
}

int
sqlite_post_drop(struct backend *b, int64_t last)
{
	sqlite3_stmt *st = sqlite_take(b, VIEW_STAGED, SQL_POST_DROP);

	sqlite_bind_int(st, 1, last);
	return sqlite_run(st);
}

int
sqlite_edition_put(
    struct backend *b, const struct edition_row *e, struct text index)
{
	sqlite3_stmt *st = sqlite_take(b, VIEW_STAGED, SQL_EDITION_PUT);

	sqlite_bind_int(st, 1, e->number);
	sqlite_bind_int(st, 2, e->day);
	sqlite_bind_bytes(st, 3, e->hash, sizeof(e->hash));
	sqlite_bind_int(st, 4, (int64_t)e->size);
	sqlite_bind_int(st, 5, e->body);
	sqlite_bind_bytes(st, 6, index.p, index.n);
	return sqlite_run(st);
}

int
sqlite_edition_drop(struct backend *b, uint32_t number)
{
	sqlite3_stmt *st = sqlite_take(b, VIEW_STAGED, SQL_EDITION_DROP);

	sqlite_bind_int(st, 1, number);
	return sqlite_run(st);
}

/* The one row a statement yields, if any. */
static int
one_edition(sqlite3_stmt *st, struct edition_row *ret_edition)
{
	struct edition_row e;
	int err;

	if ((err = sqlite_step(st)) == 0) {
		e.number = (uint32_t)sqlite3_column_int64(st, 0);
		e.day = (uint32_t)sqlite3_column_int64(st, 1);
		e.size = (uint64_t)sqlite3_column_int64(st, 3);
		e.body = sqlite3_column_int64(st, 4);
		err = sqlite_copy(st, 2, e.hash, sizeof(e.hash));
	}
	sqlite_give(st);
	if (err == 0)
		*ret_edition = e;
	return err;
}

int
sqlite_edition_get(struct backend *b, enum view v, uint32_t number,
    struct edition_row *ret_edition)
{
	sqlite3_stmt *st = sqlite_take(b, v, SQL_EDITION_GET);

	sqlite_bind_int(st, 1, number);
	return one_edition(st, ret_edition);
}

int
sqlite_edition_ends(struct backend *b, enum view v,
    struct edition_row *ret_oldest, struct edition_row *ret_newest)
{
	struct edition_row oldest, newest;
	int err;

	if ((err = one_edition(
		 sqlite_take(b, v, SQL_EDITION_FIRST), &oldest)) != 0 ||
	    (err = one_edition(sqlite_take(b, v, SQL_EDITION_LAST), &newest)) !=
		0)
		return err;
	*ret_oldest = oldest;
	*ret_newest = newest;
	return 0;
}

/* Appends the one blob a statement yields. */
static int
append_blob(sqlite3_stmt *st, struct buf *b)
{
	const void *p;
	size_t n;
	int err;

	if ((err = sqlite_step(st)) == 0) {
		p = sqlite3_column_blob(st, 0);
		n = (size_t)sqlite3_column_bytes(st, 0);
		if (p == NULL && n > 0)
			err = ERR_NOMEM;
		else
			buf_put(b, p, n);
	}
	sqlite_give(st);
	return err != 0 ? err : buf_finish(b);
}

int
sqlite_edition_index(struct backend *b, uint32_t number, struct buf *ret_index)
{
	sqlite3_stmt *st = sqlite_take(b, VIEW_SYNCED, SQL_EDITION_INDEX);

	sqlite_bind_int(st, 1, number);
	return append_blob(st, ret_index);
}

int
sqlite_place_get(struct backend *b, enum view v, struct place_row *ret_place)
{
	sqlite3_stmt *st = sqlite_take(b, v, SQL_PLACE_GET);
	int err;

	if ((err = sqlite_step(st)) == 0) {
		ret_place->card = (uint64_t)sqlite3_column_int64(st, 0);
		ret_place->serial = (uint64_t)sqlite3_column_int64(st, 1);
		ret_place->due = (uint64_t)sqlite3_column_int64(st, 2);
	}
	sqlite_give(st);
	return err == ERR_NOT_FOUND ? ERR_FORMAT : err;
}

int
sqlite_place_put(struct backend *b, const struct place_row *p)
{
	sqlite3_stmt *st = sqlite_take(b, VIEW_STAGED, SQL_PLACE_PUT);

	sqlite_bind_int(st, 1, (int64_t)p->card);
	sqlite_bind_int(st, 2, (int64_t)p->serial);
	sqlite_bind_int(st, 3, (int64_t)p->due);
	return sqlite_run(st);
}

int
sqlite_stories_get(struct backend *b, struct buf *ret_json)
{
	return append_blob(
	    sqlite_take(b, VIEW_SYNCED, SQL_STORIES_GET), ret_json);
}

int
sqlite_stories_put(struct backend *b, struct text json)
{
	sqlite3_stmt *st = sqlite_take(b, VIEW_STAGED, SQL_STORIES_PUT);

	sqlite_bind_bytes(st, 1, json.p, json.n);
	return sqlite_run(st);
}
