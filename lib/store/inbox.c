#include <string.h>

#include "base/err.h"
#include "chain/chain.h"
#include "store/backend.h"

struct listing {
	store_list_fn *fn;
	void *ctx;
};

static int
list_one(void *ctx, const struct entry_row *e)
{
	const struct listing *l = ctx;
	struct store_entry out = { .seq = e->seq,
		.type = e->type,
		.day = e->day,
		.size = e->size,
		.is_deleted = e->deleted != 0 && e->body != 0,
		.is_gone = e->body == 0 };

	memcpy(out.digest, e->digest, sizeof(out.digest));
	memcpy(out.link, e->link, sizeof(out.link));
	return l->fn(l->ctx, &out);
}

int
store_list(
    struct store *s, uint64_t after, size_t max, store_list_fn *fn, void *ctx)
{
	struct listing l = { fn, ctx };

	return s->ops->entry_list(
	    s->back, VIEW_SYNCED, after, max, list_one, &l);
}

/* The entry, if it has its bytes. */
static int
get(struct store *s, enum view v, uint64_t seq, struct entry_row *ret_entry)
{
	struct entry_row e;
	int err;

	if ((err = s->ops->entry_get(s->back, v, seq, &e)) != 0)
		return err;
	if (e.body == 0)
		return ERR_NOT_FOUND;
	*ret_entry = e;
	return 0;
}

int
store_read(struct store *s, uint64_t seq, uint64_t offset, void *out, size_t n,
    size_t *ret_n, uint64_t *ret_total)
{
	struct entry_row e;
	int err;

	if ((err = get(s, VIEW_SYNCED, seq, &e)) != 0 ||
	    (err = store_body_read(
		 s, e.body, e.head_n, e.size, offset, out, n, ret_n)) != 0)
		return err;
	*ret_total = e.size;
	return 0;
}

static int
append_leaf(void *ctx, const uint8_t *leaf)
{
	struct buf *b = ctx;

	buf_put(b, leaf, LEAF_SIZE);
	return buf_finish(b);
}

int
store_leaves(struct store *s, uint64_t seq, uint64_t first, size_t max,
    uint8_t ret_head[static 32], uint8_t ret_chunk0[static 32],
    struct buf *ret_leaves, uint64_t *ret_total)
{
	struct entry_row e;
	uint64_t chunks;
	int err;

	if ((err = get(s, VIEW_SYNCED, seq, &e)) != 0)
		return err;
	if (e.type != CHAIN_LETTER)
		return ERR_NOT_FOUND;
	chunks = (e.size - e.head_n + STORE_CHUNK_SIZE - 1) / STORE_CHUNK_SIZE;
	/* Leaf 1 is chunk 1, which is piece 2. */
	if (first < chunks - 1 &&
	    (err = s->ops->leaf_list(s->back, VIEW_SYNCED, e.body, first + 2,
		 max, append_leaf, ret_leaves)) != 0)
		return err;
	memcpy(ret_head, e.hashes, 32);
	memcpy(ret_chunk0, e.hashes + 32, 32);
	*ret_total = chunks - 1;
	return 0;
}

static int
mark(struct store *s, uint64_t seq, uint32_t deleted)
{
	struct entry_row e;
	int err;

	if (s->failed != 0)
		return s->failed;
	if ((err = get(s, VIEW_STAGED, seq, &e)) != 0)
		return err;
	if (e.type != CHAIN_LETTER)
		return ERR_DENIED;
	/* Deleting twice does not put the end off. */
	if ((e.deleted != 0) == (deleted != 0))
		return 0;
	if ((err = store_stage(s)) != 0)
		return err;
	e.deleted = deleted;
	return store_spoil(s, s->ops->entry_set(s->back, &e));
}

int
store_delete(struct store *s, uint64_t seq, uint32_t day)
{
	return mark(s, seq, day != 0 ? day : 1);
}

int
store_restore(struct store *s, uint64_t seq)
{
	return mark(s, seq, 0);
}
