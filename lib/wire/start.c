#include "wire/wire.h"

#include <string.h>

#include "base/err.h"
#include "wire/field.h"

void
wire_start_put(struct buf *b, const struct wire_start *s)
{
	must(s->entries <= WIRE_ENTRIES_MAX);
	buf_put_u8(b, (uint8_t)s->role);
	buf_put(b, s->newsroom, sizeof(s->newsroom));
	buf_put(b, s->pin, sizeof(s->pin));
	field_put_text(b, s->prefix);
	buf_put_u8(b, s->entries);
	buf_put(b, s->front, s->entries);
	field_put_text(b, s->origin);
	buf_put_u64(b, s->file_max);
	buf_put_u64(b, s->reserve);
	buf_put_u32(b, s->edition_age);
	field_put_bool(b, s->is_relaxed);
	buf_put_u32(b, s->uid);
	buf_put_u32(b, s->gid);
	field_put_text(b, s->directory);
}

static int
read_fronts(struct cursor *c, struct wire_start *s)
{
	if ((s->entries = cursor_u8(c)) > WIRE_ENTRIES_MAX)
		return ERR_LIMIT;
	for (size_t i = 0; i < s->entries; i++) {
		if ((s->front[i] = cursor_u8(c)) > FRONT_CDN)
			return ERR_FORMAT;
	}
	return 0;
}

int
wire_start_read(const struct wire_message *m, struct wire_start *ret_start)
{
	struct wire_start s = { 0 };
	struct cursor c;
	uint8_t role;
	int err;

	if (m->type != WIRE_START)
		return ERR_DENIED;
	cursor_init(&c, m->body, m->n);
	if ((role = cursor_u8(&c)) >= WIRE_ROLES)
		return ERR_FORMAT;
	s.role = (enum wire_role)role;
	cursor_copy(&c, s.newsroom, sizeof(s.newsroom));
	cursor_copy(&c, s.pin, sizeof(s.pin));
	if ((err = field_read_text(&c, s.prefix, sizeof(s.prefix))) != 0 ||
	    (err = read_fronts(&c, &s)) != 0 ||
	    (err = field_read_text(&c, s.origin, sizeof(s.origin))) != 0)
		return err;
	s.file_max = cursor_u64(&c);
	s.reserve = cursor_u64(&c);
	s.edition_age = cursor_u32(&c);
	if ((err = field_read_bool(&c, &s.is_relaxed)) != 0)
		return err;
	s.uid = cursor_u32(&c);
	s.gid = cursor_u32(&c);
	if ((err = field_read_text(&c, s.directory, sizeof(s.directory))) !=
		0 ||
	    (err = cursor_finish(&c)) != 0)
		return err;
	if (memcmp(s.newsroom, m->newsroom, sizeof(s.newsroom)) != 0)
		return ERR_NEWSROOM;
	*ret_start = s;
	return 0;
}
