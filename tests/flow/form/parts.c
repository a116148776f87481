/*
 * A file that comes part by part through a real pistad-form: what the page says
 * and asks for next, and what the newsroom gets.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"
#include "kit.h"

const char *form_program;

static char digits[RECEIPT_DIGITS + 1];

/* A part is added as the page asks for it: what is not given is left as typed
 * before, NULL leaves the field out. */
static void
begin_part(struct kit *k, const char *part, const char *of, const char *have)
{
	kit_begin(k, "add");
	kit_field(k, "receipt", digits);
	if (part != NULL)
		kit_field(k, "part", part);
	if (of != NULL)
		kit_field(k, "of", of);
	if (have != NULL)
		kit_field(k, "have", have);
}

static void
send_part(struct kit *k, const char *part, const char *of, const char *have)
{
	begin_part(k, part, of, have);
	kit_file(k, "film.MP4.002", "film", 4);
	kit_post(k);
	assert_int_equal(k->status, 200);
}

/* The form shows these numbers for the next part. */
static void
assert_form(const struct kit *k, const char *part, const char *of)
{
	char field[128];

	snprintf(field, sizeof(field),
	    "name=part inputmode=numeric maxlength=3 value=\"%s\"", part);
	assert_true(kit_has(k, field));
	snprintf(field, sizeof(field),
	    "name=of inputmode=numeric maxlength=3 value=\"%s\"", of);
	assert_true(kit_has(k, field));
}

static void
assert_part(const struct kit *k, unsigned n, unsigned of)
{
	struct kit_letter l;

	kit_open(k, &l);
	assert_int_equal(l.head->tip.kind, LETTER_FOLLOW_UP);
	assert_int_equal(l.head->entries[1].part.n, n);
	assert_int_equal(l.head->entries[1].part.of, of);
	assert_string_equal(l.head->entries[1].path, "files/1.mp4");
	assert_string_equal(l.head->entries[1].name, "");
	kit_letter_fini(&l);
}

static void
every_part_is_confirmed_and_the_next_one_asked_for(void **state)
{
	struct kit *k = *state;
	char have[64];
	struct text t;

	send_part(k, "1", "3", NULL);
	assert_true(kit_has(k, "<h1>Part 1 of 3 received</h1>"));
	assert_true(kit_has(k, "Next: part 2."));
	assert_true(kit_has(k, "Received on this visit: 1. Not on this visit: "
			       "2\xe2\x80\x93"
			       "3."));
	assert_form(k, "2", "3");
	assert_part(k, 1, 3);
	t = kit_hidden(k, "have");
	snprintf(have, sizeof(have), "%.*s", (int)t.n, t.p);
	assert_string_equal(have, "3 01");
	/* The last before the second: the hole is what comes next. */
	send_part(k, "3", "3", have);
	assert_true(kit_has(k, "Next: part 2."));
	assert_true(kit_has(k, "Received on this visit: 1, 3. Not on this "
			       "visit: 2."));
	send_part(k, "2", "3", "3 05");
	assert_true(kit_has(k, "<h1>Part 2 of 3 received</h1>"));
	assert_true(kit_has(k, "All 3 parts were received."));
	assert_form(k, "", "");
	assert_false(kit_has(k, "name=have"));
	/* A file that follows is whole again. */
	send_part(k, "", "", "3 07");
	assert_true(kit_has(k, "File received"));
}

static void
numbers_are_read_as_people_type_them(void **state)
{
	struct kit *k = *state;

	send_part(k, " \xd9\xa2 ", "\xdb\xb1\xdb\xb0", NULL);
	assert_true(kit_has(k, "<h1>Part 2 of 10 received</h1>"));
	assert_part(k, 2, 10);
	send_part(k, "999", "999", NULL);
	assert_true(kit_has(k, "<h1>Part 999 of 999 received</h1>"));
	assert_true(kit_has(k, "Next: part 1."));
}

static void
numbers_that_do_not_fit_are_given_back(void **state)
{
	static const char *const wrong[][2] = {
		{ "2", "" },
		{ "", "5" },
		{ "6", "5" },
		{ "0", "5" },
		{ "0", "" },
		{ "1", "1000" },
		{ "two", "5" },
		{ "1.5", "5" },
		{ "-1", "5" },
		{ "99999999999999999999", "5" },
	};
	struct kit *k = *state;

	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		send_part(k, wrong[i][0], wrong[i][1], "5 03");
		assert_true(kit_has(k, "the numbers of the part do not fit"));
		assert_form(k, wrong[i][0], wrong[i][1]);
		assert_true(text_is(kit_hidden(k, "have"), "5 03"));
		assert_false(k->is_committed);
	}
}

static void
a_part_is_exactly_one_file(void **state)
{
	struct kit *k = *state;

	begin_part(k, "2", "5", "5 01");
	kit_file(k, "a.001", "a", 1);
	kit_file(k, "a.002", "b", 1);
	kit_post(k);
	assert_true(kit_has(k, "a part is one file"));
	assert_form(k, "2", "5");
	assert_false(k->is_committed);
	begin_part(k, "2", "5", "5 01");
	kit_file(k, "", "", 0);
	kit_post(k);
	assert_true(kit_has(k, "a part is one file"));
	assert_true(text_is(kit_hidden(k, "have"), "5 01"));
	assert_false(k->is_committed);
}

/* A list that was changed on its way is nobody's but the person's. */
static void
what_the_page_carries_is_not_trusted(void **state)
{
	static const char *const lists[] = { "", "3", "5 ", "5 0", "5 zz",
		"4 0f", "5 0101", "x 01", "99999999999 01" };
	char longest[4 + 250 + 1] = "999 ";
	struct kit *k = *state;

	for (size_t i = 0; i < sizeof(lists) / sizeof(*lists); i++) {
		send_part(k, "2", "5", lists[i]);
		assert_true(kit_has(k, "Received on this visit: 2. Not"));
	}
	/* Bits behind the last part; then the longest list there is. */
	send_part(k, "2", "5", "5 ff");
	assert_true(kit_has(k, "All 5 parts were received."));
	for (size_t i = 0; i < 125; i++)
		memcpy(longest + 4 + 2 * i,
		    i % 3 == 0   ? "db"
		    : i % 3 == 1 ? "b6"
				 : "6d",
		    3);
	send_part(k, "1", "999", longest);
	assert_true(kit_has(k, "Received on this visit: 1"));
	assert_true(k->page.n % 65536 == 0);
}

static void
a_part_too_large_shows_the_way_out(void **state)
{
	static uint8_t large[KIT_FILE_MAX + 1];
	struct kit *k = *state;

	begin_part(k, NULL, NULL, NULL);
	kit_file(k, "film.mp4", large, sizeof(large));
	kit_post(k);
	assert_true(kit_has(k, "a file is too large"));
	assert_true(kit_has(k, "<details open>"));
	send_part(k, NULL, NULL, NULL);
	assert_true(kit_has(k, "File received"));
	assert_false(kit_has(k, "<details open>"));
}

static int
set_up(void **state)
{
	uint8_t value[RECEIPT_VALUE_SIZE];
	static struct kit k;
	struct buf b;

	kit_init(&k);
	receipt_random(value);
	buf_init_fixed(&b, digits, sizeof(digits));
	receipt_spell_digits(&b, value);
	must(buf_cstr(&b) != NULL);
	*state = &k;
	return 0;
}

static int
tear_down(void **state)
{
	kit_fini(*state);
	return 0;
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    every_part_is_confirmed_and_the_next_one_asked_for),
		cmocka_unit_test(numbers_are_read_as_people_type_them),
		cmocka_unit_test(numbers_that_do_not_fit_are_given_back),
		cmocka_unit_test(a_part_is_exactly_one_file),
		cmocka_unit_test(what_the_page_carries_is_not_trusted),
		cmocka_unit_test(a_part_too_large_shows_the_way_out),
	};

	must(argc == 2);
	cmocka_set_message_output(CM_OUTPUT_TAP);
	form_program = realpath(argv[1], NULL);
	must(form_program != NULL);
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
