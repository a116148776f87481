#include <string.h>

#include "base/err.h"
#include "board/edition.h"
#include "crypto/hash.h"
#include "crypto/random.h"

/* Appends the waiting slots and filler to b, shuffled. */
static int
put_slots(
    struct buf *b, const struct edition_head *h, const uint8_t *slots, size_t n)
{
	uint8_t filler[SLOT_SIZE];
	size_t start = b->n;
	int err;

	buf_put(b, slots, n * SLOT_SIZE);
	for (size_t i = n; i < h->slots; i++) {
		err = slot_seal_filler(filler, h->newsroom);
		if (err != 0)
			return err;
		buf_put(b, filler, sizeof(filler));
	}
	err = buf_finish(b);
	if (err == 0)
		random_shuffle(b->p + start, h->slots, SLOT_SIZE);
	return err;
}

/* The same for the strip, whose filler is random bytes. */
static int
put_strips(struct buf *b, const struct edition_head *h, const uint8_t *strips,
    size_t n)
{
	uint8_t filler[STRIP_ENTRY_SIZE];
	int err;

	buf_put(b, strips, n * STRIP_ENTRY_SIZE);
	for (size_t i = n; i < h->strips; i++) {
		random_bytes(filler, sizeof(filler));
		buf_put(b, filler, sizeof(filler));
	}
	err = buf_finish(b);
	if (err == 0)
		random_shuffle(b->p, h->strips, STRIP_ENTRY_SIZE);
	return err;
}

int
edition_build(struct edition_head *h, const uint8_t *slots, size_t slots_n,
    const uint8_t *strips, size_t strips_n, struct buf *index_out,
    struct buf *slots_out, uint8_t ret_hash[static 32])
{
	uint8_t index[EDITION_SLOTS_MAX * SLOT_INDEX_SIZE];
	uint8_t strip[EDITION_SLOTS_MAX * STRIP_ENTRY_SIZE];
	size_t start = slots_out->n;
	struct buf b;
	int err;

	if (slots_n > EDITION_SLOTS_MAX || strips_n > EDITION_SLOTS_MAX)
		return ERR_LIMIT;
	h->slots = edition_fill(slots_n);
	h->strips = edition_fill(strips_n);
	if ((err = put_slots(slots_out, h, slots, slots_n)) != 0)
		return err;
	buf_init_fixed(&b, strip, sizeof(strip));
	if ((err = put_strips(&b, h, strips, strips_n)) != 0)
		return err;
	for (size_t i = 0; i < h->slots; i++)
		memcpy(index + i * SLOT_INDEX_SIZE,
		    slots_out->p + start + i * SLOT_SIZE, SLOT_INDEX_SIZE);
	hash_once(h->index_hash, index, h->slots * SLOT_INDEX_SIZE);
	hash_once(h->slots_hash, slots_out->p + start, h->slots * SLOT_SIZE);

	edition_head_put(index_out, h);
	buf_put(index_out, strip, h->strips * STRIP_ENTRY_SIZE);
	buf_put(index_out, index, h->slots * SLOT_INDEX_SIZE);
	if ((err = buf_finish(index_out)) != 0)
		return err;
	edition_hash(ret_hash, h, strip);
	return 0;
}
