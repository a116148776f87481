/*
 * Finding folded words in a list.
 */
#ifndef PISTA_RECEIPT_WORDS_H
#define PISTA_RECEIPT_WORDS_H

#include <stdbool.h>
#include <stdint.h>

#include "receipt/fold.h"

/* True when w is word `number` of list: the whole folded word, or a beginning
 * of at least four letters. A list's first four letters are unique, so a
 * beginning never names two words. */
bool word_is(size_t list, unsigned number, const struct fold_word *w);

/* The number of w in list. 0 or ERR_NOT_FOUND. */
int word_find(size_t list, const struct fold_word *w, uint16_t *ret_number);

/* True when the folded words a and b of list are one letter apart: one
 * replaced, added or missing. */
bool word_is_near(size_t list, unsigned a, unsigned b);

#endif
