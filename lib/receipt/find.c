#include <string.h>

#include "base/err.h"
#include "base/secret.h"
#include "receipt/digits.h"
#include "receipt/receipt.h"
#include "receipt/words.h"

#define LISTS_MAX 16
#define ALL_SEEN (1u << RECEIPT_WORDS)

/*
 * A walk over a message. For each list, bit n of `seen` says that the last n
 * words were the first n of the receipt, so one pass finds it at any place.
 */
struct finder {
	uint16_t numbers[RECEIPT_WORDS];
	unsigned seen[LISTS_MAX];
	char digits[RECEIPT_DIGITS];
	char last[RECEIPT_DIGITS]; /* the newest digits, newest last */
	size_t last_n;
};

static bool
is_end_word(struct finder *f, const struct fold_word *w)
{
	bool is_end = false;

	f->last_n = 0;
	for (size_t l = 0; l < receipt_lists(); l++) {
		unsigned seen = 0;
		f->seen[l] |= 1;
		for (size_t i = 0; i < RECEIPT_WORDS; i++) {
			if ((f->seen[l] >> i & 1) != 0 &&
			    word_is(l, f->numbers[i], w))
				seen |= 1u << (i + 1);
		}
		f->seen[l] = seen;
		is_end |= (seen & ALL_SEEN) != 0;
	}
	return is_end;
}

static bool
is_end_digits(struct finder *f, const struct fold_word *w)
{
	for (size_t i = 0; i < w->n; i++) {
		if (f->last_n == RECEIPT_DIGITS) {
			memmove(f->last, f->last + 1, RECEIPT_DIGITS - 1);
			f->last_n--;
		}
		f->last[f->last_n++] = w->s[i];
		if (f->last_n == RECEIPT_DIGITS &&
		    secret_is_equal(f->last, f->digits, RECEIPT_DIGITS))
			return true;
	}
	return false;
}

bool
receipt_is_in(
    struct text message, const uint8_t value[static RECEIPT_VALUE_SIZE])
{
	struct finder f = { .last_n = 0 };
	struct fold_word w = { .n = 0 };
	bool is_in = false;

	must(receipt_lists() <= LISTS_MAX);
	receipt_numbers(value, f.numbers);
	receipt_to_digits(value, f.digits);
	while (!is_in && fold_next(&message, &w) == 0)
		is_in =
		    w.is_digits ? is_end_digits(&f, &w) : is_end_word(&f, &w);
	secret_wipe(&f, sizeof(f));
	secret_wipe(&w, sizeof(w));
	return is_in;
}
