/* Files that came in parts, as the opened inbox shows them. */
#include "unit.h"

#include <stdlib.h>

#include "base/err.h"
#include "book/query.h"
#include "book_kit.h"

static struct inbox inbox;

static int
begin(void **state)
{
	(void)state;
	inbox_init(&inbox);
	inbox_card(&inbox, EVERYBODY);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	inbox_fini(&inbox);
	return 0;
}

static uint64_t
part(unsigned n, unsigned of, size_t size, bool has_mark)
{
	return inbox_part(&inbox, 1,
	    (struct letter_part){ (uint16_t)n, (uint16_t)of }, size, has_mark);
}

/* The cut file number i of the thread: "name of type, here, missing". */
static void
check(struct reader *r, size_t i, const char *expected)
{
	json_t *o = reader_show(r, 2);
	json_t *file = json_array_get(json_object_get(o, "cut"), i), *v;
	const char *name = json_string_value(json_object_get(file, "name"));
	struct buf b;
	size_t k;

	assert_non_null(file);
	buf_init(&b, 4096);
	json_array_foreach (json_object_get(file, "parts"), k, v)
		buf_putf(&b, "%d:%d%s ",
		    (int)json_integer_value(json_object_get(v, "n")),
		    (int)json_integer_value(json_object_get(v, "seq")),
		    json_is_true(json_object_get(v, "held")) ? "" : "?");
	buf_puts(&b, "missing");
	json_array_foreach (json_object_get(file, "missing"), k, v)
		buf_putf(&b, " %d", (int)json_integer_value(v));
	if (json_is_true(json_object_get(file, "doubtful")))
		buf_puts(&b, ", doubtful");
	buf_putf(&b, ", %s, %s, %d bytes", name != NULL ? name : "-",
	    json_string_value(json_object_get(file, "type")),
	    (int)json_integer_value(json_object_get(file, "size")));
	assert_string_equal(buf_cstr(&b), expected);
	buf_fini(&b);
	json_decref(o);
}

static void
test_parts_make_a_file(void **state)
{
	struct reader r;

	(void)state;
	inbox_tip(&inbox, 1, "a film follows"); /* 2 */
	part(1, 3, 1000, true);
	part(3, 3, 10, true);
	reader_init(&r, &inbox, ANA);
	reader_sync(&r);
	check(&r, 0,
	    "1:3 3:4 missing 2, Rechnung.pdf, application/pdf, 1010 bytes");
	part(2, 3, 999, true);
	part(1, 3, 1001, true); /* whole: another file begins */
	part(2, 3, 1001, true);
	part(2, 2, 5, true);
	reader_sync(&r);
	check(&r, 0,
	    "1:3 2:5 3:4 missing, doubtful, Rechnung.pdf, application/pdf, "
	    "2009 bytes");
	check(&r, 1,
	    "1:6 2:7 missing 3, doubtful, Rechnung.pdf, application/pdf, "
	    "2002 bytes");
	check(&r, 2, "2:8 missing 1, Rechnung.pdf, application/pdf, 5 bytes");
	reader_fini(&r);
}

static void
test_only_the_source_sends_parts(void **state)
{
	struct reader r;

	(void)state;
	inbox_tip(&inbox, 1, "a film follows");
	part(1, 2, 1000, true);
	part(2, 2, 66, false);
	part(1, 2, 55, false);
	reader_init(&r, &inbox, ANA);
	reader_sync(&r);
	check(
	    &r, 0, "1:3 missing 2, Rechnung.pdf, application/pdf, 1000 bytes");
	reader_fini(&r);
}

static void
test_a_part_sent_again_counts_once(void **state)
{
	struct reader r;

	(void)state;
	inbox_tip(&inbox, 1, "a film follows");
	part(1, 2, 1000, true);
	part(1, 2, 2000, true);
	reader_init(&r, &inbox, ANA);
	reader_sync(&r);
	check(&r, 0,
	    "1:4 missing 2, doubtful, Rechnung.pdf, application/pdf, 2000 "
	    "bytes");
	part(2, 2, 300000, true);
	part(2, 2, 300001, true);
	reader_sync(&r);
	check(&r, 0,
	    "1:4 2:6 missing, doubtful, Rechnung.pdf, application/pdf, 302001 "
	    "bytes");
	reader_fini(&r);
}

/* A line that broke behind the last byte: nothing is wrong. */
static void
test_the_same_bytes_again_are_no_doubt(void **state)
{
	struct reader r;

	(void)state;
	inbox_tip(&inbox, 1, "a film follows");
	part(1, 2, 1000, true);
	part(1, 2, 1000, true);
	reader_init(&r, &inbox, ANA);
	reader_sync(&r);
	check(
	    &r, 0, "1:4 missing 2, Rechnung.pdf, application/pdf, 1000 bytes");
	reader_fini(&r);
}

/* Letters first to last, each with part n, as they would stand in the tables: to
 * seal them would take a minute. */
static void
add_parts(struct reader *r, uint64_t first, uint64_t last, int n, int of,
    const char *type)
{
	must(
	    sql_run(&r->book->sql,
		"WITH RECURSIVE number (n) AS (SELECT ?1 UNION ALL SELECT n + 1"
		" FROM number WHERE n < ?2) INSERT INTO letter (seq, day, kind,"
		" thread, own, size, held) SELECT n, 20500, ?3, (SELECT thread"
		" FROM letter WHERE seq = 2), 1, 9, 9 FROM number",
		"lli", first, last, LETTER_FOLLOW_UP) == 0);
	must(
	    sql_run(&r->book->sql,
		"INSERT INTO file (seq, n, type, size, hash, name, part, parts)"
		" SELECT seq, 1, ?3, 1, zeroblob(32), '', ?4, ?5 FROM letter"
		" WHERE seq BETWEEN ?1 AND ?2",
		"llsii", first, last, type, n, of) == 0);
}

static void
test_of_very_many_parts_the_newest_are_looked_at(void **state)
{
	const uint64_t before = 100;
	struct reader r;

	(void)state;
	inbox_tip(&inbox, 1, "a film follows"); /* 2 */
	reader_init(&r, &inbox, ANA);
	reader_sync(&r);
	for (int n = 1; n <= 3; n++)
		add_parts(&r, before + (uint64_t)n, before + (uint64_t)n, n, 3,
		    "video/mp4");
	add_parts(&r, before + 4, before + CUT_PIECES_MAX, 2, 2, "image/png");
	check(&r, 0, "1:101 2:102 3:103 missing, -, video/mp4, 3 bytes");
	check(&r, 1, "2:8292 missing 1, -, image/png, 1 bytes");
	add_parts(&r, before + CUT_PIECES_MAX + 1, before + CUT_PIECES_MAX + 2,
	    2, 2, "image/png");
	check(&r, 0, "3:103 missing 1 2, -, video/mp4, 1 bytes");
	check(&r, 1, "2:8294 missing 1, -, image/png, 1 bytes");
	reader_fini(&r);
}

static void
test_what_was_done_is_said(void **state)
{
	struct reader r;
	json_t *o, *items, *files, *file;

	(void)state;
	inbox_tip(&inbox, 1, "a film follows");
	inbox.is_clean = true;
	part(1, 2, 1000, true);
	reader_init(&r, &inbox, ANA);
	reader_sync(&r);
	o = reader_show(&r, 2);
	items = json_object_get(o, "items");
	files = json_object_get(json_array_get(items, 1), "files");
	file = json_array_get(files, 0);
	assert_true(json_is_true(json_object_get(file, "clean")));
	assert_int_equal(json_integer_value(json_object_get(
			     json_object_get(file, "part"), "of")),
	    2);
	json_decref(o);
	assert_string_equal(reader_field(&r, 2, "letters"), "2");
	reader_fini(&r);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
	const struct CMUnitTest tests[] = {
		TEST(test_parts_make_a_file),
		TEST(test_only_the_source_sends_parts),
		TEST(test_a_part_sent_again_counts_once),
		TEST(test_the_same_bytes_again_are_no_doubt),
		TEST(test_of_very_many_parts_the_newest_are_looked_at),
		TEST(test_what_was_done_is_said),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
