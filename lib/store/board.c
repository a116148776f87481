#include <string.h>

#include "base/cursor.h"
#include "base/err.h"
#include "board/edition.h"
#include "store/backend.h"

_Static_assert(STORE_ATTEST_SIZE == EDITION_ATTEST_SIZE, "one attest");

int
store_board_post(struct store *s, const uint8_t *slots, size_t slots_n,
    const uint8_t *strips, size_t strips_n, const uint8_t *attest)
{
	struct post_row p = { .slots_n = (uint32_t)slots_n,
		.strips_n = (uint32_t)strips_n };
	struct buf b;
	int err;

	if (slots_n > BOARD_POST_SLOTS_MAX || strips_n > BOARD_POST_STRIPS_MAX)
		return ERR_LIMIT;
	if ((err = store_stage(s)) != 0)
		return err;
	if (attest != NULL)
		memcpy(p.attest, attest, sizeof(p.attest));
	buf_init(&b, BOARD_POST_SLOTS_MAX * SLOT_SIZE +
			 BOARD_POST_STRIPS_MAX * STRIP_ENTRY_SIZE);
	buf_put(&b, slots, slots_n * SLOT_SIZE);
	buf_put(&b, strips, strips_n * STRIP_ENTRY_SIZE);
	p.bytes = b.p;
	p.n = b.n;
	if ((err = buf_finish(&b)) == 0)
		err = s->ops->post_put(s->back, &p);
	buf_fini(&b);
	return store_spoil(s, err);
}

struct waiting {
	size_t slots, strips; /* room left */
	struct buf *slots_out, *strips_out;
	uint8_t attest[STORE_ATTEST_SIZE];
	int64_t taken;
	bool is_full;
};

static int
take_post(void *ctx, const struct post_row *p)
{
	size_t slots_size = (size_t)p->slots_n * SLOT_SIZE;
	size_t strips_size = (size_t)p->strips_n * STRIP_ENTRY_SIZE;
	struct waiting *w = ctx;

	if (p->n != slots_size + strips_size)
		return ERR_FORMAT;
	/* First in, first out: a smaller one behind does not overtake. */
	if (p->slots_n > w->slots || p->strips_n > w->strips) {
		w->is_full = true;
		return ERR_LIMIT;
	}
	w->slots -= p->slots_n;
	w->strips -= p->strips_n;
	buf_put(w->slots_out, p->bytes, slots_size);
	buf_put(w->strips_out, p->bytes + slots_size, strips_size);
	/* Of several members' words the one about the newest edition. */
	if (u32_read(p->attest) > u32_read(w->attest))
		memcpy(w->attest, p->attest, sizeof(w->attest));
	w->taken = p->id;
	return 0;
}

int
store_board_waiting(struct store *s, size_t max_slots, size_t max_strips,
    struct buf *ret_slots, struct buf *ret_strips,
    uint8_t ret_attest[static 100])
{
	struct waiting w = { .slots = max_slots,
		.strips = max_strips,
		.slots_out = ret_slots,
		.strips_out = ret_strips };
	int err;

	err = s->ops->post_list(s->back, take_post, &w);
	if (err != 0 && !w.is_full)
		return err;
	if ((err = buf_finish(ret_slots)) != 0 ||
	    (err = buf_finish(ret_strips)) != 0)
		return err;
	memcpy(ret_attest, w.attest, sizeof(w.attest));
	s->taken = w.taken;
	return 0;
}

int
store_board_count(struct store *s, size_t *ret_posts, size_t *ret_slots)
{
	return s->ops->post_count(s->back, ret_posts, ret_slots);
}

int
store_edition_put(struct store *s, uint32_t number, uint32_t day,
    const uint8_t hash[static 32], struct text index, struct text slots)
{
	struct edition_row e = {
		.number = number, .day = day, .size = slots.n
	};
	int err;

	if ((err = store_stage(s)) != 0 ||
	    (err = store_body_new(s, &e.body)) != 0 ||
	    (err = store_body_write(s, e.body, slots.p, slots.n)) != 0)
		return err;
	memcpy(e.hash, hash, sizeof(e.hash));
	if ((err = s->ops->edition_put(s->back, &e, index)) != 0 ||
	    (err = s->ops->loose_drop(s->back, e.body)) != 0 ||
	    (s->taken != 0 &&
		(err = s->ops->post_drop(s->back, s->taken)) != 0))
		return store_spoil(s, err);
	s->taken = 0;
	return 0;
}

int
store_edition_range(struct store *s, uint32_t *ret_oldest, uint32_t *ret_newest,
    uint32_t *ret_day, uint8_t ret_hash[static 32])
{
	struct edition_row oldest = { 0 }, newest = { 0 };
	int err;

	err = s->ops->edition_ends(s->back, VIEW_SYNCED, &oldest, &newest);
	if (err != 0 && err != ERR_NOT_FOUND)
		return err;
	*ret_oldest = oldest.number;
	*ret_newest = newest.number;
	*ret_day = newest.day;
	memcpy(ret_hash, newest.hash, sizeof(newest.hash));
	return 0;
}

int
store_edition_day(struct store *s, uint32_t number, uint32_t *ret_day)
{
	struct edition_row e;
	int err;

	err = s->ops->edition_get(s->back, VIEW_SYNCED, number, &e);
	if (err != 0)
		return err;
	*ret_day = e.day;
	return 0;
}

int
store_edition_index(struct store *s, uint32_t number, struct buf *ret_index)
{
	return s->ops->edition_index(s->back, number, ret_index);
}

int
store_edition_slots(struct store *s, uint32_t number, uint64_t offset,
    void *out, size_t n, size_t *ret_n, uint64_t *ret_total)
{
	struct edition_row e;
	int err;

	err = s->ops->edition_get(s->back, VIEW_SYNCED, number, &e);
	if (err != 0 || (err = store_body_read(
			     s, e.body, 0, e.size, offset, out, n, ret_n)) != 0)
		return err;
	*ret_total = e.size;
	return 0;
}

int
store_edition_drop(struct store *s, uint32_t before)
{
	struct edition_row oldest, newest;
	int err;

	if ((err = store_stage(s)) != 0)
		return err;
	for (;;) {
		err = s->ops->edition_ends(
		    s->back, VIEW_STAGED, &oldest, &newest);
		if (err == ERR_NOT_FOUND)
			return 0;
		if (err != 0)
			return err;
		if (oldest.number >= before)
			return 0;
		/* Its slots are overwritten by the sweep. */
		if ((err = s->ops->loose_put(s->back, oldest.body)) != 0 ||
		    (err = s->ops->edition_drop(s->back, oldest.number)) != 0)
			return store_spoil(s, err);
	}
}
