/* The back end in memory: a reference for the others, gone with its process. */
#include <string.h>

#include "base/cursor.h"
#include "base/err.h"
#include "base/mem.h"
#include "store/memory.h"

static int64_t
piece_key(int64_t body, uint64_t piece)
{
	return body * (int64_t)PIECES_MAX + (int64_t)piece;
}

static void
memory_close(struct backend *b)
{
	rows_free(&b->rows);
	mem_free(b);
}

static int
memory_begin(struct backend *b)
{
	(void)b;
	return 0;
}

static int
memory_commit(struct backend *b)
{
	rows_commit(&b->rows);
	return 0;
}

static void
memory_rollback(struct backend *b)
{
	rows_rollback(&b->rows);
}

static void
memory_blur_times(const struct backend *b)
{
	(void)b;
}

static void
memory_tidy(struct backend *b)
{
	(void)b;
}

static int
memory_piece_put(
    struct backend *b, int64_t body, uint64_t piece, const void *p, size_t n)
{
	return rows_add_only(
	    &b->rows, ROWS_PIECE, piece_key(body, piece), p, n);
}

static int
memory_piece_get(struct backend *b, int64_t body, uint64_t piece, size_t offset,
    void *out, size_t n)
{
	const struct row *row = rows_find(
	    &b->rows, ROWS_PIECE, VIEW_SYNCED, piece_key(body, piece));

	if (row == NULL || offset > row->n || n > row->n - offset)
		return ERR_FORMAT;
	memcpy(out, row->bytes + offset, n);
	return 0;
}

static int
memory_leaf_put(struct backend *b, int64_t body, uint64_t piece,
    const uint8_t leaf[static LEAF_SIZE])
{
	return rows_add_only(
	    &b->rows, ROWS_LEAF, piece_key(body, piece), leaf, LEAF_SIZE);
}

static int
memory_leaf_list(struct backend *b, enum view v, int64_t body, uint64_t piece,
    size_t max, leaf_fn *fn, void *ctx)
{
	int64_t key = piece_key(body, piece), end = piece_key(body + 1, 0);
	const struct row *row;
	int done;

	for (; max > 0; max--, key = row->key + 1) {
		row = rows_from(&b->rows, ROWS_LEAF, v, key);
		if (row == NULL || row->key >= end)
			return 0;
		if ((done = fn(ctx, row->bytes)) != 0)
			return done;
	}
	return 0;
}

static int
memory_body_cut(struct backend *b, int64_t body, size_t max, size_t *ret_cut)
{
	int64_t start = piece_key(body, 0), end = piece_key(body + 1, 0);
	struct row *row;
	size_t cut;
	int err;

	for (cut = 0; cut < max; cut++) {
		row = rows_from(&b->rows, ROWS_PIECE, VIEW_STAGED, start);
		if (row == NULL || row->key >= end)
			break;
		if ((err = rows_kill_key(&b->rows, ROWS_LEAF, row->key)) != 0 ||
		    (err = rows_kill(&b->rows, row)) != 0)
			return err;
	}
	*ret_cut = cut;
	return 0;
}

static int
memory_entry_put(struct backend *b, const struct entry_row *e)
{
	return rows_add_only(
	    &b->rows, ROWS_ENTRY, (int64_t)e->seq, e, sizeof(*e));
}

static int
memory_entry_set(struct backend *b, const struct entry_row *e)
{
	return rows_set(&b->rows, ROWS_ENTRY, (int64_t)e->seq, e, sizeof(*e));
}

static int
memory_entry_get(
    struct backend *b, enum view v, uint64_t seq, struct entry_row *ret_entry)
{
	if (seq > INT64_MAX)
		return ERR_NOT_FOUND;
	return rows_copy(rows_find(&b->rows, ROWS_ENTRY, v, (int64_t)seq),
	    ret_entry, sizeof(*ret_entry));
}

static int
memory_entry_list(struct backend *b, enum view v, uint64_t after, size_t max,
    entry_fn *fn, void *ctx)
{
	struct entry_row e;
	int done;

	for (; max > 0 && after < INT64_MAX; max--, after = e.seq) {
		if (rows_copy(
			rows_from(&b->rows, ROWS_ENTRY, v, (int64_t)after + 1),
			&e, sizeof(e)) != 0)
			return 0;
		if ((done = fn(ctx, &e)) != 0)
			return done;
	}
	return 0;
}

static int
memory_entry_due(
    struct backend *b, uint32_t before, struct entry_row *ret_entry)
{
	const struct row *row;
	struct entry_row e;
	int64_t seq = 0;

	while (
	    (row = rows_from(&b->rows, ROWS_ENTRY, VIEW_STAGED, seq)) != NULL) {
		seq = row->key + 1;
		(void)rows_copy(row, &e, sizeof(e));
		if (e.body != 0 && e.deleted != 0 && e.deleted < before) {
			*ret_entry = e;
			return 0;
		}
	}
	return ERR_NOT_FOUND;
}

static int
memory_entry_last(struct backend *b, struct entry_row *ret_entry)
{
	return rows_copy(rows_last(&b->rows, ROWS_ENTRY, VIEW_SYNCED),
	    ret_entry, sizeof(*ret_entry));
}

struct once {
	uint8_t key[16];
	uint32_t day;
};

static int
memory_once_put(struct backend *b, const uint8_t once[static 16], uint32_t day)
{
	int64_t key = (int64_t)(u64_read(once) >> 1);
	struct once o = { .day = day };
	const struct row *row;

	memcpy(o.key, once, sizeof(o.key));
	/* Rows of one table key differ in what the key leaves out. */
	for (size_t i = 0; i < b->rows.table[ROWS_ONCE].n; i++) {
		row = b->rows.table[ROWS_ONCE].row[i];
		if (row->key == key && !row->is_dead &&
		    memcmp(row->bytes, once, sizeof(o.key)) == 0)
			return ERR_EXISTS;
	}
	return rows_add(&b->rows, ROWS_ONCE, key, &o, sizeof(o));
}

static int
memory_once_cut(struct backend *b, uint32_t before, size_t max, size_t *ret_cut)
{
	struct once o;
	size_t cut = 0;
	int err;

	for (size_t i = 0; cut < max && i < b->rows.table[ROWS_ONCE].n; i++) {
		struct row *row = b->rows.table[ROWS_ONCE].row[i];

		(void)rows_copy(row, &o, sizeof(o));
		if (row->is_dead || o.day >= before)
			continue;
		if ((err = rows_kill(&b->rows, row)) != 0)
			return err;
		cut++;
	}
	*ret_cut = cut;
	return 0;
}

static int
memory_loose_put(struct backend *b, int64_t body)
{
	return rows_add_only(&b->rows, ROWS_LOOSE, body, NULL, 0);
}

static int
memory_loose_drop(struct backend *b, int64_t body)
{
	return rows_kill_key(&b->rows, ROWS_LOOSE, body);
}

static int
memory_loose_next(struct backend *b, int64_t after, int64_t *ret_body)
{
	const struct row *row =
	    rows_from(&b->rows, ROWS_LOOSE, VIEW_STAGED, after + 1);

	if (row == NULL)
		return ERR_NOT_FOUND;
	*ret_body = row->key;
	return 0;
}

static const struct backend_ops memory_ops = {
	.close = memory_close,
	.begin = memory_begin,
	.commit = memory_commit,
	.rollback = memory_rollback,
	.tidy = memory_tidy,
	.blur_times = memory_blur_times,
	.piece_put = memory_piece_put,
	.piece_get = memory_piece_get,
	.leaf_put = memory_leaf_put,
	.leaf_list = memory_leaf_list,
	.body_cut = memory_body_cut,
	.entry_put = memory_entry_put,
	.entry_set = memory_entry_set,
	.entry_get = memory_entry_get,
	.entry_list = memory_entry_list,
	.entry_due = memory_entry_due,
	.entry_last = memory_entry_last,
	.once_put = memory_once_put,
	.once_cut = memory_once_cut,
	.loose_put = memory_loose_put,
	.loose_drop = memory_loose_drop,
	.loose_next = memory_loose_next,
	.post_put = memory_post_put,
	.post_list = memory_post_list,
	.post_count = memory_post_count,
	.post_drop = memory_post_drop,
	.edition_put = memory_edition_put,
	.edition_drop = memory_edition_drop,
	.edition_get = memory_edition_get,
	.edition_ends = memory_edition_ends,
	.edition_index = memory_edition_index,
	.place_get = memory_place_get,
	.place_put = memory_place_put,
	.stories_get = memory_stories_get,
	.stories_put = memory_stories_put,
};

int
store_open_memory(const uint8_t newsroom[static 16], struct store **ret_store)
{
	struct backend *b;
	int err;

	if ((b = mem_new(1, sizeof(*b))) == NULL)
		return ERR_NOMEM;
	if ((err = store_new(&memory_ops, b, newsroom, ret_store)) != 0)
		memory_close(b);
	return err;
}
