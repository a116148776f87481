#include <string.h>

#include "base/cursor.h"
#include "base/day.h"
#include "base/err.h"
#include "base/secret.h"
#include "board/slot.h"
#include "board/slot_format.h"
#include "crypto/hmac.h"
#include "crypto/random.h"
#include "crypto/x25519.h"

/* Bytes a code point takes inside a JSON text. */
static size_t
json_size(uint32_t cp, size_t utf8_n)
{
	if (answer_is_dropped(cp))
		return 0;
	return cp == '"' || cp == '\\' || cp == '\n' ? 2 : utf8_n;
}

static void
json_put(struct buf *b, struct text t)
{
	uint32_t cp;
	int n;

	for (; (n = text_next(t, &cp)) > 0; t.p += n, t.n -= (size_t)n) {
		if (answer_is_dropped(cp))
			continue;
		if (cp == '\n')
			buf_puts(b, "\\n");
		else if (cp == '"' || cp == '\\')
			buf_putf(b, "\\%c", (int)cp);
		else
			buf_put(b, t.p, (size_t)n);
	}
}

/* The JSON around the text. With part and parts of two digits it has the size
 * that the cutting reckons with, whatever their values. */
static void
answer_put(struct buf *b, const struct answer *whole, size_t part, size_t parts,
    struct text text)
{
	char day[DAY_TEXT_SIZE + 1];

	day_write(day, whole->day);
	buf_puts(b, "{\"kind\":\"answer\",\"id\":\"");
	buf_put_hex(b, whole->id, sizeof(whole->id));
	buf_putf(b,
	    "\",\"part\":%zu,\"parts\":%zu,\"day\":\"%s\",\"serial\":", part,
	    parts, day);
	buf_putf(b, "%llu,\"by\":\"", (unsigned long long)whole->serial);
	json_put(b, whole->by);
	buf_puts(b, "\",\"text\":\"");
	json_put(b, text);
	buf_puts(b, "\"}");
}

/* How many bytes of JSON text a part may hold; 0 when `by` is too long. */
static size_t
part_room(const struct answer *whole)
{
	uint8_t mem[SLOT_JSON_MAX];
	struct buf b;
	size_t room = 0;

	if (whole->by.n > ANSWER_BY_MAX || !text_is_utf8(whole->by) ||
	    whole->serial > ANSWER_SERIAL_MAX)
		return 0;
	buf_init_fixed(&b, mem, sizeof(mem));
	answer_put(&b, whole, SLOT_PARTS_MAX, SLOT_PARTS_MAX, TEXT(""));
	if (buf_finish(&b) == 0)
		room = SLOT_JSON_MAX - b.n;
	secret_wipe(mem, sizeof(mem));
	return room;
}

/* Cuts the longest piece off *rest whose JSON fits into room, between two code
 * points. */
static struct text
part_cut(struct text *rest, size_t room)
{
	struct text piece = { rest->p, 0 };
	uint32_t cp;
	int n;

	while ((n = text_next(*rest, &cp)) > 0) {
		size_t size = json_size(cp, (size_t)n);
		if (size > room)
			break;
		room -= size;
		piece.n += (size_t)n;
		rest->p += n;
		rest->n -= (size_t)n;
	}
	return piece;
}

size_t
answer_parts(const struct answer *whole)
{
	struct text rest = whole->text;
	size_t room = part_room(whole), parts = 0;

	if (room == 0 || !text_is_utf8(rest))
		return 0;
	do {
		part_cut(&rest, room);
		parts++;
	} while (rest.n > 0 && parts <= SLOT_PARTS_MAX);
	return parts > SLOT_PARTS_MAX ? 0 : parts;
}

/* Seals the 4032 bytes of plain. */
static int
slot_seal(uint8_t slot[static SLOT_SIZE], const struct thread_public *to,
    const uint8_t newsroom[static NEWSROOM_ID_SIZE],
    const uint8_t plain[static SLOT_PLAIN_SIZE])
{
	struct hpke_psk psk = slot_psk(to->slot, newsroom);
	uint8_t ephemeral[X25519_SIZE], key[32], tag[HMAC_SIZE];
	int err;

	random_bytes(ephemeral, sizeof(ephemeral));
	x25519_public(slot, ephemeral);
	thread_tag_key(to->slot, key);
	hmac_once(tag, key, sizeof(key), slot, SLOT_ENC_SIZE);
	memcpy(slot + SLOT_ENC_SIZE, tag, SLOT_TAG_SIZE);
	err = hpke_seal(slot + SLOT_INDEX_SIZE, ephemeral, to->reply, &psk,
	    slot, SLOT_INDEX_SIZE, plain, SLOT_PLAIN_SIZE);
	secret_wipe(ephemeral, sizeof(ephemeral));
	secret_wipe(key, sizeof(key));
	return err;
}

int
slot_seal_answer(uint8_t slot[static SLOT_SIZE], const struct thread_public *to,
    const uint8_t newsroom[static NEWSROOM_ID_SIZE], const struct answer *whole,
    size_t part)
{
	size_t parts = answer_parts(whole), room = part_room(whole);
	struct text rest = whole->text, piece = { NULL, 0 };
	uint8_t *plain = NULL;
	struct buf b;
	int err;

	if (parts == 0)
		return room == 0 || !text_is_utf8(rest) ? ERR_FORMAT
							: ERR_LIMIT;
	must(part >= 1 && part <= parts);
	plain = secret_new(SLOT_PLAIN_SIZE);
	if (plain == NULL)
		return ERR_NOMEM;
	for (size_t i = 0; i < part; i++)
		piece = part_cut(&rest, room);
	buf_init_fixed(&b, plain + 2, SLOT_JSON_MAX);
	answer_put(&b, whole, part, parts, piece);
	err = buf_finish(&b);
	if (err != 0)
		goto out;
	u16_write(plain, (uint16_t)b.n);
	err = slot_seal(slot, to, newsroom, plain);
out:
	secret_free(&plain);
	return err;
}

int
slot_seal_filler(uint8_t slot[static SLOT_SIZE],
    const uint8_t newsroom[static NEWSROOM_ID_SIZE])
{
	static const uint8_t plain[SLOT_PLAIN_SIZE];
	struct thread_public nobody = { .thread = { 0 } };
	uint8_t secret[X25519_SIZE];

	random_bytes(secret, sizeof(secret));
	random_bytes(nobody.slot, sizeof(nobody.slot));
	x25519_public(nobody.reply, secret);
	secret_wipe(secret, sizeof(secret));
	return slot_seal(slot, &nobody, newsroom, plain);
}
