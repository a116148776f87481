/*
 * A growing buffer with a maximum from birth. It remembers its first error:
 * callers append freely and look once, at buf_finish.
 */
#ifndef PISTA_BASE_BUF_H
#define PISTA_BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

struct buf {
	uint8_t *p;	/* the bytes so far */
	size_t n;	/* how many */
	size_t cap;
	size_t max;
	int err;
	bool is_fixed;	/* over memory of the caller */
};

/* An empty buffer on the heap that never holds more than max bytes. */
void buf_init(struct buf *b, size_t max);

/* The same over the caller's memory (a secret arena, the stack). */
void buf_init_fixed(struct buf *b, void *mem, size_t size);

/* Frees and clears; heap content is wiped first. */
void buf_fini(struct buf *b);

/* Empties, keeps memory, forgets the error. Nothing is wiped. */
void buf_clear(struct buf *b);

void buf_put(struct buf *b, const void *p, size_t n);
void buf_put_text(struct buf *b, struct text t);
void buf_puts(struct buf *b, const char *s);
/* Over the caller's memory it needs one byte more than the text. */
void buf_putf(struct buf *b, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void buf_put_hex(struct buf *b, const void *p, size_t n);
void buf_fill(struct buf *b, uint8_t byte, size_t n);

/* Little-endian integers. */
void buf_put_u8(struct buf *b, uint8_t v);
void buf_put_u16(struct buf *b, uint16_t v);
void buf_put_u32(struct buf *b, uint32_t v);
void buf_put_u64(struct buf *b, uint64_t v);

/* 0, or ERR_LIMIT or ERR_NOMEM from the first append that did not fit. */
int buf_finish(const struct buf *b);

/* The content as borrowed text, valid until the next append. */
struct text buf_text(const struct buf *b);

/* The content as a C string (a NUL is added behind it, not counted); NULL when
 * the buffer has an error, also when fixed memory has no room for the NUL. */
const char *buf_cstr(struct buf *b);

#endif
