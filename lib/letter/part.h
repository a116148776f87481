/*
 * Files that came in parts, each a letter of its own: which letters make which
 * file. docs/formats/letter.md, "Parts".
 */
#ifndef PISTA_LETTER_PART_H
#define PISTA_LETTER_PART_H

#include "letter/letter.h"

/* A letter that holds a part, as the reader of a thread knows it. */
struct part {
	struct letter_part at;
	struct text type;	/* of entry files/1 */
	struct text name;	/* the source's, may be empty */
	uint8_t hash[32];
	size_t file;		/* set by parts_sort: of which file, from 0 */
	bool is_replaced;	/* set by parts_sort: a later one counts instead */
};

/*
 * parts: all of one thread that prove its receipt, in order of seq. Each is of
 * the newest file that is cut into as many parts, has the same type and, where
 * both are told, the same name; of a new file when there is none, or when that
 * one is whole and another part 1 comes. Sent again, the later one counts.
 * ERR_NOMEM.
 */
int parts_sort(struct part *parts, size_t n, size_t *ret_files);

#endif
