/*
 * Texts that are nearly the same: a 64-bit simhash (Charikar 2002) over runs of
 * three words. Texts that share any of its four 16-bit bands are compared bit by
 * bit, so that one text is held against few. What is alike is pointed out,
 * nothing more: whoever floods the desk with one text makes it look alike,
 * which it is.
 */
#include <sodium.h>
#include <string.h>

#include "base/err.h"
#include "base/secret.h"
#include "book/inside.h"

#define RUN 3
#define WORDS_MIN 8
#define BYTES_MAX (16 * 1024) /* of a text that are looked at */

/* Lower-case words, one space between; returns how many bytes. */
static size_t
fold_words(struct text in, char *out, size_t size, size_t *ret_words)
{
	size_t i, n = 0, words = 0;
	bool is_in_word = false;

	for (i = 0; i < in.n && n + 1 < size; i++) {
		unsigned char c = (unsigned char)in.p[i];

		if (c >= 'A' && c <= 'Z')
			c = (unsigned char)(c - 'A' + 'a');
		/* All beyond ASCII counts as letters: the marks among it
		 * are few. */
		if (c < 0x80 && !(c >= 'a' && c <= 'z') &&
		    !(c >= '0' && c <= '9')) {
			is_in_word = false;
			continue;
		}
		if (!is_in_word && n > 0)
			out[n++] = ' ';
		words += !is_in_word;
		is_in_word = true;
		out[n++] = (char)c;
	}
	*ret_words = words;
	return n;
}

/*
 * How often each bit of many hashes was set: byte k of lane[b] counts bit k of
 * byte b, and goes over into sum before it is full.
 */
struct tally {
	uint64_t lane[8];
	unsigned n;
	unsigned sum[64], total;
};

static void
tally_flush(struct tally *t)
{
	for (int i = 0; i < 64; i++)
		t->sum[i] += t->lane[i / 8] >> 8 * (i % 8) & 0xff;
	memset(t->lane, 0, sizeof(t->lane));
	t->total += t->n;
	t->n = 0;
}

static void
tally_run(struct tally *t, const char *p, size_t n)
{
	static const uint8_t key[crypto_shorthash_KEYBYTES];
	uint8_t h[crypto_shorthash_BYTES];

	crypto_shorthash(h, (const uint8_t *)p, n, key);
	/* Each bit of a byte into a byte of its own. */
	for (int b = 0; b < 8; b++)
		t->lane[b] += (((h[b] * UINT64_C(0x0101010101010101)) &
				   UINT64_C(0x8040201008040201)) +
				  UINT64_C(0x7f7f7f7f7f7f7f7f)) >>
				  7 &
			      UINT64_C(0x0101010101010101);
	if (++t->n == 255)
		tally_flush(t);
}

uint64_t
near_hash(struct text text, bool *ret_is_long)
{
	char folded[BYTES_MAX];
	size_t starts[RUN] = { 0 }, n, i, words, seen = 1;
	struct tally t = { 0 };
	uint64_t hash = 0;

	n = fold_words(text, folded, sizeof(folded), &words);
	*ret_is_long = words >= WORDS_MIN;
	if (!*ret_is_long)
		return 0;
	/* starts: where the last words begin. */
	for (i = 0; i <= n; i++) {
		if (i < n && folded[i] != ' ')
			continue;
		if (seen >= RUN)
			tally_run(&t, folded + starts[seen % RUN],
			    i - starts[seen % RUN]);
		starts[seen % RUN] = i + 1;
		seen++;
	}
	tally_flush(&t);
	for (i = 0; i < 64; i++)
		if (2 * t.sum[i] > t.total)
			hash |= UINT64_C(1) << i;
	secret_wipe(folded, n);
	return hash;
}

int
near_add(struct book *b, int64_t thread, uint64_t hash)
{
	int64_t before;
	int band, err;

	/* The first tip speaks for its thread. */
	err = sql_number(&b->sql, &before,
	    "SELECT near FROM thread WHERE n = ? AND near IS NOT NULL", "l",
	    thread);
	if (err != ERR_NOT_FOUND)
		return err;
	err = sql_run(&b->sql, "UPDATE thread SET near = ? WHERE n = ?", "ll",
	    hash, thread);
	for (band = 0; band < BANDS && err == 0; band++)
		err = sql_run(&b->sql, "INSERT INTO band VALUES (?, ?)", "ll",
		    (int64_t)(band << 16 | (int)(hash >> 16 * band & 0xffff)),
		    thread);
	return err;
}
