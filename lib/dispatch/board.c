/*
 * The editions as they came. Whoever fetched them has no key and is not
 * believed: they must follow each other, and what colleagues vouched for must be
 * what is here.
 */
#include <stdio.h>
#include <string.h>

#include "base/day.h"
#include "base/err.h"
#include "crypto/ed25519.h"
#include "crypto/hash.h"
#include "dispatch/inside.h"

#define EDITION_MAX          \
	(EDITION_HEAD_SIZE + \
	    EDITION_SLOTS_MAX * (STRIP_ENTRY_SIZE + SLOT_INDEX_SIZE))
#define ATTEST_TEXT "pista/v1 attest"
#define ATTEST_SIGNED (sizeof(ATTEST_TEXT) - 1 + HASH_SIZE)

static int
alarm_edition(
    struct dispatch *d, uint32_t number, const char *what, const char *words)
{
	char key[24];
	const struct book_alarm a = { .kind = "board",
		.key = key,
		.what = what,
		.number = number,
		.words = words };

	snprintf(key, sizeof(key), "edition:%u", number);
	return book_alarm(d->book, &a);
}

/* The first edition behind after, borrowed from b. ERR_DIGEST for one that is
 * wrong in itself or does not follow previous (NULL: nothing to follow); all other
 * errors are the mirror's. */
static int
read_edition(struct dispatch *d, uint32_t after, struct buf *b,
    const struct edition_view *previous, uint32_t *ret_number,
    struct edition_view *ret_view)
{
	struct edition_view v;
	struct cursor c;
	int err;

	buf_clear(b);
	if ((err = mirror_edition_get(d->mirror, after, ret_number, b)) != 0)
		return err;
	cursor_init(&c, b->p, b->n);
	if (edition_next(&c, d->newsroom, previous, &v) != 0 || c.n != 0 ||
	    v.head.number != *ret_number)
		return ERR_DIGEST;
	*ret_view = v;
	return 0;
}

static void
attest_text(uint8_t out[static ATTEST_SIGNED], const uint8_t hash[static 32])
{
	memcpy(out, ATTEST_TEXT, sizeof(ATTEST_TEXT) - 1);
	memcpy(out + sizeof(ATTEST_TEXT) - 1, hash, HASH_SIZE);
}

/* A colleague's signature over an edition that is another one here. */
static int
check_attest(struct dispatch *d, const struct edition_view *v)
{
	const uint8_t *attest = v->head.attest, *pk = attest + 4;
	uint32_t attested = u32_read(attest), number;
	uint8_t text[ATTEST_SIGNED];
	struct edition_view seen;
	struct buf b;
	int err;

	if (attested == 0 || attested >= v->head.number ||
	    masthead_by_sign(book_card(d->book), pk) == NULL)
		return 0;
	buf_init(&b, EDITION_MAX);
	err = read_edition(d, attested - 1, &b, NULL, &number, &seen);
	if (err == 0 && number == attested) {
		attest_text(text, seen.hash);
		if (ed25519_verify(pk + 32, pk, text, sizeof(text)) != 0)
			err = alarm_edition(d, v->head.number, "attest",
			    "a colleague vouched for an edition of the board "
			    "that is another one here");
	}
	buf_fini(&b);
	return err == ERR_NOMEM ? err : 0;
}

/* Editions between the two may have expired before they were fetched. */
static bool
has_expired_between(const struct dispatch *d, const struct edition_view *v)
{
	if (v->head.number <= d->newest.head.number + 1)
		return false;
	return book_card(d->book)->edition_seconds > 0 ||
	       v->head.day + BOARD_DAYS <= day_today() + 1;
}

static int
take_edition(struct dispatch *d, struct buf *b, uint32_t *ret_number)
{
	struct edition_view v;
	int err;

	err = read_edition(d, d->edition, b, d->has_newest ? &d->newest : NULL,
	    ret_number, &v);
	if (err == ERR_DIGEST && d->has_newest) {
		/* Taken for itself, it shows whether others are missing. */
		err = read_edition(d, d->edition, b, NULL, ret_number, &v);
		if (err == 0 && !has_expired_between(d, &v)) {
			d->is_broken = true;
			err = alarm_edition(d, *ret_number, "missing",
			    "editions of the board are missing, or were "
			    "changed after they appeared");
		}
	}
	if (err == ERR_DIGEST) {
		d->is_broken = true;
		d->has_newest = false;
		return alarm_edition(d, *ret_number, "broken",
		    "an edition of the board is not what it says");
	}
	if (err != 0)
		return err;
	v.strip = v.index = NULL;
	d->newest = v;
	d->has_newest = true;
	return check_attest(d, &v);
}

int
board_check(struct dispatch *d)
{
	uint32_t number = 0;
	struct buf b;
	int err;

	buf_init(&b, EDITION_MAX);
	while ((err = take_edition(d, &b, &number)) == 0)
		d->edition = number;
	buf_fini(&b);
	return err == ERR_NOT_FOUND ? 0 : err;
}

void
board_attest(const struct dispatch *d, uint8_t out[static EDITION_ATTEST_SIZE])
{
	uint8_t text[ATTEST_SIGNED];

	memset(out, 0, EDITION_ATTEST_SIZE);
	if (!d->has_newest || d->is_broken)
		return;
	attest_text(text, d->newest.hash);
	u32_write(out, d->newest.head.number);
	memcpy(out + 4, d->me, sizeof(d->me));
	ed25519_sign(out + 4 + 32, d->sign_seed, text, sizeof(text));
}

int
board_index(struct dispatch *d, uint32_t after, board_fn *each, void *ctx,
    struct buf *ret_index)
{
	struct edition_view v;
	uint32_t number = after;
	struct buf b;
	int err = 0;

	buf_init(&b, EDITION_MAX);
	while (number < d->edition && err == 0) {
		err = read_edition(d, number, &b, NULL, &number, &v);
		if (err == 0)
			err =
			    each(ctx, &v.head, ret_index->n / SLOT_INDEX_SIZE);
		if (err == 0) {
			buf_put(ret_index, v.index,
			    (size_t)v.head.slots * SLOT_INDEX_SIZE);
			err = buf_finish(ret_index);
		}
		/* What is wrong in itself was told when it came. */
		if (err == BOARD_SKIP || err == ERR_DIGEST)
			err = 0;
	}
	buf_fini(&b);
	return err == ERR_NOT_FOUND ? 0 : err;
}
