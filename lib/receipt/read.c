#include <string.h>

#include "base/err.h"
#include "base/secret.h"
#include "receipt/digits.h"
#include "receipt/receipt.h"
#include "receipt/words.h"

/* What was typed, cut up. Numbers in front of words ("3. abandon") are not
 * part of a receipt; digits count only where there is no word at all. */
struct typed {
	struct fold_word word[RECEIPT_WORDS];
	size_t words;
	char digit[RECEIPT_DIGITS];
	size_t digits;
};

static void
typed_cut(struct text in, struct typed *t)
{
	struct fold_word w;

	memset(t, 0, sizeof(*t));
	while (fold_next(&in, &w) == 0) {
		if (!w.is_digits) {
			if (t->words < RECEIPT_WORDS)
				t->word[t->words] = w;
			t->words++;
			continue;
		}
		for (size_t i = 0; i < w.n; i++, t->digits++) {
			if (t->digits < RECEIPT_DIGITS)
				t->digit[t->digits] = w.s[i];
		}
	}
	secret_wipe(&w, sizeof(w));
}

static int
read_digits(const struct typed *t, size_t list, struct receipt_reading *r)
{
	int err;

	if (t->digits != RECEIPT_DIGITS)
		return ERR_LIMIT;
	err = receipt_from_digits(t->digit, r->value);
	if (err != 0)
		return err;
	receipt_numbers(r->value, r->numbers);
	r->list = list;
	return 0;
}

/* Counts the candidate when it passes and is not the one already found; the
 * first that passes stays in r. */
static void
offer(struct receipt_reading *r, size_t list,
    const uint16_t candidate[static RECEIPT_WORDS],
    const uint16_t typed[static RECEIPT_WORDS], unsigned *found)
{
	uint8_t value[RECEIPT_VALUE_SIZE];

	if (receipt_from_numbers(candidate, value) != 0)
		return;
	if (*found == 0) {
		memcpy(r->value, value, sizeof(value));
		memcpy(r->numbers, typed, sizeof(r->numbers));
		r->list = list;
		*found = 1;
	} else if (!secret_is_equal(r->value, value, sizeof(value))) {
		(*found)++;
	}
	secret_wipe(value, sizeof(value));
}

/* Tries each word's neighbours in the list and each swap of two words. */
static void
correct(struct receipt_reading *r, size_t list,
    const uint16_t typed[static RECEIPT_WORDS], unsigned *found)
{
	uint16_t try[RECEIPT_WORDS];

	memcpy(try, typed, sizeof(try));
	for (size_t i = 0; i < RECEIPT_WORDS; i++) {
		for (uint16_t w = 0; w < RECEIPT_LIST_WORDS; w++) {
			if (!word_is_near(list, typed[i], w))
				continue;
			try[i] = w;
			offer(r, list, try, typed, found);
		}
		try[i] = typed[i];
	}
	for (size_t i = 0; i + 1 < RECEIPT_WORDS; i++) {
		try[i] = typed[i + 1];
		try[i + 1] = typed[i];
		offer(r, list, try, typed, found);
		try[i] = typed[i];
		try[i + 1] = typed[i + 1];
	}
	secret_wipe(try, sizeof(try));
}

/* The numbers of the words in one list; returns how many it knows, and the
 * first that it does not. */
static size_t
understand(const struct typed *t, size_t list,
    uint16_t numbers[static RECEIPT_WORDS], size_t *ret_unknown)
{
	size_t known = 0;

	*ret_unknown = RECEIPT_WORDS;
	for (size_t i = 0; i < RECEIPT_WORDS; i++) {
		if (word_find(list, &t->word[i], &numbers[i]) == 0)
			known++;
		else if (*ret_unknown == RECEIPT_WORDS)
			*ret_unknown = i;
	}
	return known;
}

static void
name_unknown(struct receipt_reading *r, const struct typed *t)
{
	struct text word = t->word[r->unknown].typed;

	if (!text_is_utf8(word))
		return;
	word.n = text_cut_utf8(word, sizeof(r->unknown_word) - 1);
	memcpy(r->unknown_word, word.p, word.n);
	r->unknown_word[word.n] = '\0';
}

static int
read_words(const struct typed *t, size_t list, struct receipt_reading *r)
{
	uint16_t numbers[RECEIPT_WORDS] = { 0 };
	size_t lists = receipt_lists(), best = 0;
	unsigned found = 0;
	int err = ERR_WORD;

	for (size_t k = 0; k < lists && err != 0; k++) {
		size_t l = k == 0 ? list : k <= list ? k - 1 : k;
		size_t unknown;
		size_t known = understand(t, l, numbers, &unknown);

		if (k == 0 || known > best) {
			best = known;
			r->list = l;
			r->unknown = unknown;
			memcpy(r->numbers, numbers, sizeof(numbers));
		}
		if (known < RECEIPT_WORDS)
			continue;
		err = receipt_from_numbers(numbers, r->value);
		if (err == 0) {
			r->list = l;
			memcpy(r->numbers, numbers, sizeof(numbers));
		}
	}
	if (err == ERR_WORD) {
		memset(r->numbers, 0, sizeof(r->numbers));
		name_unknown(r, t);
	}
	for (size_t l = 0; l < lists && err == ERR_CHECK; l++) {
		size_t unknown;
		if (understand(t, l, numbers, &unknown) == RECEIPT_WORDS)
			correct(r, l, numbers, &found);
	}
	if (err == ERR_CHECK) {
		r->is_offer = found == 1;
		if (!r->is_offer)
			secret_wipe(r->value, sizeof(r->value));
	}
	secret_wipe(numbers, sizeof(numbers));
	return err;
}

int
receipt_read(struct text in, size_t list, struct receipt_reading *ret_reading)
{
	struct typed t;
	int err;

	must(list < receipt_lists());
	memset(ret_reading, 0, sizeof(*ret_reading));
	ret_reading->list = list;
	typed_cut(in, &t);
	ret_reading->words = t.words;
	if (t.words == RECEIPT_WORDS)
		err = read_words(&t, list, ret_reading);
	else if (t.words == 0 && t.digits > 0)
		err = read_digits(&t, list, ret_reading);
	else
		err = ERR_LIMIT;
	secret_wipe(&t, sizeof(t));
	return err;
}

bool
receipt_is_word(struct text in, size_t list, unsigned number)
{
	struct typed t;
	bool is_word = false;

	must(list < receipt_lists() && number < RECEIPT_LIST_WORDS);
	typed_cut(in, &t);
	for (size_t l = 0; t.words == 1 && l < receipt_lists(); l++)
		is_word |= word_is(l, number, &t.word[0]);
	secret_wipe(&t, sizeof(t));
	return is_word;
}
