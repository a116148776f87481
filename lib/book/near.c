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
#include "base/mem.h"
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

static void
count_run(int counts[static 64], const char *p, size_t n)
{
	static const uint8_t key[crypto_shorthash_KEYBYTES];
	uint8_t h[crypto_shorthash_BYTES];
	int i;

	crypto_shorthash(h, (const uint8_t *)p, n, key);
	for (i = 0; i < 64; i++)
		counts[i] += (h[i / 8] >> (i % 8) & 1) != 0 ? 1 : -1;
}

uint64_t
near_hash(struct text text, bool *ret_is_long)
{
	char folded[BYTES_MAX];
	size_t starts[RUN + 1] = { 0 }, n, i, words, seen = 1;
	int counts[64] = { 0 };
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
			count_run(counts, folded + starts[seen % RUN],
			    i - starts[seen % RUN]);
		starts[seen % RUN] = i + 1;
		seen++;
	}
	for (i = 0; i < 64; i++)
		if (counts[i] > 0)
			hash |= UINT64_C(1) << i;
	return hash;
}

int
near_add(struct book *b, int64_t thread, struct text text)
{
	bool is_long;
	uint64_t hash = near_hash(text, &is_long);
	int64_t before;
	int band, err;

	if (!is_long)
		return 0;
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
