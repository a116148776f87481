/* Pieces, leaves and entries in SQLite. */
#include <string.h>

#include "base/err.h"
#include "store/sqlite.h"

static int64_t
piece_id(int64_t body, uint64_t piece)
{
	return body * (int64_t)PIECES_MAX + (int64_t)piece;
}

/* The last id a body can have. */
static int64_t
last_id(int64_t body)
{
	return piece_id(body, PIECES_MAX - 1);
}

static int
piece_put(
    struct backend *b, int64_t body, uint64_t piece, const void *p, size_t n)
{
	sqlite3_stmt *st = sqlite_take(b, VIEW_STAGED, SQL_PIECE_PUT);

	sqlite_bind_int(st, 1, piece_id(body, piece));
	sqlite_bind_bytes(st, 2, p, n);
	return sqlite_run(st);
}

static int
piece_get(struct backend *b, int64_t body, uint64_t piece, size_t offset,
    void *out, size_t n)
{
	sqlite3_stmt *st = sqlite_take(b, VIEW_SYNCED, SQL_PIECE_GET);
	const uint8_t *p;
	size_t size;
	int err;

	sqlite_bind_int(st, 1, piece_id(body, piece));
	if ((err = sqlite_step(st)) == 0) {
		p = sqlite3_column_blob(st, 0);
		size = (size_t)sqlite3_column_bytes(st, 0);
		if (offset > size || n > size - offset)
			err = ERR_FORMAT;
		else if (p == NULL)
			err = ERR_NOMEM;
		else
			memcpy(out, p + offset, n);
	}
	sqlite_give(st);
	return err == ERR_NOT_FOUND ? ERR_FORMAT : err;
}

static int
leaf_put(struct backend *b, int64_t body, uint64_t piece,
    const uint8_t leaf[static LEAF_SIZE])
{
	sqlite3_stmt *st = sqlite_take(b, VIEW_STAGED, SQL_LEAF_PUT);

	sqlite_bind_int(st, 1, piece_id(body, piece));
	sqlite_bind_bytes(st, 2, leaf, LEAF_SIZE);
	return sqlite_run(st);
}

static int64_t
limit_of(size_t max)
{
	return max > INT32_MAX ? INT32_MAX : (int64_t)max;
}

static int
leaf_list(struct backend *b, enum view v, int64_t body, uint64_t piece,
    size_t max, leaf_fn *fn, void *ctx)
{
	sqlite3_stmt *st = sqlite_take(b, v, SQL_LEAF_LIST);
	uint8_t leaf[LEAF_SIZE];
	int err;

	sqlite_bind_int(st, 1, piece_id(body, piece));
	sqlite_bind_int(st, 2, last_id(body));
	sqlite_bind_int(st, 3, limit_of(max));
	while ((err = sqlite_step(st)) == 0) {
		if ((err = sqlite_copy(st, 0, leaf, sizeof(leaf))) != 0 ||
		    (err = fn(ctx, leaf)) != 0)
			break;
	}
	sqlite_give(st);
	return err == ERR_NOT_FOUND ? 0 : err;
}

static int
cut(struct backend *b, enum sql n, int64_t from, int64_t to, size_t max,
    size_t *ret_cut)
{
	sqlite3_stmt *st = sqlite_take(b, VIEW_STAGED, n);
	int err;

	sqlite_bind_int(st, 1, from);
	sqlite_bind_int(st, 2, to);
	sqlite_bind_int(st, 3, limit_of(max));
	if ((err = sqlite_run(st)) == 0)
		*ret_cut = (size_t)sqlite3_changes(b->db[VIEW_STAGED]);
	return err;
}

static int
body_cut(struct backend *b, int64_t body, size_t max, size_t *ret_cut)
{
	size_t leaves;
	int err;

	/* Leaves go first or with their pieces: there are never more. */
	if ((err = cut(b, SQL_LEAF_CUT, piece_id(body, 0), last_id(body), max,
		 &leaves)) != 0)
		return err;
	return cut(
	    b, SQL_PIECE_CUT, piece_id(body, 0), last_id(body), max, ret_cut);
}

static int
entry_put(struct backend *b, const struct entry_row *e)
{
	sqlite3_stmt *st = sqlite_take(b, VIEW_STAGED, SQL_ENTRY_PUT);

	sqlite_bind_int(st, 1, (int64_t)e->seq);
	sqlite_bind_int(st, 2, e->type);
	sqlite_bind_int(st, 3, e->day);
	sqlite_bind_int(st, 4, e->deleted);
	sqlite_bind_int(st, 5, (int64_t)e->size);
	sqlite_bind_int(st, 6, e->body);
	sqlite_bind_int(st, 7, e->head_n);
	sqlite_bind_bytes(st, 8, e->digest, sizeof(e->digest));
	sqlite_bind_bytes(st, 9, e->link, sizeof(e->link));
	sqlite_bind_bytes(st, 10, e->hashes, sizeof(e->hashes));
	return sqlite_run(st);
}

static int
entry_set(struct backend *b, const struct entry_row *e)
{
	sqlite3_stmt *st = sqlite_take(b, VIEW_STAGED, SQL_ENTRY_SET);

	sqlite_bind_int(st, 1, (int64_t)e->seq);
	sqlite_bind_int(st, 2, e->deleted);
	sqlite_bind_int(st, 3, (int64_t)e->size);
	sqlite_bind_int(st, 4, e->body);
	sqlite_bind_int(st, 5, e->head_n);
	sqlite_bind_bytes(st, 6, e->hashes, sizeof(e->hashes));
	return sqlite_run(st);
}

static int
read_entry(sqlite3_stmt *st, struct entry_row *ret_entry)
{
	struct entry_row e = { .seq = (uint64_t)sqlite3_column_int64(st, 0),
		.type = (uint8_t)sqlite3_column_int(st, 1),
		.day = (uint32_t)sqlite3_column_int64(st, 2),
		.deleted = (uint32_t)sqlite3_column_int64(st, 3),
		.size = (uint64_t)sqlite3_column_int64(st, 4),
		.body = sqlite3_column_int64(st, 5),
		.head_n = (uint32_t)sqlite3_column_int64(st, 6) };
	int err;

	if ((err = sqlite_copy(st, 7, e.digest, sizeof(e.digest))) != 0 ||
	    (err = sqlite_copy(st, 8, e.link, sizeof(e.link))) != 0 ||
	    (err = sqlite_copy(st, 9, e.hashes, sizeof(e.hashes))) != 0)
		return err;
	*ret_entry = e;
	return 0;
}

static int
entry_list(struct backend *b, enum view v, uint64_t after, size_t max,
    entry_fn *fn, void *ctx)
{
	sqlite3_stmt *st = sqlite_take(b, v, SQL_ENTRY_LIST);
	struct entry_row e;
	int err;

	sqlite_bind_int(st, 1, after > INT64_MAX ? INT64_MAX : (int64_t)after);
	sqlite_bind_int(st, 2, limit_of(max));
	while ((err = sqlite_step(st)) == 0) {
		if ((err = read_entry(st, &e)) != 0 || (err = fn(ctx, &e)) != 0)
			break;
	}
	sqlite_give(st);
	return err == ERR_NOT_FOUND ? 0 : err;
}

/* The one row a statement yields, if any. */
static int
one_entry(sqlite3_stmt *st, struct entry_row *ret_entry)
{
	int err;

	if ((err = sqlite_step(st)) == 0)
		err = read_entry(st, ret_entry);
	sqlite_give(st);
	return err;
}

static int
entry_get(
    struct backend *b, enum view v, uint64_t seq, struct entry_row *ret_entry)
{
	sqlite3_stmt *st = sqlite_take(b, v, SQL_ENTRY_LIST);
	struct entry_row e;
	int err;

	if (seq == 0 || seq > INT64_MAX)
		return ERR_NOT_FOUND;
	sqlite_bind_int(st, 1, (int64_t)seq - 1);
	sqlite_bind_int(st, 2, 1);
	if ((err = one_entry(st, &e)) != 0)
		return err;
	if (e.seq != seq)
		return ERR_NOT_FOUND;
	*ret_entry = e;
	return 0;
}

static int
entry_due(struct backend *b, uint32_t before, struct entry_row *ret_entry)
{
	sqlite3_stmt *st = sqlite_take(b, VIEW_STAGED, SQL_ENTRY_DUE);

	sqlite_bind_int(st, 1, before);
	return one_entry(st, ret_entry);
}

static int
entry_last(struct backend *b, struct entry_row *ret_entry)
{
	return one_entry(
	    sqlite_take(b, VIEW_STAGED, SQL_ENTRY_LAST), ret_entry);
}

static int
once_put(struct backend *b, const uint8_t once[static 16], uint32_t day)
{
	sqlite3_stmt *st = sqlite_take(b, VIEW_STAGED, SQL_ONCE_PUT);

	sqlite_bind_bytes(st, 1, once, 16);
	sqlite_bind_int(st, 2, day);
	return sqlite_run(st);
}

static int
once_cut(struct backend *b, uint32_t before, size_t max, size_t *ret_cut)
{
	sqlite3_stmt *st = sqlite_take(b, VIEW_STAGED, SQL_ONCE_CUT);
	int err;

	sqlite_bind_int(st, 1, before);
	sqlite_bind_int(st, 2, limit_of(max));
	if ((err = sqlite_run(st)) == 0)
		*ret_cut = (size_t)sqlite3_changes(b->db[VIEW_STAGED]);
	return err;
}

static int
loose_put(struct backend *b, int64_t body)
{
	sqlite3_stmt *st = sqlite_take(b, VIEW_STAGED, SQL_LOOSE_PUT);

	sqlite_bind_int(st, 1, body);
	return sqlite_run(st);
}

static int
loose_drop(struct backend *b, int64_t body)
{
	sqlite3_stmt *st = sqlite_take(b, VIEW_STAGED, SQL_LOOSE_DROP);

	sqlite_bind_int(st, 1, body);
	return sqlite_run(st);
}

static int
loose_next(struct backend *b, int64_t after, int64_t *ret_body)
{
	sqlite3_stmt *st = sqlite_take(b, VIEW_STAGED, SQL_LOOSE_NEXT);
	int err;

	sqlite_bind_int(st, 1, after);
	if ((err = sqlite_step(st)) == 0)
		*ret_body = sqlite3_column_int64(st, 0);
	sqlite_give(st);
	return err;
}

const struct backend_ops sqlite_ops = {
	.close = sqlite_close,
	.begin = sqlite_begin,
	.commit = sqlite_commit,
	.rollback = sqlite_rollback,
	.tidy = sqlite_tidy,
	.blur_times = sqlite_blur_times,
	.piece_put = piece_put,
	.piece_get = piece_get,
	.leaf_put = leaf_put,
	.leaf_list = leaf_list,
	.body_cut = body_cut,
	.entry_put = entry_put,
	.entry_set = entry_set,
	.entry_get = entry_get,
	.entry_list = entry_list,
	.entry_due = entry_due,
	.entry_last = entry_last,
	.once_put = once_put,
	.once_cut = once_cut,
	.loose_put = loose_put,
	.loose_drop = loose_drop,
	.loose_next = loose_next,
	.post_put = sqlite_post_put,
	.post_list = sqlite_post_list,
	.post_count = sqlite_post_count,
	.post_drop = sqlite_post_drop,
	.edition_put = sqlite_edition_put,
	.edition_drop = sqlite_edition_drop,
	.edition_get = sqlite_edition_get,
	.edition_ends = sqlite_edition_ends,
	.edition_index = sqlite_edition_index,
	.place_get = sqlite_place_get,
	.place_put = sqlite_place_put,
	.stories_get = sqlite_stories_get,
	.stories_put = sqlite_stories_put,
};
