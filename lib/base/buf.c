#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/cursor.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/secret.h"

#define FIRST_CAP 256

void
buf_init(struct buf *b, size_t max)
{
	*b = (struct buf){ .max = max };
}

void
buf_init_fixed(struct buf *b, void *mem, size_t size)
{
	*b = (struct buf){
		.p = mem, .cap = size, .max = size, .is_fixed = true
	};
}

static void
release(struct buf *b)
{
	if (b->is_fixed || b->p == NULL)
		return;
	secret_wipe(b->p, b->cap);
	mem_free(b->p);
}

void
buf_fini(struct buf *b)
{
	release(b);
	*b = (struct buf){ 0 };
}

void
buf_clear(struct buf *b)
{
	b->n = 0;
	b->err = 0;
}

/*
 * Makes room for n bytes more. The old block is wiped before it is given back,
 * which is why this is not a resize.
 */
static bool
make_room(struct buf *b, size_t n)
{
	size_t cap;
	uint8_t *p;

	if (n <= b->cap - b->n)
		return true;
	if (b->is_fixed || n > SIZE_MAX - b->n) {
		b->err = ERR_LIMIT;
		return false;
	}
	cap = b->cap < FIRST_CAP ? FIRST_CAP : b->cap;
	while (cap < b->n + n)
		cap = cap > SIZE_MAX / 2 ? SIZE_MAX : cap * 2;
	if (cap > b->max && b->n + n <= b->max)
		cap = b->max;
	if ((p = mem_new(cap, 1)) == NULL) {
		b->err = ERR_NOMEM;
		return false;
	}
	if (b->n > 0)
		memcpy(p, b->p, b->n);
	release(b);
	b->p = p;
	b->cap = cap;
	return true;
}

static bool
can_put(struct buf *b, size_t n)
{
	if (b->err != 0)
		return false;
	if (n > b->max - b->n) {
		b->err = ERR_LIMIT;
		return false;
	}
	return make_room(b, n);
}

void
buf_put(struct buf *b, const void *p, size_t n)
{
	if (n == 0 || !can_put(b, n))
		return;
	memcpy(b->p + b->n, p, n);
	b->n += n;
}

void
buf_put_text(struct buf *b, struct text t)
{
	buf_put(b, t.p, t.n);
}

void
buf_puts(struct buf *b, const char *s)
{
	buf_put(b, s, strlen(s));
}

void
buf_putf(struct buf *b, const char *fmt, ...)
{
	va_list args;
	size_t n;
	int length;

	va_start(args, fmt);
	length = vsnprintf(NULL, 0, fmt, args);
	va_end(args);
	must(length >= 0);
	n = (size_t)length;
	/* The C library writes a NUL behind the text. */
	if (!can_put(b, n) || !make_room(b, n + 1))
		return;
	va_start(args, fmt);
	vsnprintf((char *)b->p + b->n, n + 1, fmt, args);
	va_end(args);
	b->n += n;
}

void
buf_put_hex(struct buf *b, const void *p, size_t n)
{
	if (n == 0)
		return;
	if (n > SIZE_MAX / 2) {
		b->err = b->err != 0 ? b->err : ERR_LIMIT;
		return;
	}
	if (!can_put(b, 2 * n))
		return;
	hex_write((char *)b->p + b->n, p, n);
	b->n += 2 * n;
}

void
buf_fill(struct buf *b, uint8_t byte, size_t n)
{
	if (n == 0 || !can_put(b, n))
		return;
	memset(b->p + b->n, byte, n);
	b->n += n;
}

void
buf_put_u8(struct buf *b, uint8_t v)
{
	buf_put(b, &v, 1);
}

void
buf_put_u16(struct buf *b, uint16_t v)
{
	uint8_t bytes[2];

	u16_write(bytes, v);
	buf_put(b, bytes, sizeof(bytes));
}

void
buf_put_u32(struct buf *b, uint32_t v)
{
	uint8_t bytes[4];

	u32_write(bytes, v);
	buf_put(b, bytes, sizeof(bytes));
}

void
buf_put_u64(struct buf *b, uint64_t v)
{
	uint8_t bytes[8];

	u64_write(bytes, v);
	buf_put(b, bytes, sizeof(bytes));
}

int
buf_finish(const struct buf *b)
{
	return b->err;
}

struct text
buf_text(const struct buf *b)
{
	return (struct text){ (const char *)b->p, b->n };
}

const char *
buf_cstr(struct buf *b)
{
	if (b->err != 0 || !make_room(b, 1))
		return NULL;
	b->p[b->n] = '\0';
	return (const char *)b->p;
}
