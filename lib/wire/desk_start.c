#include "wire/desk_start.h"

#include <string.h>

#include "base/err.h"
#include "wire/field.h"

/* A code of err.h as it crosses over, and back; anything that is no failure
 * but 0 is refused. */
static uint32_t
err_out(int err)
{
	must(err <= 0);
	return (uint32_t)-err;
}

static int
err_in(uint32_t v, int *ret_err)
{
	if (v > INT16_MAX)
		return ERR_FORMAT;
	*ret_err = -(int)v;
	return 0;
}

void
desk_start_put(struct buf *b, const struct desk_start *s)
{
	must((unsigned)s->reason < DESK_REASONS && s->idle_minutes > 0);
	buf_put(b, s->newsroom, sizeof(s->newsroom));
	buf_put(b, s->pin, sizeof(s->pin));
	field_put_text(b, s->directory);
	buf_put_u16(b, s->port);
	buf_put(b, s->token, sizeof(s->token));
	buf_put_u16(b, s->idle_minutes);
	buf_put_u8(b, (uint8_t)s->reason);
	field_put_bool(b, s->is_relaxed);
}

static int
read_reason(struct cursor *c, enum desk_reason *ret_reason)
{
	uint8_t v = cursor_u8(c);

	if (v >= DESK_REASONS)
		return ERR_FORMAT;
	*ret_reason = (enum desk_reason)v;
	return 0;
}

int
desk_start_read(const struct wire_message *m, struct desk_start *ret_start)
{
	static const uint8_t none[32];
	struct desk_start s = { 0 };
	struct cursor c;
	int err;

	if (m->type != WIRE_DESK_START)
		return ERR_DENIED;
	cursor_init(&c, m->body, m->n);
	cursor_copy(&c, s.newsroom, sizeof(s.newsroom));
	cursor_copy(&c, s.pin, sizeof(s.pin));
	if ((err = field_read_text(&c, s.directory, sizeof(s.directory))) != 0)
		return err;
	s.port = cursor_u16(&c);
	cursor_copy(&c, s.token, sizeof(s.token));
	s.idle_minutes = cursor_u16(&c);
	if ((err = read_reason(&c, &s.reason)) != 0 ||
	    (err = field_read_bool(&c, &s.is_relaxed)) != 0 ||
	    (err = cursor_finish(&c)) != 0)
		return err;
	if (memcmp(s.newsroom, m->newsroom, sizeof(s.newsroom)) != 0)
		return ERR_NEWSROOM;
	/* A token everybody knows would open the page to everybody. */
	if (memcmp(s.token, none, sizeof(none)) == 0 || s.idle_minutes == 0)
		return ERR_FORMAT;
	*ret_start = s;
	return 0;
}

void
fetch_start_put(struct buf *b, const struct fetch_start *s)
{
	buf_put(b, s->newsroom, sizeof(s->newsroom));
	buf_put(b, s->pin, sizeof(s->pin));
	field_put_text(b, s->directory);
	field_put_text(b, s->address);
	field_put_text(b, s->proxy);
	buf_put_u16(b, s->minutes);
	field_put_bool(b, s->is_relaxed);
}

int
fetch_start_read(const struct wire_message *m, struct fetch_start *ret_start)
{
	struct fetch_start s = { 0 };
	struct cursor c;
	int err;

	if (m->type != WIRE_FETCH_START)
		return ERR_DENIED;
	cursor_init(&c, m->body, m->n);
	cursor_copy(&c, s.newsroom, sizeof(s.newsroom));
	cursor_copy(&c, s.pin, sizeof(s.pin));
	if ((err = field_read_text(&c, s.directory, sizeof(s.directory))) !=
		0 ||
	    (err = field_read_text(&c, s.address, sizeof(s.address))) != 0 ||
	    (err = field_read_text(&c, s.proxy, sizeof(s.proxy))) != 0)
		return err;
	s.minutes = cursor_u16(&c);
	if ((err = field_read_bool(&c, &s.is_relaxed)) != 0 ||
	    (err = cursor_finish(&c)) != 0)
		return err;
	if (memcmp(s.newsroom, m->newsroom, sizeof(s.newsroom)) != 0)
		return ERR_NEWSROOM;
	*ret_start = s;
	return 0;
}

void
desk_locked_put(struct buf *b, enum desk_reason reason)
{
	must((unsigned)reason < DESK_REASONS);
	buf_put_u8(b, (uint8_t)reason);
}

int
desk_locked_read(const struct wire_message *m, enum desk_reason *ret_reason)
{
	enum desk_reason reason;
	struct cursor c;
	int err;

	if (m->type != WIRE_DESK_LOCKED)
		return ERR_DENIED;
	cursor_init(&c, m->body, m->n);
	if ((err = read_reason(&c, &reason)) != 0 ||
	    (err = cursor_finish(&c)) != 0)
		return err;
	*ret_reason = reason;
	return 0;
}

void
fetch_round_put(struct buf *b, const struct fetch_round *r)
{
	buf_put_u32(b, err_out(r->err));
	buf_put_u64(b, r->added);
	buf_put_u64(b, r->sent);
	buf_put_u64(b, r->newest);
	buf_put_u64(b, r->differs);
	buf_put_u32(b, r->refused);
	buf_put_u64(b, r->at);
	field_put_text(b, r->doing);
}

int
fetch_round_read(const struct wire_message *m, struct fetch_round *ret_round)
{
	struct fetch_round r = { 0 };
	struct cursor c;
	int err;

	if (m->type != WIRE_FETCH_ROUND)
		return ERR_DENIED;
	cursor_init(&c, m->body, m->n);
	if ((err = err_in(cursor_u32(&c), &r.err)) != 0)
		return err;
	r.added = cursor_u64(&c);
	r.sent = cursor_u64(&c);
	r.newest = cursor_u64(&c);
	r.differs = cursor_u64(&c);
	r.refused = cursor_u32(&c);
	r.at = cursor_u64(&c);
	if ((err = field_read_text(&c, r.doing, sizeof(r.doing))) != 0 ||
	    (err = cursor_finish(&c)) != 0)
		return err;
	/* It is shown to a person, and must fit into JSON. */
	if (!text_is_line(text_from(r.doing)))
		return ERR_FORMAT;
	*ret_round = r;
	return 0;
}

void
fetch_progress_put(struct buf *b, const struct fetch_progress *p)
{
	buf_put_u64(b, p->seq);
	buf_put_u64(b, p->done);
	buf_put_u64(b, p->total);
}

int
fetch_progress_read(
    const struct wire_message *m, struct fetch_progress *ret_progress)
{
	struct fetch_progress p;
	struct cursor c;
	int err;

	if (m->type != WIRE_FETCH_PROGRESS)
		return ERR_DENIED;
	cursor_init(&c, m->body, m->n);
	p.seq = cursor_u64(&c);
	p.done = cursor_u64(&c);
	p.total = cursor_u64(&c);
	if ((err = cursor_finish(&c)) != 0)
		return err;
	*ret_progress = p;
	return 0;
}

int
fetch_whole_read(const struct wire_message *m, uint64_t *ret_seq)
{
	struct cursor c;
	uint64_t seq;
	int err;

	if (m->type != WIRE_FETCH_WHOLE)
		return ERR_DENIED;
	cursor_init(&c, m->body, m->n);
	seq = cursor_u64(&c);
	if ((err = cursor_finish(&c)) != 0)
		return err;
	*ret_seq = seq;
	return 0;
}
