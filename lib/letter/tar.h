/*
 * The one shape of ustar header (POSIX.1-1988) a letter has: a plain file,
 * mode 0644, everything about people and time zero.
 */
#ifndef PISTA_LETTER_TAR_H
#define PISTA_LETTER_TAR_H

#include <stdint.h>

#define TAR_BLOCK 512
#define TAR_END (2 * TAR_BLOCK)

/* path: under 100 bytes; size: at most LETTER_ENTRY_MAX. */
void tar_header(uint8_t out[static TAR_BLOCK], const char *path, uint64_t size);

/* n rounded up to whole blocks. */
uint64_t tar_blocks(uint64_t n);

#endif
