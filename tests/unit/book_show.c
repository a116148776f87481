/* Long threads: shown a part after the other, handed over. */
#include <string.h>

#include "book_kit.h"
#include "unit.h"

#include "base/err.h"
#include "book/inside.h"

#define LONG 10000
#define PART 200
#define TEXT_BYTES 2000
#define NUMBERS                                                         \
	"WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1" \
	" FROM number WHERE n < ?1) "

static struct inbox inbox;
static struct reader ana;
static uint64_t tip;
static struct book_thread thread;

static int
begin(void **state)
{
	(void)state;
	inbox_init(&inbox);
	inbox_card(&inbox, EVERYBODY);
	tip = inbox_tip(&inbox, 1, "It began so.");
	inbox_say(&inbox, BO, tip, tip, EVENT_LABEL, "water", false);
	reader_init(&ana, &inbox, ANA);
	reader_sync(&ana);
	must(book_find(ana.book, "2", &thread) == 0);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	reader_fini(&ana);
	inbox_fini(&inbox);
	return 0;
}

/* So many follow-ups or claims behind what is there, as they would stand in the
 * tables: to seal them would take minutes. */
static void
add_letters(int n, int bytes, bool is_own)
{
	struct sql *sql = &ana.book->sql;

	must(sql_run(sql,
		 NUMBERS "INSERT INTO doc SELECT (1 << 20) + 1000 + n,"
			 " printf('%d %.*c', n, ?2, 'x'), '' FROM number",
		 "ii", n, bytes) == 0);
	must(sql_run(sql,
		 NUMBERS "INSERT INTO letter (seq, day, kind, thread, own, doc,"
			 " size, held, terms) SELECT ?2 + n, 20500, ?3,"
			 " (SELECT thread FROM letter WHERE seq = ?4), ?5,"
			 " (1 << 20) + 1000 + n, 9, 9, 0 FROM number",
		 "ilili", n, (uint64_t)inbox.n, LETTER_FOLLOW_UP, tip,
		 (int)is_own) == 0);
}

static json_t *
show(const char *cursor, bool is_forward)
{
	struct book_part part = { .cursor = cursor, .is_forward = is_forward };
	json_t *o = NULL;

	assert_int_equal(book_show(ana.book, thread.thread, &part, &o), 0);
	return o;
}

static uint64_t
seq_of(const json_t *item)
{
	return (uint64_t)json_integer_value(json_object_get(item, "seq"));
}

/* All parts in one direction; returns how many. Each must follow the other. */
static size_t
walk(bool is_forward, size_t *ret_items)
{
	json_t *o = show(NULL, is_forward), *items, *next;
	uint64_t last = is_forward ? 0 : UINT64_MAX, first, newest;
	size_t parts = 0, n;
	const char *more;

	*ret_items = 0;
	assert_non_null(json_object_get(o, "message"));
	do {
		items = json_object_get(o, "items");
		n = json_array_size(items);
		assert_in_range(n, 1, PART);
		for (size_t i = 1; i < n; i++)
			assert_true(seq_of(json_array_get(items, i - 1)) <
				    seq_of(json_array_get(items, i)));
		first = seq_of(json_array_get(items, 0));
		newest = seq_of(json_array_get(items, n - 1));
		assert_true(is_forward ? first > last : newest < last);
		last = is_forward ? newest : first;
		*ret_items += n;
		parts++;
		more = json_string_value(json_object_get(o, "more"));
		next = more != NULL ? show(more, is_forward) : NULL;
		if (next != NULL)
			assert_null(json_object_get(next, "message"));
		json_decref(o);
		o = next;
	} while (o != NULL);
	return parts;
}

static void
test_ten_thousand_letters_come_in_parts(void **state)
{
	size_t n;
	json_t *o;

	(void)state;
	add_letters(LONG, TEXT_BYTES, true);
	o = show(NULL, false);
	assert_in_range(json_dumpb(o, NULL, 0, JSON_COMPACT), PART * TEXT_BYTES,
	    2 * 1024 * 1024);
	json_decref(o);
	assert_int_equal(walk(false, &n), (LONG + 2 + PART - 1) / PART);
	assert_int_equal(n, LONG + 2);
	assert_int_equal(walk(true, &n), (LONG + 2 + PART - 1) / PART);
	assert_int_equal(n, LONG + 2);
	assert_int_equal(book_show(ana.book, thread.thread, NULL, &o), 0);
	assert_int_equal(
	    json_array_size(json_object_get(o, "items")), LONG + 2);
	assert_null(json_object_get(o, "more"));
	json_decref(o);
}

/* Long ones are fewer a part. */
static void
test_parts_have_a_size(void **state)
{
	struct book_part part = { .bytes = 100000 };
	json_t *o;

	(void)state;
	add_letters(20, 30000, true);
	assert_int_equal(book_show(ana.book, thread.thread, &part, &o), 0);
	assert_int_equal(json_array_size(json_object_get(o, "items")), 4);
	json_decref(o);
	part = (struct book_part){ .items = 1, .bytes = 1 };
	assert_int_equal(book_show(ana.book, thread.thread, &part, &o), 0);
	assert_int_equal(json_array_size(json_object_get(o, "items")), 1);
	json_decref(o);
}

/* However many claims come, what was said in the thread stays in sight. */
static void
test_claims_take_nobodys_place(void **state)
{
	json_t *o, *claimed;

	(void)state;
	add_letters(1000, 10, false);
	o = show(NULL, false);
	claimed = json_object_get(o, "claimed");
	assert_int_equal(json_array_size(json_object_get(o, "items")), 2);
	assert_null(json_object_get(o, "more"));
	assert_int_equal(json_array_size(claimed), 20);
	assert_int_equal(seq_of(json_array_get(claimed, 19)), inbox.n + 1000);
	json_decref(o);
	o = show(NULL, true);
	assert_int_equal(json_array_size(json_object_get(o, "items")), PART);
	assert_null(json_object_get(o, "claimed"));
	json_decref(o);
}

static void
test_what_is_no_cursor(void **state)
{
	static const char *const wrong[] = { "", ".", "1", "1.", ".1", "-1.0",
		"1.-1", "1.0x", "1.0.0", " 1.0", "0x1.0", "1e3.0", "1,0",
		"99999999999999999999.0", "9223372036854775808.0",
		"1.4294967296", "1.0 OR 1=1" };
	static const char *const fine[] = { "0.0", "1.4294967295",
		"9223372036854775807.0", "4611686018427387904.7" };
	struct book_part part = { 0 };
	json_t *o;
	size_t i;

	(void)state;
	for (i = 0; i < 2 * (sizeof(wrong) / sizeof(*wrong)); i++) {
		part.cursor = wrong[i / 2];
		part.is_forward = i % 2;
		assert_int_not_equal(
		    book_show(ana.book, thread.thread, &part, &o), 0);
	}
	for (i = 0; i < 2 * (sizeof(fine) / sizeof(*fine)); i++) {
		o = show(fine[i / 2], i % 2);
		assert_in_range(
		    json_array_size(json_object_get(o, "items")), 0, 2);
		json_decref(o);
	}
}

/* What colleagues said of the thread, any number of times, as it would stand in
 * the tables: labels, statuses, and that it was handed on. */
static void
add_events(int n)
{
	must(sql_run(&ana.book->sql,
		 NUMBERS "INSERT INTO event (ord, line, author, seen, thread,"
			 " kind, value) SELECT ?3, n, 2, 9, (SELECT thread FROM"
			 " letter WHERE seq = ?2), iif(n % 3, ?4, ?5),"
			 " iif(n % 3, 'l' || (n % 5), 'open') FROM number",
		 "illii", n, tip, (uint64_t)inbox.n, EVENT_LABEL,
		 EVENT_STATUS) == 0);
	must(
	    sql_run(&ana.book->sql,
		NUMBERS "INSERT INTO event (ord, line, author, seen, thread,"
			" kind, value) SELECT ?3, ?1 + n, 2, 9, (SELECT thread"
			" FROM letter WHERE seq = ?2), ?4, 'sport' FROM number",
		"illi", n, tip, (uint64_t)inbox.n, EVENT_HANDED) == 0);
	must(sql_exec(&ana.book->sql, "UPDATE thread SET desk = 'sport'") == 0);
}

static int
on_steps(void *ctx)
{
	++*(size_t *)ctx;
	return 0;
}

/* What it takes to hand a thread over, in hundreds of SQLite's own steps: the
 * lines it comes to, and that nothing is owed. */
static size_t
handing_over(size_t lines_expected)
{
	struct book_owed owed;
	struct buf lines;
	size_t steps = 0, n, found = 0;

	buf_init(&lines, LETTER_TEXT_MAX);
	sqlite3_progress_handler(ana.book->sql.db, 100, on_steps, &steps);
	assert_int_equal(book_grant_state(ana.book, thread.thread, &lines), 0);
	assert_int_equal(book_owed(ana.book, &owed, 1, &n), 0);
	sqlite3_progress_handler(ana.book->sql.db, 0, NULL, NULL);
	assert_int_equal(n, 0);
	for (size_t i = 0; i < lines.n; i++)
		found += lines.p[i] == '\n';
	assert_int_equal(found, lines_expected);
	buf_fini(&lines);
	return steps;
}

/* However often a colleague says something, and however much was written. */
static void
test_handing_over_grows_with_what_was_said(void **state)
{
	size_t few, many;

	(void)state;
	add_events(500);
	add_letters(500, 1, true);
	must(sql_exec(&ana.book->sql, "UPDATE letter SET key = zeroblob(16)"
				      " WHERE key IS NULL") == 0);
	few = handing_over(7);
	inbox.n += 500;
	add_events(3500);
	must(sql_exec(&ana.book->sql,
		 "INSERT INTO letter (seq, thread, own, key)"
		 " SELECT seq + (n + 1) * 10000, thread, 1,"
		 " key FROM letter, (SELECT value AS n FROM"
		 " json_each('[0,1,2,3,4,5,6]'))"
		 " WHERE thread IS NOT NULL") == 0);
	many = handing_over(7);
	/* Eight times as much of both; squared it would be 64. */
	assert_in_range(many, few, 12 * few);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
	const struct CMUnitTest tests[] = {
		TEST(test_ten_thousand_letters_come_in_parts),
		TEST(test_parts_have_a_size),
		TEST(test_claims_take_nobodys_place),
		TEST(test_what_is_no_cursor),
		TEST(test_handing_over_grows_with_what_was_said),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
