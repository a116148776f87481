#include "wire/field.h"

#include <string.h>

#include "base/err.h"

void
field_put_text(struct buf *b, const char *s)
{
	struct text t = text_from(s);

	must(t.n <= UINT16_MAX);
	buf_put_u16(b, (uint16_t)t.n);
	buf_put_text(b, t);
}

int
field_read_text(struct cursor *c, char *out, size_t size)
{
	size_t n = cursor_u16(c);
	const uint8_t *p;

	if (n >= size)
		return ERR_LIMIT;
	if ((p = cursor_take(c, n)) == NULL)
		return ERR_TRUNCATED;
	if (memchr(p, '\0', n) != NULL)
		return ERR_FORMAT;
	memcpy(out, p, n);
	out[n] = '\0';
	return 0;
}

void
field_put_bool(struct buf *b, bool is_so)
{
	buf_put_u8(b, is_so ? 1 : 0);
}

int
field_read_bool(struct cursor *c, bool *ret_is_so)
{
	uint8_t v = cursor_u8(c);

	if (v > 1)
		return ERR_FORMAT;
	*ret_is_so = v == 1;
	return 0;
}
