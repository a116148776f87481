#include "receipt/words.h"

#include <string.h>

#include "base/err.h"
#include "receipt/receipt.h"
#include "receipt/tables.h"

#define PREFIX_MIN 4

size_t
receipt_lists(void)
{
	return word_lists_n;
}

const char *
receipt_list_language(size_t list)
{
	must(list < word_lists_n);
	return word_lists[list].language;
}

int
receipt_list_of(struct text language, size_t *ret_list)
{
	struct text primary = text_cut(&language, '-');

	for (size_t i = 0; i < word_lists_n; i++) {
		if (text_is(primary, word_lists[i].language)) {
			*ret_list = i;
			return 0;
		}
	}
	return ERR_NOT_FOUND;
}

const char *
receipt_word(size_t list, unsigned i)
{
	must(list < word_lists_n && i < LIST_WORDS);
	return word_lists[list].word[i];
}

bool
word_is(size_t list, unsigned number, const struct fold_word *w)
{
	const char *folded = word_lists[list].folded[number];

	if (w->n >= FOLDED_SIZE || strncmp(folded, w->s, w->n) != 0)
		return false;
	return folded[w->n] == '\0' || w->n >= PREFIX_MIN;
}

int
word_find(size_t list, const struct fold_word *w, uint16_t *ret_number)
{
	const struct word_list *l = &word_lists[list];
	size_t low = 0, high = LIST_WORDS;

	/* The first word that is not before w: w itself, if it is a whole
	 * word, or else the first of those that begin with it. */
	while (low < high) {
		size_t mid = low + (high - low) / 2;
		if (strcmp(l->folded[l->order[mid]], w->s) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	if (low == LIST_WORDS || !word_is(list, l->order[low], w))
		return ERR_NOT_FOUND;
	*ret_number = l->order[low];
	return 0;
}

bool
word_is_near(size_t list, unsigned a, unsigned b)
{
	const char *p = word_lists[list].folded[a];
	const char *q = word_lists[list].folded[b];
	size_t pn = strlen(p), qn = strlen(q);

	if (a == b || pn > qn + 1 || qn > pn + 1)
		return false;
	while (*p != '\0' && *p == *q) {
		p++;
		q++;
	}
	if (pn == qn)
		return strcmp(p + 1, q + 1) == 0;
	return pn > qn ? strcmp(p + 1, q) == 0 : strcmp(p, q + 1) == 0;
}
