#include <string.h>

#include "base/err.h"
#include "crypto/random.h"
#include "dispatch/inside.h"

/* So many are too few for one post, and no more go into one. */
static size_t
filled(size_t n, size_t step)
{
	return n == 0 ? step : (n + step - 1) / step * step;
}

void
slots_init(struct slots *s)
{
	buf_init(&s->b, BOARD_POST_SLOTS_MAX * SLOT_SIZE);
}

void
slots_fini(struct slots *s)
{
	buf_fini(&s->b);
}

size_t
slots_n(const struct slots *s)
{
	return s->b.n / SLOT_SIZE;
}

int
slots_answer(struct dispatch *d, struct slots *s,
    const struct thread_public *to, const struct answer *a, struct event *e)
{
	uint8_t slot[SLOT_SIZE];
	size_t i, parts = answer_parts(a);
	int err = 0;

	if (parts == 0 || slots_n(s) + parts > BOARD_POST_SLOTS_MAX)
		return ERR_LIMIT;
	for (i = 0; i < parts && err == 0; i++) {
		err = slot_seal_answer(slot, to, d->newsroom, a, i + 1);
		memcpy(e->slots[i], slot, sizeof(e->slots[i]));
		buf_put(&s->b, slot, sizeof(slot));
	}
	e->parts = (uint32_t)parts;
	e->slots_n = parts;
	return err != 0 ? err : buf_finish(&s->b);
}

static int
put_post(struct dispatch *d, const struct board_post *content,
    struct parcels *ps, struct parcel **ret_parcel)
{
	struct board_post post = *content;
	uint8_t attest[EDITION_ATTEST_SIZE];
	struct parcel *p;
	int err;

	if ((err = board_check(d)) != 0 ||
	    (err = parcels_add(ps, MIRROR_BOARD, &p)) != 0)
		return err;
	board_attest(d, attest);
	post.attest = attest;
	board_post_put(&p->bytes, &post);
	/* Without strip entries it is good for any edition. */
	p->edition = post.strips_n > 0 ? post.edition : 0;
	if (ret_parcel != NULL)
		*ret_parcel = p;
	return buf_finish(&p->bytes);
}

int
slots_post(struct dispatch *d, struct slots *s, struct parcels *ps)
{
	struct board_post post = { .edition = 1 };
	size_t n = filled(slots_n(s), POST_SLOTS);
	uint8_t slot[SLOT_SIZE];
	int err;

	while (slots_n(s) < n) {
		if ((err = slot_seal_filler(slot, d->newsroom)) != 0)
			return err;
		buf_put(&s->b, slot, sizeof(slot));
		if ((err = buf_finish(&s->b)) != 0)
			return err;
	}
	random_shuffle(s->b.p, n, SLOT_SIZE);
	post.slots = s->b.p;
	post.slots_n = (uint32_t)n;
	return put_post(d, &post, ps, NULL);
}

int
strips_post(struct dispatch *d, struct buf *strips, uint32_t edition,
    struct parcels *ps, struct parcel **ret_parcel)
{
	struct board_post post = { .edition = edition };
	size_t n = filled(strips->n / STRIP_ENTRY_SIZE, POST_STRIPS);
	uint8_t strip[STRIP_ENTRY_SIZE];

	while (strips->n < n * STRIP_ENTRY_SIZE && buf_finish(strips) == 0) {
		random_bytes(strip, sizeof(strip));
		buf_put(strips, strip, sizeof(strip));
	}
	if (buf_finish(strips) != 0)
		return buf_finish(strips);
	random_shuffle(strips->p, n, STRIP_ENTRY_SIZE);
	post.strips = strips->p;
	post.strips_n = (uint32_t)n;
	return put_post(d, &post, ps, ret_parcel);
}
