#include "load.h"

#include <stdlib.h>

#include "base/day.h"
#include "letter/events.h"

static json_t *vectors;

static struct text
optional(const json_t *o, const char *name)
{
	const json_t *v = json_object_get(o, name);

	return (struct text){ json_string_value(v), json_string_length(v) };
}

static uint32_t
optional_number(const json_t *o, const char *name)
{
	return (uint32_t)json_integer_value(json_object_get(o, name));
}

static uint32_t
optional_day(const json_t *o, const char *name)
{
	uint32_t day = 0;

	if (json_object_get(o, name) != NULL)
		assert_int_equal(day_read(optional(o, name), &day), 0);
	return day;
}

static struct event
load_event(const json_t *o)
{
	const json_t *slots = json_object_get(o, "slots");
	struct event e = { .kind = EVENT_KINDS };

	for (int i = 0; i < EVENT_KINDS; i++)
		if (text_is(optional(o, "kind"),
			event_kind_text((enum event_kind)i)))
			e.kind = (enum event_kind)i;
	assert_int_not_equal(e.kind, EVENT_KINDS);
	if (e.kind != EVENT_AWAY) {
		e.seq = (uint64_t)load_number(o, "seq");
		load_hex(o, "digest", e.digest, sizeof(e.digest));
	}
	e.value = optional(o, "value");
	e.reason = optional(o, "reason");
	e.is_off = json_is_true(json_object_get(o, "off"));
	e.day = optional_day(o, "day");
	e.from = optional_day(o, "from");
	e.until = optional_day(o, "until");
	e.edition = optional_number(o, "edition");
	if (json_object_get(o, "answer") != NULL)
		load_hex(o, "answer", e.answer, sizeof(e.answer));
	e.parts = optional_number(o, "parts");
	e.by = optional(o, "by");
	e.text = optional(o, "text");
	e.slots_n = json_array_size(slots);
	for (size_t i = 0; i < e.slots_n; i++)
		assert_int_equal(hex_read(text_from(json_string_value(
					      json_array_get(slots, i))),
				     e.slots[i], sizeof(e.slots[i])),
		    0);
	return e;
}

static void
put_json(struct buf *b, const json_t *o)
{
	struct event e = load_event(o);

	event_put(b, &e);
}

static int
put_again(void *ctx, size_t number, const struct event *e)
{
	(void)number;
	event_put(ctx, e);
	return 0;
}

static int
put_letter_again(void *ctx, const struct grant_letter *l)
{
	grant_put_letter(ctx, l);
	return 0;
}

static void
assert_buf(struct buf *b, const char *expected)
{
	assert_int_equal(buf_finish(b), 0);
	assert_string_equal(buf_cstr(b), expected);
	buf_clear(b);
}

static void
test_written(void **state)
{
	const json_t *all = json_object_get(vectors, "written");
	json_t *o;
	struct buf b;
	size_t i;

	(void)state;
	buf_init(&b, LETTER_TEXT_MAX);
	assert_true(json_array_size(all) > EVENT_KINDS);
	json_array_foreach (all, i, o) {
		const char *line = load_string(o, "line");

		put_json(&b, json_object_get(o, "event"));
		assert_buf(&b, line);
		put_json(&b, json_object_get(o, "read"));
		assert_buf(&b, line);
		assert_int_equal(
		    events_read(text_from(line), put_again, &b), 0);
		assert_buf(&b, line);
	}
	buf_fini(&b);
}

static void
test_read(void **state)
{
	const json_t *all = json_object_get(vectors, "read");
	struct buf b, expected;
	json_t *o, *e;
	size_t i, k;

	(void)state;
	buf_init(&b, LETTER_TEXT_MAX);
	buf_init(&expected, LETTER_TEXT_MAX);
	assert_true(json_array_size(all) > 0);
	json_array_foreach (all, i, o) {
		json_array_foreach (json_object_get(o, "events"), k, e)
			put_json(&expected, e);
		assert_int_equal(
		    events_read(
			text_from(load_string(o, "message")), put_again, &b),
		    0);
		assert_buf(&b, buf_cstr(&expected));
		buf_clear(&expected);
	}
	buf_fini(&b);
	buf_fini(&expected);
}

static void
test_grant(void **state)
{
	static const struct grant_handler again = { put_letter_again,
		put_again };
	const json_t *o = json_object_get(vectors, "grant");
	const char *message = load_string(o, "message");
	struct grant_letter l;
	struct buf b;
	json_t *v;
	size_t i;

	(void)state;
	buf_init(&b, LETTER_TEXT_MAX);
	json_array_foreach (json_object_get(o, "letters"), i, v) {
		l.seq = (uint64_t)load_number(v, "seq");
		load_hex(v, "digest", l.digest, sizeof(l.digest));
		load_hex(v, "key", l.key, sizeof(l.key));
		grant_put_letter(&b, &l);
	}
	assert_int_equal(i, 2);
	json_array_foreach (json_object_get(o, "state"), i, v)
		put_json(&b, v);
	assert_buf(&b, message);
	assert_int_equal(grant_read(text_from(message), &again, &b), 0);
	assert_buf(&b, message);
	buf_fini(&b);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_written),
		cmocka_unit_test(test_read),
		cmocka_unit_test(test_grant),
	};

	return load_and_run(argc, argv, &vectors, tests);
}
