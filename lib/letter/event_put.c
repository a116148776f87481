#include "letter/event_line.h"

#include <inttypes.h>

#include "base/day.h"
#include "base/err.h"
#include "letter/event_shape.h"

enum style { LINE, NAME, TEXT_LINES };

/* What stands for a code point of n bytes in a text of this style. Unescaped, it
 * is never longer, so that a text that is in its limit stays in it. */
static struct text
cleaned(const char *p, int n, uint32_t c, enum style style)
{
	if (style == TEXT_LINES && c == '\n')
		return TEXT("\\n");
	if (style == TEXT_LINES && c == '\t')
		return TEXT("\\t");
	if (style == TEXT_LINES && text_is_control(c))
		return TEXT("");
	if (text_is_control(c) || (style == NAME && text_is_turn(c)))
		return TEXT(" ");
	if (c == '"')
		return TEXT("\\\"");
	if (c == '\\')
		return TEXT("\\\\");
	return (struct text){ p, (size_t)n };
}

static void
put_text(struct buf *b, const char *name, struct text t, enum style style)
{
	uint32_t c;
	int n;

	buf_putf(b, ",\"%s\":\"", name);
	for (; (n = text_next(t, &c)) > 0; t.p += n, t.n -= (size_t)n)
		buf_put_text(b, cleaned(t.p, n, c, style));
	if (n < 0 && b->err == 0)
		b->err = ERR_FORMAT;
	buf_puts(b, "\"");
}

void
event_put_hex(struct buf *b, const char *name, const void *p, size_t n)
{
	buf_putf(b, ",\"%s\":\"", name);
	buf_put_hex(b, p, n);
	buf_puts(b, "\"");
}

static void
put_day(struct buf *b, const char *name, uint32_t day)
{
	char text[DAY_TEXT_SIZE + 1];

	day_write(text, day);
	buf_putf(b, ",\"%s\":\"%s\"", name, text);
}

static void
put_slots(struct buf *b, const struct event *e)
{
	buf_puts(b, ",\"slots\":[");
	for (size_t i = 0; i < e->slots_n; i++) {
		buf_puts(b, i > 0 ? ",\"" : "\"");
		buf_put_hex(b, e->slots[i], sizeof(e->slots[i]));
		buf_puts(b, "\"");
	}
	buf_puts(b, "]");
}

static void
put_members(
    struct buf *b, const struct event_shape *shape, const struct event *e)
{
	unsigned needs = shape->needs, may = shape->may;

	if (needs & EVENT_HAS_LETTER) {
		buf_putf(b, ",\"seq\":%" PRIu64, e->seq);
		event_put_hex(b, "digest", e->digest, sizeof(e->digest));
	}
	if (needs & EVENT_HAS_VALUE ||
	    (may & EVENT_HAS_VALUE && e->value.n > 0))
		put_text(b, "value", e->value, LINE);
	if (may & EVENT_HAS_REASON && e->reason.n > 0)
		put_text(b, "reason", e->reason, LINE);
	if (may & EVENT_HAS_OFF && e->is_off)
		buf_puts(b, ",\"off\":true");
	if (needs & EVENT_HAS_DAY)
		put_day(b, "day", e->day);
	if (needs & EVENT_HAS_FROM)
		put_day(b, "from", e->from);
	if (needs & EVENT_HAS_UNTIL || (may & EVENT_HAS_UNTIL && e->until > 0))
		put_day(b, "until", e->until);
	if (needs & EVENT_HAS_EDITION)
		buf_putf(b, ",\"edition\":%" PRIu32, e->edition);
	if (needs & EVENT_HAS_ANSWER)
		event_put_hex(b, "answer", e->answer, sizeof(e->answer));
	if (needs & EVENT_HAS_PARTS)
		buf_putf(b, ",\"parts\":%" PRIu32, e->parts);
	if (may & EVENT_HAS_BY && e->by.n > 0)
		put_text(b, "by", e->by, NAME);
	if (needs & EVENT_HAS_TEXT)
		put_text(b, "text", e->text, TEXT_LINES);
	if (needs & EVENT_HAS_SLOTS)
		put_slots(b, e);
}

void
event_put(struct buf *b, const struct event *e)
{
	const struct event_shape *shape = event_shape(e->kind);
	int err = event_shape_check(shape, e);

	if (err == 0 && !event_shape_has_word(shape, e->value))
		err = ERR_FORMAT;
	if (err != 0) {
		if (b->err == 0)
			b->err = err;
		return;
	}
	buf_putf(b, "{\"kind\":\"%s\"", shape->kind);
	put_members(b, shape, e);
	buf_puts(b, "}\n");
}
