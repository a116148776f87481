/*
 * The word lists and the fold table, made at build time by tables.py from
 * assets/words, which also checks what is promised here.
 */
#ifndef PISTA_RECEIPT_TABLES_H
#define PISTA_RECEIPT_TABLES_H

#include <stddef.h>
#include <stdint.h>

#define LIST_WORDS 2048
#define WORD_SIZE 12	/* the longest word in NFC and its NUL */
#define FOLDED_SIZE 10	/* the longest folded word and its NUL */

struct word_list {
	char language[4];
	char word[LIST_WORDS][WORD_SIZE];
	char folded[LIST_WORDS][FOLDED_SIZE];	/* a to z; first four unique */
	uint16_t order[LIST_WORDS];	/* numbers in the order of folded */
};
extern const struct word_list word_lists[];
extern const size_t word_lists_n;

/* What the code points first to last fold to: 0 nothing, ' ' a separator, a
 * letter, or '0' for ten digits in a row. Sorted; the rest are letters of no
 * list. */
struct fold_range {
	uint32_t first, last;
	char to;
};
extern const struct fold_range fold_ranges[];
extern const size_t fold_ranges_n;

#endif
