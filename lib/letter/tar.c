#include "letter/tar.h"

#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "letter/letter.h"

/* The fields of a header: where they stand and what always stands there. */
#define NAME_SIZE 100
#define MODE_AT 100
#define UID_AT 108
#define GID_AT 116
#define SIZE_AT 124
#define SIZE_FIELD 12
#define MTIME_AT 136
#define SUM_AT 148
#define SUM_FIELD 8
#define TYPE_AT 156
#define MAGIC_AT 257

void
tar_header(uint8_t out[static TAR_BLOCK], const char *path, uint64_t size)
{
	char digits[SIZE_FIELD];
	unsigned sum = 0;

	must(strlen(path) < NAME_SIZE && size <= LETTER_ENTRY_MAX);
	memset(out, 0, TAR_BLOCK);
	memcpy(out, path, strlen(path));
	memcpy(out + MODE_AT, "0000644", 8);
	memcpy(out + UID_AT, "0000000", 8);
	memcpy(out + GID_AT, "0000000", 8);
	snprintf(digits, sizeof(digits), "%011llo", (unsigned long long)size);
	memcpy(out + SIZE_AT, digits, sizeof(digits));
	memcpy(out + MTIME_AT, "00000000000", 12);
	out[TYPE_AT] = '0';
	memcpy(out + MAGIC_AT,
	    "ustar\0"
	    "00",
	    8);
	/* The sum is taken with its own field full of spaces. */
	memset(out + SUM_AT, ' ', SUM_FIELD);
	for (size_t i = 0; i < TAR_BLOCK; i++)
		sum += out[i];
	snprintf(digits, sizeof(digits), "%06o", sum);
	memcpy(out + SUM_AT, digits, SUM_FIELD - 1);
}

uint64_t
tar_blocks(uint64_t n)
{
	return (n + TAR_BLOCK - 1) / TAR_BLOCK * TAR_BLOCK;
}
