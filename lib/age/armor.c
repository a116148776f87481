#include "age/armor.h"

#include <string.h>

#include "base/err.h"
#include "crypto/base64.h"

#define BEGIN_LINE "-----BEGIN AGE ENCRYPTED FILE-----"
#define END_LINE "-----END AGE ENCRYPTED FILE-----"

enum state {
	BEFORE, /* white space, then the BEGIN line */
	BEGIN,
	DATA,
	AFTER, /* white space only */
};

static bool
is_space(uint8_t c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* A whole line without its end, CR already dropped. */
static int
read_line(struct armor_reader *r, struct text line, struct buf *out)
{
	uint8_t bytes[ARMOR_LINE_BYTES];
	size_t n;
	int err;

	if (r->state == BEGIN) {
		r->state = DATA;
		return text_is(line, BEGIN_LINE) ? 0 : ERR_FORMAT;
	}
	if (text_is(line, END_LINE)) {
		r->state = AFTER;
		r->space = 0;
		return 0;
	}
	if (line.n == 0 || line.n > ARMOR_COLUMNS || r->is_short)
		return ERR_FORMAT;
	err = base64_read(line, true, bytes, sizeof(bytes), &n);
	if (err != 0)
		return ERR_FORMAT;
	r->is_short = n < ARMOR_LINE_BYTES;
	buf_put(out, bytes, n);
	return buf_finish(out);
}

static int
end_line(struct armor_reader *r, struct buf *out)
{
	struct text line = { r->line, r->n };

	r->n = 0;
	if (line.n > 0 && line.p[line.n - 1] == '\r')
		line.n--;
	return read_line(r, line, out);
}

static int
read_byte(struct armor_reader *r, uint8_t c, struct buf *out)
{
	if (r->state == BEFORE && !is_space(c))
		r->state = BEGIN;
	if (r->state == BEFORE || r->state == AFTER) {
		if (!is_space(c) || ++r->space > ARMOR_SPACE_MAX)
			return ERR_FORMAT;
		return 0;
	}
	if (c == '\n')
		return end_line(r, out);
	if (r->n == sizeof(r->line))
		return ERR_FORMAT;
	r->line[r->n++] = (char)c;
	return 0;
}

int
armor_read(struct armor_reader *r, const uint8_t *p, size_t n, struct buf *out)
{
	size_t i;
	int err;

	for (i = 0; i < n; i++) {
		if ((err = read_byte(r, p[i], out)) != 0)
			return err;
	}
	return 0;
}

int
armor_read_finish(struct armor_reader *r)
{
	struct text line = { r->line, r->n };

	/* The END line may lack its line end, with a stray CR or without. */
	if (r->state == DATA) {
		if (line.n > 0 && line.p[line.n - 1] == '\r')
			line.n--;
		if (text_is(line, END_LINE))
			r->state = AFTER;
	}
	return r->state == AFTER ? 0 : ERR_TRUNCATED;
}

static void
put_line(struct armor_writer *w, struct buf *out)
{
	base64_put(out, w->line, w->n, true);
	buf_puts(out, "\n");
	w->n = 0;
}

static void
begin(struct armor_writer *w, struct buf *out)
{
	if (!w->is_begun)
		buf_puts(out, BEGIN_LINE "\n");
	w->is_begun = true;
}

void
armor_write(struct armor_writer *w, const uint8_t *p, size_t n, struct buf *out)
{
	size_t m;

	begin(w, out);
	while (n > 0) {
		m = ARMOR_LINE_BYTES - w->n;
		if (m > n)
			m = n;
		memcpy(w->line + w->n, p, m);
		w->n += m;
		p += m;
		n -= m;
		if (w->n == ARMOR_LINE_BYTES)
			put_line(w, out);
	}
}

void
armor_write_finish(struct armor_writer *w, struct buf *out)
{
	begin(w, out);
	if (w->n > 0)
		put_line(w, out);
	buf_puts(out, END_LINE "\n");
}
