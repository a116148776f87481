#include "wire/wire.h"

#include "base/err.h"

void
wire_entry_put(struct buf *b, const struct wire_entry *e)
{
	buf_put_u64(b, e->seq);
	buf_put_u8(b, e->type);
	buf_put_u8(b, e->state);
	buf_put_u32(b, e->day);
	buf_put_u64(b, e->size);
	buf_put(b, e->digest, sizeof(e->digest));
	buf_put(b, e->link, sizeof(e->link));
}

int
wire_entry_read(struct cursor *c, struct wire_entry *ret_entry)
{
	struct wire_entry e = { 0 };

	e.seq = cursor_u64(c);
	e.type = cursor_u8(c);
	e.state = cursor_u8(c);
	e.day = cursor_u32(c);
	e.size = cursor_u64(c);
	cursor_copy(c, e.digest, sizeof(e.digest));
	cursor_copy(c, e.link, sizeof(e.link));
	if (c->err != 0)
		return c->err;
	if ((e.state & ~(WIRE_ENTRY_DELETED | WIRE_ENTRY_GONE)) != 0)
		return ERR_FORMAT;
	*ret_entry = e;
	return 0;
}
