/*
 * A reading position in bytes somebody else wrote. Running past the end sets
 * err and yields zeros, so that a parser reads all its fields and looks once.
 */
#ifndef PISTA_BASE_CURSOR_H
#define PISTA_BASE_CURSOR_H

#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

struct cursor {
	const uint8_t *p;
	size_t n;	/* bytes left */
	int err;	/* 0 or ERR_TRUNCATED */
};

void cursor_init(struct cursor *c, const void *p, size_t n);
uint8_t cursor_u8(struct cursor *c);
uint16_t cursor_u16(struct cursor *c);	/* little-endian, all of them */
uint32_t cursor_u32(struct cursor *c);
uint64_t cursor_u64(struct cursor *c);

/* Copies n bytes to out (zeros on error). */
void cursor_copy(struct cursor *c, void *out, size_t n);

/* Borrows n bytes; NULL on error. */
const uint8_t *cursor_take(struct cursor *c, size_t n);

/* 0 when everything was read and nothing is left; ERR_TRUNCATED or ERR_FORMAT. */
int cursor_finish(const struct cursor *c);

/* Fixed-size integers outside cursors. */
void u16_write(uint8_t out[static 2], uint16_t v);
void u32_write(uint8_t out[static 4], uint32_t v);
void u64_write(uint8_t out[static 8], uint64_t v);
uint16_t u16_read(const uint8_t p[static 2]);
uint32_t u32_read(const uint8_t p[static 4]);
uint64_t u64_read(const uint8_t p[static 8]);

#endif
