#include "receipt/fold.h"

#include <string.h>

#include "base/err.h"
#include "receipt/tables.h"

static char
fold_char(uint32_t cp)
{
	size_t low = 0, high = fold_ranges_n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		const struct fold_range *r = &fold_ranges[mid];
		if (cp < r->first)
			high = mid;
		else if (cp > r->last)
			low = mid + 1;
		else if (r->to == '0')
			return (char)('0' + (cp - r->first));
		else
			return r->to;
	}
	return '?';
}

/* Folds the first code point of t (a stray byte counts as one) and returns
 * its length in bytes. */
static size_t
fold_first(struct text t, char *ret_c)
{
	uint32_t cp;
	int used = text_next(t, &cp);

	if (used <= 0) {
		*ret_c = '?';
		return 1;
	}
	*ret_c = fold_char(cp);
	return (size_t)used;
}

int
fold_next(struct text *rest, struct fold_word *ret_word)
{
	struct fold_word w = { .n = 0 };

	while (rest->n > 0) {
		char c;
		size_t used = fold_first(*rest, &c);
		bool is_digit = c >= '0' && c <= '9';

		if (w.n > 0 && c == ' ')
			break;
		if (w.n > 0 && c != 0 && w.is_digits &&
		    (!is_digit || w.n == FOLD_WORD_MAX))
			break;
		if (c != 0 && c != ' ') {
			if (w.n == 0) {
				w.typed.p = rest->p;
				w.is_digits = is_digit;
			}
			if (w.n < FOLD_WORD_MAX)
				w.s[w.n++] = c;
		}
		rest->p += used;
		rest->n -= used;
		if (w.n > 0)
			w.typed.n = (size_t)(rest->p - w.typed.p);
	}
	if (w.n == 0)
		return ERR_NOT_FOUND;
	*ret_word = w;
	return 0;
}
