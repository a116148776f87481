/*
 * The ASCII armor of age files: strict PEM (RFC 7468, section 3, its strict
 * form) with the label AGE ENCRYPTED FILE, 64 columns, LF or CRLF, white space
 * only before and behind.
 */
#ifndef PISTA_AGE_ARMOR_H
#define PISTA_AGE_ARMOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

#define ARMOR_COLUMNS 64
#define ARMOR_LINE_BYTES 48
#define ARMOR_SPACE_MAX 1024 /* white space tolerated on either side */

/* Reads armor as it comes. Plain state: no init but zeros, nothing to free. */
struct armor_reader {
	char line[ARMOR_COLUMNS + 2];
	size_t n;     /* bytes of the line so far */
	size_t space; /* white space passed before or behind */
	int state;
	bool is_short; /* the last data line was short: only END may follow */
};

/* Takes n bytes of armor, appends what they decode to. ERR_FORMAT. */
int armor_read(
    struct armor_reader *r, const uint8_t *p, size_t n, struct buf *out);

/* Says whether the armor ended properly. ERR_TRUNCATED, ERR_FORMAT. */
int armor_read_finish(struct armor_reader *r);

/* Writes armor as bytes come; begins as zeros. */
struct armor_writer {
	uint8_t line[ARMOR_LINE_BYTES];
	size_t n;
	bool is_begun;
};

void armor_write(
    struct armor_writer *w, const uint8_t *p, size_t n, struct buf *out);
void armor_write_finish(struct armor_writer *w, struct buf *out);

#endif
