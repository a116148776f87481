/*
 * One file of a letter, opened piece by piece out of the mirror. Nothing of it
 * is written anywhere.
 */
#ifndef PISTA_DESK_PLAIN_H
#define PISTA_DESK_PLAIN_H

#include "book/book.h"

struct plain;

/*
 * number 0: the message; files from 1. ERR_NOT_FOUND; ERR_NO_KEY; ERR_BUSY when
 * the mirror does not hold enough to know; errors of open and letter/read.
 */
int plain_new(struct mirror *m, struct book *b,
    const uint8_t newsroom[static 16], uint64_t seq, uint32_t number,
    struct plain **ret_plain);
void plain_free(struct plain **plain); /* wipes */

/* Type, size and path of the file; borrowed. */
const struct letter_entry *plain_entry(const struct plain *p);

/* The next bytes, at most n of them; *ret_n 0 at the end. The last byte comes
 * only when the whole file has been checked against its hash. ERR_BUSY where
 * the mirror ends, ERR_DIGEST and others. */
int plain_read(struct plain *p, uint8_t *out, size_t n, size_t *ret_n);

#endif
