/*
 * Typed text cut into folded words: marks and case dropped; spaces, line
 * breaks and punctuation alike; decimal digits of any script taken.
 */
#ifndef PISTA_RECEIPT_FOLD_H
#define PISTA_RECEIPT_FOLD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

#define FOLD_WORD_MAX 31

struct fold_word {
	char s[FOLD_WORD_MAX + 1];	/* a to z, 0 to 9, '?' for the rest */
	size_t n;	/* of s; a longer word is cut, it is in no list */
	bool is_digits;	/* digits only; a longer run comes in several pieces */
	struct text typed;	/* as it stood; borrowed */
};

/* Cuts the next word off the front of *rest, which need not be valid UTF-8.
 * Digits in front of letters ("3abandon") are a word of their own. 0, or
 * ERR_NOT_FOUND at the end. */
int fold_next(struct text *rest, struct fold_word *ret_word);

#endif
