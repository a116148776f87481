#include "base/cursor.h"

#include <string.h>

#include "base/err.h"

void
cursor_init(struct cursor *c, const void *p, size_t n)
{
	/* Nothing still has a place, so that NULL from cursor_take always means
	 * an error. */
	*c = (struct cursor){ .p = p != NULL ? p : "", .n = n };
}

const uint8_t *
cursor_take(struct cursor *c, size_t n)
{
	const uint8_t *p = c->p;

	if (c->err == 0 && n > c->n)
		c->err = ERR_TRUNCATED;
	if (c->err != 0)
		return NULL;
	c->p += n;
	c->n -= n;
	return p;
}

void
cursor_copy(struct cursor *c, void *out, size_t n)
{
	const uint8_t *p = cursor_take(c, n);

	if (n == 0)
		return;
	if (p != NULL)
		memcpy(out, p, n);
	else
		memset(out, 0, n);
}

uint8_t
cursor_u8(struct cursor *c)
{
	uint8_t byte;

	cursor_copy(c, &byte, 1);
	return byte;
}

uint16_t
cursor_u16(struct cursor *c)
{
	uint8_t bytes[2];

	cursor_copy(c, bytes, sizeof(bytes));
	return u16_read(bytes);
}

uint32_t
cursor_u32(struct cursor *c)
{
	uint8_t bytes[4];

	cursor_copy(c, bytes, sizeof(bytes));
	return u32_read(bytes);
}

uint64_t
cursor_u64(struct cursor *c)
{
	uint8_t bytes[8];

	cursor_copy(c, bytes, sizeof(bytes));
	return u64_read(bytes);
}

int
cursor_finish(const struct cursor *c)
{
	if (c->err != 0)
		return c->err;
	return c->n == 0 ? 0 : ERR_FORMAT;
}

static void
write_le(uint8_t *out, uint64_t v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		out[i] = (uint8_t)(v >> (8 * i));
}

static uint64_t
read_le(const uint8_t *p, size_t n)
{
	uint64_t v = 0;

	for (size_t i = 0; i < n; i++)
		v |= (uint64_t)p[i] << (8 * i);
	return v;
}

void
u16_write(uint8_t out[static 2], uint16_t v)
{
	write_le(out, v, 2);
}

void
u32_write(uint8_t out[static 4], uint32_t v)
{
	write_le(out, v, 4);
}

void
u64_write(uint8_t out[static 8], uint64_t v)
{
	write_le(out, v, 8);
}

uint16_t
u16_read(const uint8_t p[static 2])
{
	return (uint16_t)read_le(p, 2);
}

uint32_t
u32_read(const uint8_t p[static 4])
{
	return (uint32_t)read_le(p, 4);
}

uint64_t
u64_read(const uint8_t p[static 8])
{
	return read_le(p, 8);
}
