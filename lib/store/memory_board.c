/* Posts, editions and the place in memory. */
#include <string.h>

#include "base/err.h"
#include "store/memory.h"

int
memory_post_put(struct backend *b, const struct post_row *p)
{
	const struct row *last = rows_last(&b->rows, ROWS_POST, VIEW_STAGED);
	struct post_row stored = *p;
	struct buf bytes;
	int err;

	stored.id = last == NULL ? 1 : last->key + 1;
	stored.bytes = NULL;
	buf_init(&bytes, sizeof(stored) + p->n);
	buf_put(&bytes, &stored, sizeof(stored));
	buf_put(&bytes, p->bytes, p->n);
	if ((err = buf_finish(&bytes)) == 0)
		err =
		    rows_add(&b->rows, ROWS_POST, stored.id, bytes.p, bytes.n);
	buf_fini(&bytes);
	return err;
}

int
memory_post_list(struct backend *b, post_fn *fn, void *ctx)
{
	const struct row *row;
	struct post_row p = { 0 };
	int done;

	while ((row = rows_from(&b->rows, ROWS_POST, VIEW_STAGED, p.id + 1)) !=
	       NULL) {
		memcpy(&p, row->bytes, sizeof(p));
		p.bytes = row->bytes + sizeof(p);
		if ((done = fn(ctx, &p)) != 0)
			return done;
	}
	return 0;
}

static int
count_post(void *ctx, const struct post_row *p)
{
	size_t *counts = ctx;

	counts[0]++;
	counts[1] += p->slots_n;
	return 0;
}

int
memory_post_count(struct backend *b, size_t *ret_posts, size_t *ret_slots)
{
	size_t counts[2] = { 0 };

	(void)memory_post_list(b, count_post, counts);
	*ret_posts = counts[0];
	*ret_slots = counts[1];
	return 0;
}

int
memory_post_drop(struct backend *b, int64_t last)
{
	struct row *row;
	int err;

	while ((row = rows_from(&b->rows, ROWS_POST, VIEW_STAGED, 0)) != NULL &&
	       row->key <= last) {
		if ((err = rows_kill(&b->rows, row)) != 0)
			return err;
	}
	return 0;
}

int
memory_edition_put(
    struct backend *b, const struct edition_row *e, struct text index)
{
	int err;

	if ((err = rows_add_only(
		 &b->rows, ROWS_EDITION, e->number, e, sizeof(*e))) != 0)
		return err;
	return rows_add_only(&b->rows, ROWS_INDEX, e->number, index.p, index.n);
}

int
memory_edition_drop(struct backend *b, uint32_t number)
{
	int err;

	if ((err = rows_kill_key(&b->rows, ROWS_EDITION, number)) != 0)
		return err;
	return rows_kill_key(&b->rows, ROWS_INDEX, number);
}

int
memory_edition_get(struct backend *b, enum view v, uint32_t number,
    struct edition_row *ret_edition)
{
	return rows_copy(rows_find(&b->rows, ROWS_EDITION, v, number),
	    ret_edition, sizeof(*ret_edition));
}

int
memory_edition_ends(struct backend *b, enum view v,
    struct edition_row *ret_oldest, struct edition_row *ret_newest)
{
	int err;

	if ((err = rows_copy(rows_from(&b->rows, ROWS_EDITION, v, 0),
		 ret_oldest, sizeof(*ret_oldest))) != 0)
		return err;
	return rows_copy(rows_last(&b->rows, ROWS_EDITION, v), ret_newest,
	    sizeof(*ret_newest));
}

int
memory_edition_index(struct backend *b, uint32_t number, struct buf *ret_index)
{
	const struct row *row =
	    rows_find(&b->rows, ROWS_INDEX, VIEW_SYNCED, number);

	if (row == NULL)
		return ERR_NOT_FOUND;
	buf_put(ret_index, row->bytes, row->n);
	return buf_finish(ret_index);
}

int
memory_place_get(struct backend *b, enum view v, struct place_row *ret_place)
{
	struct place_row p = { 0 };
	int err;

	err = rows_copy(rows_find(&b->rows, ROWS_PLACE, v, 0), &p, sizeof(p));
	if (err != 0 && err != ERR_NOT_FOUND)
		return err;
	*ret_place = p;
	return 0;
}

int
memory_place_put(struct backend *b, const struct place_row *p)
{
	return rows_set(&b->rows, ROWS_PLACE, 0, p, sizeof(*p));
}

int
memory_stories_get(struct backend *b, struct buf *ret_json)
{
	const struct row *row =
	    rows_find(&b->rows, ROWS_STORIES, VIEW_SYNCED, 0);

	if (row != NULL)
		buf_put(ret_json, row->bytes, row->n);
	return buf_finish(ret_json);
}

int
memory_stories_put(struct backend *b, struct text json)
{
	return rows_set(&b->rows, ROWS_STORIES, 0, json.p, json.n);
}
