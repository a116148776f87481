#include "board/edition.h"

#include <string.h>

#include "base/err.h"
#include "crypto/hash.h"

#define EDITION_MAGIC "pista/v1 edition"

static const uint32_t fills[] = { 8, 32, 128, EDITION_SLOTS_MAX };

uint32_t
edition_fill(size_t n)
{
	size_t i = 0;

	while (i + 1 < sizeof(fills) / sizeof(fills[0]) && n > fills[i])
		i++;
	return fills[i];
}

void
edition_head_put(struct buf *b, const struct edition_head *h)
{
	buf_puts(b, EDITION_MAGIC);
	buf_put(b, h->newsroom, sizeof(h->newsroom));
	buf_put_u32(b, h->number);
	buf_put_u32(b, h->day);
	buf_put_u32(b, h->slots);
	buf_put_u32(b, h->strips);
	buf_put(b, h->previous, sizeof(h->previous));
	buf_put(b, h->index_hash, sizeof(h->index_hash));
	buf_put(b, h->slots_hash, sizeof(h->slots_hash));
	buf_put(b, h->attest, sizeof(h->attest));
}

int
edition_head_read(struct cursor *c, struct edition_head *ret_head)
{
	struct edition_head h;
	char magic[sizeof(EDITION_MAGIC) - 1];

	cursor_copy(c, magic, sizeof(magic));
	cursor_copy(c, h.newsroom, sizeof(h.newsroom));
	h.number = cursor_u32(c);
	h.day = cursor_u32(c);
	h.slots = cursor_u32(c);
	h.strips = cursor_u32(c);
	cursor_copy(c, h.previous, sizeof(h.previous));
	cursor_copy(c, h.index_hash, sizeof(h.index_hash));
	cursor_copy(c, h.slots_hash, sizeof(h.slots_hash));
	cursor_copy(c, h.attest, sizeof(h.attest));
	if (c->err != 0)
		return c->err;
	if (memcmp(magic, EDITION_MAGIC, sizeof(magic)) != 0 || h.number == 0 ||
	    h.slots != edition_fill(h.slots) ||
	    h.strips != edition_fill(h.strips))
		return ERR_FORMAT;
	*ret_head = h;
	return 0;
}

void
edition_hash(
    uint8_t out[static 32], const struct edition_head *h, const uint8_t *strip)
{
	uint8_t mem[EDITION_HEAD_SIZE];
	struct hash hash;
	struct buf b;

	buf_init_fixed(&b, mem, sizeof(mem));
	edition_head_put(&b, h);
	must(buf_finish(&b) == 0 && b.n == EDITION_HEAD_SIZE);
	hash_init(&hash, HASH_SIZE);
	hash_put(&hash, mem, sizeof(mem));
	hash_put(&hash, strip, (size_t)h->strips * STRIP_ENTRY_SIZE);
	hash_finish(&hash, out);
}

/* True when head follows the edition before it, as far as that is known. */
static bool
is_linked(const struct edition_head *head, const struct edition_view *previous)
{
	static const uint8_t none[HASH_SIZE];

	if (previous != NULL)
		return head->number == previous->head.number + 1 &&
		       memcmp(head->previous, previous->hash, HASH_SIZE) == 0;
	return head->number > 1 || memcmp(head->previous, none, HASH_SIZE) == 0;
}

int
edition_next(struct cursor *c, const uint8_t newsroom[static 16],
    const struct edition_view *previous, struct edition_view *ret_view)
{
	struct edition_view v;
	uint8_t index_hash[HASH_SIZE];
	int err;

	if (c->err == 0 && c->n == 0)
		return ERR_NOT_FOUND;
	err = edition_head_read(c, &v.head);
	if (err != 0)
		return ERR_FORMAT;
	if (memcmp(v.head.newsroom, newsroom, sizeof(v.head.newsroom)) != 0)
		return ERR_NEWSROOM;
	v.strip = cursor_take(c, (size_t)v.head.strips * STRIP_ENTRY_SIZE);
	v.index = cursor_take(c, (size_t)v.head.slots * SLOT_INDEX_SIZE);
	if (c->err != 0)
		return ERR_FORMAT;
	hash_once(index_hash, v.index, (size_t)v.head.slots * SLOT_INDEX_SIZE);
	if (memcmp(index_hash, v.head.index_hash, sizeof(index_hash)) != 0 ||
	    !is_linked(&v.head, previous))
		return ERR_DIGEST;
	edition_hash(v.hash, &v.head, v.strip);
	*ret_view = v;
	return 0;
}

int
edition_check_slots(
    const struct edition_view *v, const uint8_t *slots, size_t n)
{
	uint8_t hash[HASH_SIZE];

	if (n != (size_t)v->head.slots * SLOT_SIZE)
		return ERR_DIGEST;
	hash_once(hash, slots, n);
	if (memcmp(hash, v->head.slots_hash, sizeof(hash)) != 0)
		return ERR_DIGEST;
	for (size_t i = 0; i < v->head.slots; i++) {
		if (memcmp(slots + i * SLOT_SIZE,
			v->index + i * SLOT_INDEX_SIZE, SLOT_INDEX_SIZE) != 0)
			return ERR_DIGEST;
	}
	return 0;
}
