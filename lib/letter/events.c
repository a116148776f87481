#include "letter/events.h"

#include "base/err.h"
#include "base/mem.h"
#include "letter/event_line.h"
#include "letter/event_shape.h"

static bool
is_read(const struct event_shape *shape, const json_t *o,
    enum event_member member, const char *name)
{
	return shape->needs & member ||
	       (shape->may & member && json_has(o, name));
}

/* What nobody who shows it obeys. */
static int
line_of(const json_t *o, const char *name, size_t max, struct text *ret_text)
{
	int err = json_text(o, name, max, ret_text);

	return err == 0 && !text_is_line(*ret_text) ? ERR_FORMAT : err;
}

static int
name_of(const json_t *o, const char *name, size_t max, struct text *ret_text)
{
	int err = json_text(o, name, max, ret_text);

	return err == 0 && !text_is_name(*ret_text) ? ERR_FORMAT : err;
}

/* Lines and tabs are an answer's; no other control character is. */
static int
text_of(const json_t *o, const char *name, size_t max, struct text *ret_text)
{
	struct text t;
	uint32_t c;
	int err, n;

	if ((err = json_text(o, name, max, ret_text)) != 0)
		return err;
	for (t = *ret_text; (n = text_next(t, &c)) > 0; t.n -= (size_t)n) {
		if (text_is_control(c) && c != '\n' && c != '\t')
			return ERR_FORMAT;
		t.p += n;
	}
	return n == 0 ? 0 : ERR_FORMAT;
}

static int
u32_of(const json_t *o, const char *name, uint32_t max, uint32_t *ret_value)
{
	uint64_t value;
	int err = json_u64(o, name, max, &value);

	if (err == 0)
		*ret_value = (uint32_t)value;
	return err;
}

static int
slots_of(const json_t *o, struct event *e)
{
	json_t *list, *v;
	size_t i;
	int err;

	if ((err = json_list(o, "slots", EVENT_SLOTS_MAX, &list)) != 0)
		return err;
	json_array_foreach (list, i, v) {
		struct text digits = { json_string_value(v),
			json_string_length(v) };

		if (hex_read(digits, e->slots[i], sizeof(e->slots[i])) != 0)
			return ERR_FORMAT;
	}
	e->slots_n = json_array_size(list);
	return 0;
}

static int
read_texts(const struct event_shape *s, const json_t *o, struct event *e)
{
	int err = 0;

	if (is_read(s, o, EVENT_HAS_VALUE, "value"))
		err = line_of(o, "value", EVENT_VALUE_MAX, &e->value);
	if (err == 0 && is_read(s, o, EVENT_HAS_REASON, "reason"))
		err = line_of(o, "reason", EVENT_VALUE_MAX, &e->reason);
	if (err == 0 && is_read(s, o, EVENT_HAS_BY, "by"))
		err = name_of(o, "by", EVENT_BY_MAX, &e->by);
	if (err == 0 && is_read(s, o, EVENT_HAS_TEXT, "text"))
		err = text_of(o, "text", EVENT_TEXT_MAX, &e->text);
	return err;
}

static int
read_days(const struct event_shape *s, const json_t *o, struct event *e)
{
	int err = 0;

	if (is_read(s, o, EVENT_HAS_DAY, "day"))
		err = json_day(o, "day", &e->day);
	if (err == 0 && is_read(s, o, EVENT_HAS_FROM, "from"))
		err = json_day(o, "from", &e->from);
	if (err == 0 && is_read(s, o, EVENT_HAS_UNTIL, "until"))
		err = json_day(o, "until", &e->until);
	return err;
}

static int
read_rest(const struct event_shape *s, const json_t *o, struct event *e)
{
	int err = 0;

	if (is_read(s, o, EVENT_HAS_LETTER, "seq") &&
	    (err = json_u64(o, "seq", INT64_MAX, &e->seq)) == 0)
		err = json_hex(o, "digest", e->digest, sizeof(e->digest));
	if (err == 0 && is_read(s, o, EVENT_HAS_OFF, "off"))
		err = json_bool(o, "off", &e->is_off);
	if (err == 0 && is_read(s, o, EVENT_HAS_EDITION, "edition"))
		err = u32_of(o, "edition", UINT32_MAX, &e->edition);
	if (err == 0 && is_read(s, o, EVENT_HAS_ANSWER, "answer"))
		err = json_hex(o, "answer", e->answer, sizeof(e->answer));
	if (err == 0 && is_read(s, o, EVENT_HAS_PARTS, "parts"))
		err = u32_of(o, "parts", EVENT_SLOTS_MAX, &e->parts);
	if (err == 0 && is_read(s, o, EVENT_HAS_SLOTS, "slots"))
		err = slots_of(o, e);
	return err;
}

static bool
is_kind(struct text word, enum event_kind *ret_kind)
{
	for (int i = 0; i < EVENT_KINDS; i++) {
		if (text_is(word, event_kind_text((enum event_kind)i))) {
			*ret_kind = (enum event_kind)i;
			return true;
		}
	}
	return false;
}

int
event_line_read(const json_t *o, struct event *ret_event, bool *ret_is_known)
{
	const struct event_shape *shape;
	struct event e = { 0 };
	struct text word;
	int err;

	*ret_is_known = false;
	if ((err = line_of(o, "kind", LETTER_TEXT_MAX, &word)) != 0 ||
	    !is_kind(word, &e.kind))
		return err;
	shape = event_shape(e.kind);
	if ((err = read_texts(shape, o, &e)) != 0 ||
	    (err = read_days(shape, o, &e)) != 0 ||
	    (err = read_rest(shape, o, &e)) != 0 ||
	    (err = event_shape_check(shape, &e)) != 0)
		return err;
	*ret_is_known = event_shape_has_word(shape, e.value);
	*ret_event = e;
	return 0;
}

void
event_lines_fini(struct event_lines *lines)
{
	for (size_t i = 0; i < lines->n; i++)
		json_decref(lines->line[i]);
	mem_free(lines->line);
	*lines = (struct event_lines){ 0 };
}

int
event_lines_read(struct text in, struct event_lines *ret_lines)
{
	struct event_lines lines = { 0 };
	size_t n = 0;
	int err = 0;

	if (in.n > LETTER_TEXT_MAX)
		return ERR_LIMIT;
	for (size_t i = 0; i < in.n; i++)
		n += in.p[i] == '\n';
	if (n > EVENT_LINES_MAX)
		return ERR_LIMIT;
	if (in.n > 0 && in.p[in.n - 1] != '\n')
		return ERR_FORMAT;
	if ((lines.line = mem_new(n, sizeof(json_t *))) == NULL)
		return ERR_NOMEM;
	for (size_t i = 0; i < n && err == 0; i++) {
		err = json_read(
		    text_cut(&in, '\n'), LETTER_TEXT_MAX, &lines.line[i]);
		if (err != 0)
			break;
		lines.n++;
		if (!json_is_object(lines.line[i]))
			err = ERR_FORMAT;
	}
	if (err == 0)
		*ret_lines = lines;
	else
		event_lines_fini(&lines);
	return err;
}

int
event_lines_each(
    const struct event_lines *lines, size_t first, event_take *take, void *ctx)
{
	struct event e;
	bool is_known;
	int err = 0;

	for (size_t i = first; i < lines->n && err == 0; i++) {
		err = event_line_read(lines->line[i], &e, &is_known);
		if (err == 0 && is_known && take != NULL)
			err = take(ctx, i, &e);
	}
	return err;
}

int
events_read(struct text lines, event_take *take, void *ctx)
{
	struct event_lines l = { 0 };
	int err;

	if ((err = event_lines_read(lines, &l)) == 0 &&
	    (err = event_lines_each(&l, 0, NULL, NULL)) == 0)
		err = event_lines_each(&l, 0, take, ctx);
	event_lines_fini(&l);
	return err;
}
