/*
 * Housekeeping in slices: what is overwritten is written to the log as well,
 * so a letter of a gigabyte must not be overwritten at once.
 */
#include <string.h>

#include "base/err.h"
#include "chain/chain.h"
#include "store/backend.h"

#define SLICE_PIECES 16
#define SLICE_ENTRIES 64
#define SLICE_LOOKED_AT 512
#define SLICE_KEYS 512

/* The first loose body that no put is writing. */
static int
next_loose(struct store *s, int64_t *ret_body)
{
	int64_t body = INT64_MIN;
	int err;

	while ((err = s->ops->loose_next(s->back, body, &body)) == 0) {
		if (!store_puts_has(s, body)) {
			*ret_body = body;
			return 0;
		}
	}
	return err;
}

static int
cut_loose(struct store *s, bool *ret_more)
{
	size_t left = SLICE_PIECES, cut;
	int64_t body;
	int err;

	while (left > 0) {
		if ((err = next_loose(s, &body)) == ERR_NOT_FOUND)
			return 0;
		if (err != 0 || (err = store_stage(s)) != 0)
			return err;
		*ret_more = true;
		err = s->ops->body_cut(s->back, body, left, &cut);
		s->has_cut = true;
		if (err == 0 && cut < left)
			err = s->ops->loose_drop(s->back, body);
		if (err != 0)
			return store_spoil(s, err);
		/* A body with no pieces costs something too. */
		left -= cut > 0 ? cut : 1;
	}
	return 0;
}

/* Leaves of e what a deleted letter leaves; its bytes become loose. */
static int
make_gone(struct store *s, struct entry_row *e)
{
	int err;

	if ((err = store_stage(s)) != 0)
		return err;
	if ((err = s->ops->loose_put(s->back, e->body)) != 0)
		return store_spoil(s, err);
	e->body = 0;
	e->size = 0;
	e->head_n = 0;
	e->deleted = 0;
	memset(e->hashes, 0, sizeof(e->hashes));
	return store_spoil(s, s->ops->entry_set(s->back, e));
}

static int
expire_deleted(struct store *s, uint32_t today, bool *ret_more)
{
	struct entry_row e;
	int err;

	if (today <= STORE_SOFT_DAYS)
		return 0;
	for (int i = 0; i < SLICE_ENTRIES; i++) {
		err = s->ops->entry_due(s->back, today - STORE_SOFT_DAYS, &e);
		if (err == ERR_NOT_FOUND)
			return 0;
		if (err != 0 || (err = make_gone(s, &e)) != 0)
			return err;
		*ret_more = true;
	}
	return 0;
}

struct walk {
	uint32_t before; /* entries of an earlier day are past retention */
	uint64_t passed;
	struct entry_row row[SLICE_ENTRIES];
	size_t n;
};

static int
walk_one(void *ctx, const struct entry_row *e)
{
	struct walk *w = ctx;

	/* Days never go back along the chain. */
	if (e->day >= w->before || w->n == SLICE_ENTRIES)
		return ERR_LIMIT;
	if (e->body != 0 && e->type == CHAIN_LETTER)
		w->row[w->n++] = *e;
	w->passed = e->seq;
	return 0;
}

static int
expire_old(struct store *s, uint32_t today, uint32_t days, bool *ret_more)
{
	struct walk w = { .passed = s->swept };
	int err;

	if (days == 0 || today <= days)
		return 0;
	w.before = today - days;
	err = s->ops->entry_list(
	    s->back, VIEW_STAGED, s->swept, SLICE_LOOKED_AT, walk_one, &w);
	if (err != 0 && err != ERR_LIMIT)
		return err;
	for (size_t i = 0; i < w.n; i++) {
		if ((err = make_gone(s, &w.row[i])) != 0)
			return err;
	}
	if (w.passed > s->swept)
		*ret_more = true;
	s->swept = w.passed;
	return 0;
}

static int
cut_once(struct store *s, uint32_t today, bool *ret_more)
{
	size_t cut;
	int err;

	if (s->swept_day == today || today == 0)
		return 0;
	if ((err = store_stage(s)) != 0)
		return err;
	/* Yesterday's are kept, so that each lasts a day at least. */
	err = s->ops->once_cut(s->back, today - 1, SLICE_KEYS, &cut);
	if (err != 0)
		return store_spoil(s, err);
	if (cut == SLICE_KEYS)
		*ret_more = true;
	else
		s->swept_day = today;
	/* Once a day the log is emptied also when nothing was deleted: the
	 * order of what stands in it is that of the letters. */
	s->has_cut = true;
	return 0;
}

int
store_sweep(
    struct store *s, uint32_t today, uint32_t retention_days, bool *ret_more)
{
	bool more = false;
	int err;

	if (s->failed != 0)
		return s->failed;
	if ((err = cut_loose(s, &more)) != 0)
		return err;
	if (!more && (err = expire_deleted(s, today, &more)) != 0)
		return err;
	if (!more && (err = expire_old(s, today, retention_days, &more)) != 0)
		return err;
	if (!more && (err = cut_once(s, today, &more)) != 0)
		return err;
	if (!more && s->has_cut) {
		s->ops->tidy(s->back);
		s->has_cut = false;
	}
	*ret_more = more;
	return 0;
}
