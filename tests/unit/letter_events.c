#include "unit.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/err.h"
#include "crypto/random.h"
#include "letter/events.h"

#define TAKEN_MAX 2048

/* What a reader took: each event is written again, so that what was read can
 * be compared as text. */
struct taken {
	struct buf lines;
	size_t number[TAKEN_MAX];
	size_t n;
	size_t letters;
	uint64_t letter_seq; /* of the last one */
	size_t fail_at;      /* from 1: this call fails */
};

static int
take(void *ctx, size_t number, const struct event *e)
{
	struct taken *t = ctx;

	assert_true(t->n < TAKEN_MAX);
	t->number[t->n++] = number;
	event_put(&t->lines, e);
	return t->n == t->fail_at ? ERR_CLOSED : 0;
}

static int
take_letter(void *ctx, const struct grant_letter *l)
{
	struct taken *t = ctx;

	assert_int_equal(t->n, 0);
	for (size_t i = 0; i < sizeof(l->key); i++)
		assert_int_equal(l->key[i], (uint8_t)(l->seq + i));
	t->letter_seq = l->seq;
	t->letters++;
	return t->letters == t->fail_at ? ERR_CLOSED : 0;
}

static const struct grant_handler handler = { take_letter, take };

static void
taken_init(struct taken *t)
{
	memset(t, 0, sizeof(*t));
	buf_init(&t->lines, 1024 * 1024);
}

static int
read_lines(struct text lines, struct taken *t)
{
	taken_init(t);
	return events_read(lines, take, t);
}

/* A number of events is taken, or an error met and none taken. */
static void
assert_reads(const char *lines, int err, size_t n)
{
	struct taken t;

	assert_int_equal(read_lines(text_from(lines), &t), err);
	assert_int_equal(t.n, n);
	buf_fini(&t.lines);
}

#define DIGEST                             \
	"\"digest\":\""                    \
	"000102030405060708090a0b0c0d0e0f" \
	"101112131415161718191a1b1c1d1e1f\""
#define ABOUT "\"seq\":1," DIGEST
#define DELETED "{\"kind\":\"deleted\"," ABOUT "}\n"

/* An event of this kind with everything that any kind has. */
static struct event
whole(enum event_kind kind)
{
	const char *value = kind == EVENT_TOLD     ? "write-again"
			    : kind == EVENT_STATUS ? "parked"
			    : kind == EVENT_FLAG   ? "danger"
						   : "ana ben";
	struct event e = { .kind = kind,
		.seq = 41,
		.value = text_from(value),
		.reason = TEXT("an \"advert\" \\ or so"),
		.is_off = true,
		.day = 20000,
		.from = 20001,
		.until = 20002,
		.edition = UINT32_MAX,
		.parts = 2,
		.by = TEXT("Ana Díaz"),
		.text = TEXT("¿Quién?\n\t\"✓\"\n"),
		.slots_n = 2 };

	memset(e.digest, 0xd1, sizeof(e.digest));
	memset(e.answer, 0xa5, sizeof(e.answer));
	memset(e.slots[0], 0x51, sizeof(e.slots[0]));
	memset(e.slots[1], 0x52, sizeof(e.slots[1]));
	return e;
}

static void
each_kind_comes_back_as_written(void **state)
{
	struct taken t;
	struct event e;
	struct buf b;

	(void)state;
	buf_init(&b, LETTER_TEXT_MAX);
	for (int i = 0; i < EVENT_KINDS; i++) {
		e = whole((enum event_kind)i);
		event_put(&b, &e);
	}
	assert_int_equal(buf_finish(&b), 0);
	assert_int_equal(read_lines(buf_text(&b), &t), 0);
	assert_int_equal(t.n, EVENT_KINDS);
	for (size_t i = 0; i < EVENT_KINDS; i++)
		assert_int_equal(t.number[i], i);
	assert_true(text_is_equal(buf_text(&t.lines), buf_text(&b)));
	buf_fini(&t.lines);
	buf_fini(&b);
}

static int
compare(void *ctx, size_t number, const struct event *e)
{
	const struct event *w = ctx;

	(void)number;
	assert_int_equal(e->kind, w->kind);
	assert_int_equal(e->seq, w->seq);
	assert_memory_equal(e->digest, w->digest, sizeof(e->digest));
	assert_int_equal(e->day, w->day);
	assert_memory_equal(e->answer, w->answer, sizeof(e->answer));
	assert_int_equal(e->parts, w->parts);
	assert_true(text_is_equal(e->by, w->by));
	assert_true(text_is_equal(e->text, w->text));
	assert_int_equal(e->slots_n, w->slots_n);
	assert_memory_equal(e->slots, w->slots, sizeof(e->slots));
	/* not this kind's */
	assert_int_equal(e->value.n + e->reason.n, 0);
	assert_int_equal(e->from + e->until + e->edition, 0);
	assert_false(e->is_off);
	return 0;
}

static void
what_a_kind_does_not_use_is_zero(void **state)
{
	struct event e = whole(EVENT_ANSWERED);
	struct buf b;

	(void)state;
	buf_init(&b, LETTER_TEXT_MAX);
	event_put(&b, &e);
	assert_int_equal(events_read(buf_text(&b), compare, &e), 0);
	buf_clear(&b);
	e = whole(EVENT_DELETED);
	event_put(&b, &e);
	assert_int_equal(b.n, strlen(DELETED) + 1);
	buf_fini(&b);
	assert_reads("{\"kind\":\"deleted\"," ABOUT
		     ",\"value\":7,\"slots\":{}}\n",
	    0, 1);
}

static void
what_a_later_version_says_is_passed_over(void **state)
{
	struct taken t;

	(void)state;
	assert_reads("", 0, 0);
	assert_reads("{\"kind\":\"sung\"}\n", 0, 0);
	assert_reads("{\"kind\":\"sung\",\"seq\":\"la\",\"value\":{}}\n", 0, 0);
	assert_reads(
	    "{\"kind\":\"status\"," ABOUT ",\"value\":\"lost\"}\n", 0, 0);
	assert_int_equal(
	    read_lines(TEXT("{\"kind\":\"x\"}\n" DELETED "{\"kind\":\"\"}\n"
			    "{\"kind\":\"flag\"," ABOUT ",\"value\":\"x\"}\n"
			    "{\"more\":[{}],\"kind\":\"deleted\"," ABOUT "}\n"),
		&t),
	    0);
	assert_int_equal(t.n, 2);
	assert_int_equal(t.number[0], 1);
	assert_int_equal(t.number[1], 4);
	assert_true(text_is(buf_text(&t.lines), DELETED DELETED));
	buf_fini(&t.lines);
}

static void
one_bad_line_and_nothing_is_taken(void **state)
{
	static const char *const bad[] = {
		"\n",
		"7\n",
		"null\n",
		"[]\n",
		"{\n",
		"{}\n",
		"{\"kind\":7}\n",
		"{\"kind\":\"x\\u0001\"}\n",
		"{\"kind\":\"x\",\"kind\":\"x\"}\n",
		"{\"kind\":\"deleted\",\"seq\":1}\n",
		"{\"kind\":\"deleted\",\"seq\":0," DIGEST "}\n",
		"{\"kind\":\"deleted\"," ABOUT "}",
	};
	char lines[1024];

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		snprintf(lines, sizeof(lines), "%s%s", DELETED, bad[i]);
		assert_reads(lines, ERR_FORMAT, 0);
		if (lines[strlen(lines) - 1] != '\n')
			continue;
		snprintf(lines, sizeof(lines), "%s%s", bad[i], DELETED);
		assert_reads(lines, ERR_FORMAT, 0);
	}
}

static void
the_taker_may_stop(void **state)
{
	struct taken t;

	(void)state;
	taken_init(&t);
	t.fail_at = 2;
	assert_int_equal(
	    events_read(TEXT(DELETED DELETED DELETED), take, &t), ERR_CLOSED);
	assert_int_equal(t.n, 2);
	buf_fini(&t.lines);
}

/* Writes e and tells the error that the buffer then has; what it wrote is
 * refused or passed over by the reader too. */
static int
put_error(struct event e)
{
	struct taken t;
	struct buf b;
	int err;

	buf_init(&b, 1024 * 1024);
	event_put(&b, &e);
	err = buf_finish(&b);
	if (err == 0) {
		assert_int_equal(read_lines(buf_text(&b), &t), 0);
		assert_int_equal(t.n, 1);
		buf_fini(&t.lines);
	}
	buf_fini(&b);
	return err;
}

static void
what_nobody_reads_is_not_written(void **state)
{
	static char many[EVENT_TEXT_MAX + 1];
	const struct text none = TEXT("");

	(void)state;
	memset(many, 'm', sizeof(many));
	for (int i = 0; i < EVENT_KINDS; i++)
		assert_int_equal(put_error(whole((enum event_kind)i)), 0);
#define CHECK(kind, member, bad, expected)                \
	do {                                              \
		struct event e = whole(kind);             \
		e.member = (bad);                         \
		assert_int_equal(put_error(e), expected); \
	} while (0)
#define MANY(size) ((struct text){ many, (size) })
	CHECK(EVENT_OPENED, seq, 0, ERR_FORMAT);
	CHECK(EVENT_OPENED, seq, INT64_MAX, 0);
	CHECK(EVENT_OPENED, seq, (uint64_t)INT64_MAX + 1, ERR_LIMIT);
	CHECK(EVENT_AWAY, seq, 0, 0);
	CHECK(EVENT_TOLD, edition, 0, ERR_FORMAT);
	CHECK(EVENT_TOLD, value, TEXT("shouted"), ERR_FORMAT);
	CHECK(EVENT_STATUS, value, none, ERR_FORMAT);
	CHECK(EVENT_FLAG, value, TEXT("open"), ERR_FORMAT);
	CHECK(EVENT_LABEL, value, none, ERR_FORMAT);
	CHECK(EVENT_HANDED, value, none, ERR_FORMAT);
	CHECK(EVENT_SUMMARY, value, none, 0);
	CHECK(EVENT_ASSIGNED, value, none, 0);
	CHECK(EVENT_AWAY, value, none, 0);
	CHECK(EVENT_SUMMARY, value, TEXT("\xff"), ERR_FORMAT);
	CHECK(EVENT_SUMMARY, value, MANY(EVENT_VALUE_MAX), 0);
	CHECK(EVENT_SUMMARY, value, MANY(EVENT_VALUE_MAX + 1), ERR_LIMIT);
	CHECK(EVENT_STATUS, reason, MANY(EVENT_VALUE_MAX + 1), ERR_LIMIT);
	CHECK(EVENT_STATUS, until, 0, 0);
	CHECK(EVENT_ANSWERED, by, none, 0);
	CHECK(EVENT_ANSWERED, by, MANY(EVENT_BY_MAX), 0);
	CHECK(EVENT_ANSWERED, by, MANY(EVENT_BY_MAX + 1), ERR_LIMIT);
	CHECK(EVENT_ANSWERED, text, MANY(EVENT_TEXT_MAX), 0);
	CHECK(EVENT_ANSWERED, text, MANY(EVENT_TEXT_MAX + 1), ERR_LIMIT);
	CHECK(EVENT_ANSWERED, parts, 0, ERR_FORMAT);
	CHECK(EVENT_ANSWERED, parts, EVENT_SLOTS_MAX, 0);
	CHECK(EVENT_ANSWERED, parts, EVENT_SLOTS_MAX + 1, ERR_LIMIT);
	CHECK(EVENT_POSTED, slots_n, 0, ERR_FORMAT);
	CHECK(EVENT_POSTED, slots_n, EVENT_SLOTS_MAX, 0);
	CHECK(EVENT_POSTED, slots_n, EVENT_SLOTS_MAX + 1, ERR_LIMIT);
#undef MANY
#undef CHECK
}

static void
texts_are_cleaned(void **state)
{
	struct event e = whole(EVENT_ANSWERED);
	struct taken t;
	struct buf b;

	(void)state;
	buf_init(&b, LETTER_TEXT_MAX);
	e.by = TEXT("A\n\x1b[2J\xe2\x80\xae"
		    "B\xc2\x85");
	e.text = TEXT("one\r\n\ttwo\x1b[2J\x7f\xc2\x9b\xe2\x80\xae.\"\\");
	event_put(&b, &e);
	assert_int_equal(read_lines(buf_text(&b), &t), 0);
	assert_non_null(strstr(buf_cstr(&t.lines), "\"by\":\"A  [2J B \""));
	assert_non_null(strstr(buf_cstr(&t.lines),
	    "\"text\":\"one\\n\\ttwo[2J\xe2\x80\xae.\\\"\\\\\""));
	buf_fini(&t.lines);
	buf_clear(&b);
	e = whole(EVENT_STATUS);
	e.value = TEXT("bin");
	e.reason = TEXT("a\nb\tc\xc2\x80\xe2\x80\xae");
	event_put(&b, &e);
	assert_int_equal(read_lines(buf_text(&b), &t), 0);
	assert_non_null(
	    strstr(buf_cstr(&t.lines), "\"reason\":\"a b c \xe2\x80\xae\""));
	buf_fini(&t.lines);
	buf_fini(&b);
}

static void
limits_hold(void **state)
{
	static const char line[] = "{\"kind\":\"x\"}\n";
	struct taken t;
	struct buf b;

	(void)state;
	buf_init(&b, 2 * LETTER_TEXT_MAX);
	for (size_t i = 0; i < EVENT_LINES_MAX; i++)
		buf_puts(&b, line);
	assert_int_equal(read_lines(buf_text(&b), &t), 0);
	buf_puts(&b, line);
	assert_int_equal(read_lines(buf_text(&b), &t), ERR_LIMIT);
	buf_clear(&b);
	buf_puts(&b, DELETED);
	buf_fill(&b, ' ', LETTER_TEXT_MAX - 2 * strlen(DELETED));
	buf_puts(&b, DELETED);
	assert_int_equal(read_lines(buf_text(&b), &t), 0);
	assert_int_equal(t.n, 2);
	buf_fini(&t.lines);
	buf_puts(&b, "\n");
	assert_int_equal(read_lines(buf_text(&b), &t), ERR_LIMIT);
	buf_fini(&b);
}

/* Letters 1 to n, each with a key that follows from its seq. */
static void
put_letters(struct buf *b, uint64_t n)
{
	struct grant_letter l;

	for (l.seq = 1; l.seq <= n; l.seq++) {
		memset(l.digest, (int)l.seq, sizeof(l.digest));
		for (size_t i = 0; i < sizeof(l.key); i++)
			l.key[i] = (uint8_t)(l.seq + i);
		grant_put_letter(b, &l);
	}
}

static int
read_grant(const struct buf *b, struct taken *t)
{
	taken_init(t);
	return grant_read(buf_text(b), &handler, t);
}

static void
grants_open_letters_and_tell_the_state(void **state)
{
	struct event e = whole(EVENT_STATUS);
	struct grant_letter l = { 0 };
	struct taken t;
	struct buf b;

	(void)state;
	buf_init(&b, LETTER_TEXT_MAX);
	assert_int_equal(read_grant(&b, &t), 0);
	assert_int_equal(t.letters + t.n, 0);
	put_letters(&b, GRANT_LETTERS_MAX);
	event_put(&b, &e);
	buf_puts(&b, "{\"kind\":\"sung\"}\n");
	e = whole(EVENT_LABEL);
	event_put(&b, &e);
	assert_int_equal(read_grant(&b, &t), 0);
	assert_int_equal(t.letters, GRANT_LETTERS_MAX);
	assert_int_equal(t.letter_seq, GRANT_LETTERS_MAX);
	assert_int_equal(t.n, 2);
	assert_int_equal(t.number[1], GRANT_LETTERS_MAX + 2);
	buf_fini(&t.lines);
	/* a letter behind the state */
	put_letters(&b, 1);
	assert_int_equal(read_grant(&b, &t), ERR_FORMAT);
	assert_int_equal(t.letters + t.n, 0);
	buf_clear(&b);
	put_letters(&b, GRANT_LETTERS_MAX + 1);
	assert_int_equal(read_grant(&b, &t), ERR_LIMIT);
	buf_clear(&b);
	grant_put_letter(&b, &l);
	assert_int_equal(buf_finish(&b), ERR_FORMAT);
	buf_fini(&b);
}

static void
a_grant_is_taken_whole_or_not(void **state)
{
	struct taken t;
	struct buf b;

	(void)state;
	buf_init(&b, LETTER_TEXT_MAX);
	put_letters(&b, 3);
	buf_puts(&b, "{\"seq\":4}\n");
	assert_int_equal(read_grant(&b, &t), ERR_FORMAT);
	assert_int_equal(t.letters, 0);
	buf_clear(&b);
	put_letters(&b, 3);
	buf_puts(&b, "{\"kind\":\"deleted\"}\n");
	assert_int_equal(read_grant(&b, &t), ERR_FORMAT);
	assert_int_equal(t.letters, 0);
	buf_clear(&b);
	put_letters(&b, 3);
	taken_init(&t);
	t.fail_at = 2;
	assert_int_equal(grant_read(buf_text(&b), &handler, &t), ERR_CLOSED);
	assert_int_equal(t.letters, 2);
	buf_fini(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_kind_comes_back_as_written),
		cmocka_unit_test(what_a_kind_does_not_use_is_zero),
		cmocka_unit_test(what_a_later_version_says_is_passed_over),
		cmocka_unit_test(one_bad_line_and_nothing_is_taken),
		cmocka_unit_test(the_taker_may_stop),
		cmocka_unit_test(what_nobody_reads_is_not_written),
		cmocka_unit_test(texts_are_cleaned),
		cmocka_unit_test(limits_hold),
		cmocka_unit_test(grants_open_letters_and_tell_the_state),
		cmocka_unit_test(a_grant_is_taken_whole_or_not),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	if (crypto_init() != 0)
		return 2;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
