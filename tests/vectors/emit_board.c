/*
 * Prints a fresh board of two editions, with one long answer in the first, for
 * the second implementation.
 */
#include <stdio.h>

#include "base/day.h"
#include "base/err.h"
#include "board/edition.h"
#include "board/slot.h"
#include "crypto/random.h"

#define OUT_MAX (1u << 22)
#define OTHERS 9

static uint8_t newsroom[NEWSROOM_ID_SIZE];
static uint8_t value[RECEIPT_VALUE_SIZE];
static struct thread_keys keys;
static struct answer whole = { .day = 20600, .serial = 12345678901 };

static void
put_hex(struct buf *b, const char *name, const void *p, size_t n)
{
	buf_putf(b, "\"%s\":\"", name);
	buf_put_hex(b, p, n);
	buf_puts(b, "\",");
}

/* A text of every kind of trouble, as JSON and as it is. */
static void
make_text(struct buf *text, struct buf *json)
{
	for (unsigned i = 0; i < 900; i++) {
		buf_putf(text,
		    "%u \"\\/\b\t\r\n\x7f\xc2\x85\xf0\x9f\x94\x91\xe4"
		    "\xb8\xad\xc3\xa1<&>",
		    i);
		buf_putf(json,
		    "%u \\\"\\\\/\\b\\t\\r\\n\\u007f\\u0085\xf0\x9f\x94\x91"
		    "\xe4\xb8\xad\xc3\xa1<&>",
		    i);
	}
}

static int
put_slots(struct buf *waiting)
{
	size_t parts = answer_parts(&whole);
	uint8_t slot[SLOT_SIZE];
	int err = 0;

	for (size_t part = 1; err == 0 && part <= parts; part++) {
		err = slot_seal_answer(slot, &keys.pub, newsroom, &whole, part);
		buf_put(waiting, slot, sizeof(slot));
	}
	for (int i = 0; err == 0 && i < OTHERS; i++) {
		err = slot_seal_filler(slot, newsroom);
		buf_put(waiting, slot, sizeof(slot));
	}
	return err != 0 ? err : buf_finish(waiting);
}

static int
put_board(struct buf *index, struct buf *slots, uint32_t *ret_fill)
{
	struct edition_head h = { .number = 1, .day = day_today() };
	uint8_t strip[STRIP_ENTRY_SIZE], hash[32];
	struct buf waiting, none;
	int err;

	buf_init(&waiting, OUT_MAX);
	buf_init(&none, OUT_MAX);
	if ((err = put_slots(&waiting)) != 0)
		goto out;
	for (size_t i = 0; i < sizeof(h.newsroom); i++)
		h.newsroom[i] = newsroom[i];
	strip_seal(strip, keys.pub.slot, 1, STRIP_WRITE_AGAIN);
	err = edition_build(
	    &h, waiting.p, waiting.n / SLOT_SIZE, strip, 1, index, slots, hash);
	if (err != 0)
		goto out;
	*ret_fill = h.slots;
	h.number = 2;
	for (size_t i = 0; i < sizeof(hash); i++)
		h.previous[i] = hash[i];
	err = edition_build(&h, NULL, 0, NULL, 0, index, &none, hash);
out:
	buf_fini(&waiting);
	buf_fini(&none);
	return err;
}

static int
put_all(struct buf *b)
{
	struct buf text, json, index, slots;
	uint32_t fill;
	int err;

	buf_init(&text, OUT_MAX);
	buf_init(&json, OUT_MAX);
	buf_init(&index, OUT_MAX);
	buf_init(&slots, OUT_MAX);
	make_text(&text, &json);
	receipt_random(value);
	random_bytes(newsroom, sizeof(newsroom));
	random_bytes(whole.id, sizeof(whole.id));
	whole.by = TEXT("Redacci\xc3\xb3n");
	whole.text = buf_text(&text);
	if ((err = receipt_keys(value, newsroom, &keys)) != 0 ||
	    (err = put_board(&index, &slots, &fill)) != 0)
		goto out;
	buf_puts(b, "{");
	put_hex(b, "newsroom", newsroom, sizeof(newsroom));
	put_hex(b, "value", value, sizeof(value));
	put_hex(b, "id", whole.id, sizeof(whole.id));
	put_hex(b, "index", index.p, index.n);
	put_hex(b, "slots", slots.p, slots.n);
	buf_puts(b, "\"text\":\"");
	buf_put_text(b, buf_text(&json));
	buf_puts(b, "\",\"by\":\"");
	buf_put_text(b, whole.by);
	buf_putf(b, "\",\"serial\":%llu,\"fill\":%u,\"day\":%u}\n",
	    (unsigned long long)whole.serial, fill, day_today());
	err = buf_finish(b);
out:
	buf_fini(&text);
	buf_fini(&json);
	buf_fini(&index);
	buf_fini(&slots);
	return err;
}

int
main(void)
{
	struct buf b;
	int err = crypto_init();

	buf_init(&b, OUT_MAX);
	if (err == 0)
		err = put_all(&b);
	if (err == 0 && fwrite(b.p, 1, b.n, stdout) != b.n)
		err = ERR_IO;
	if (err != 0)
		fprintf(stderr, "the board %s\n", err_text(err));
	buf_fini(&b);
	return err == 0 ? 0 : 1;
}
