/*
 * The book when memory ends, SQLite's too. What SQLite asks for it can often do
 * without, so that an operation may succeed; what fails must say so, leave
 * nothing behind and the book as it was.
 */
#include "../unit/book_kit.h"
#include "each_allocation.h"

#include <string.h>

#include "base/sqlite_memory.h"

#define STEP(nth) ((nth) / 40 + 1) /* not each of the many thousand */

static struct inbox inbox;
static struct reader reader;
static char *state; /* of the reader's book, as text */

static int
begin(void **unused)
{
	struct thread_keys keys;

	(void)unused;
	inbox_init(&inbox);
	inbox_card(&inbox, EVERYBODY);
	inbox_tip(&inbox, 1, "The mayor took money from the builder.");
	inbox_source(&inbox, 1, &keys);
	inbox_say(&inbox, BO, 2, 2, EVENT_ASSIGNED, "ana", false);
	inbox_say(&inbox, ANA, 2, 2, EVENT_ASSIGNED, "bo", false);
	inbox_lines(&inbox, BO, ANA | BO, 2, LETTER_NOTE, keys.pub.thread,
	    TEXT("a note"));
	inbox_follow_up(&inbox, 1, "and more");
	reader_init(&reader, &inbox, ANA);
	reader_sync(&reader);
	must(book_save(reader.book, inbox.directory) == 0);
	state = reader_dump(&reader);
	return 0;
}

static int
end(void **unused)
{
	(void)unused;
	mem_free(state);
	reader_fini(&reader);
	inbox_fini(&inbox);
	return 0;
}

/* Until an operation meets fewer allocations than the one that is to fail. */
static void
some_allocations(int (*operate)(void), unsigned long least)
{
	unsigned long nth, made;

	for (nth = 1;; nth += STEP(nth)) {
		int err;

		mem_fail_at(nth);
		err = operate();
		made = mem_fail_at(0);
		assert_true(err == 0 || err == ERR_NOMEM);
		if (made < nth)
			break;
	}
	assert_true(nth > least);
}

static int
make(struct book **ret_book)
{
	struct book_options o = { .newsroom = inbox.newsroom,
		.pin = &inbox.pin,
		.mirror = reader.mirror,
		.ids = reader.member->ids,
		.sign_seed = reader.member->seed };

	return book_new(&o, ret_book);
}

static int
take(void)
{
	struct book *b = NULL;
	uint64_t left;
	int err;

	if ((err = make(&b)) == 0 && (err = book_take(b, 100, &left)) == 0)
		assert_int_equal(book_seq(b), inbox.n);
	book_free(&b);
	return err;
}

static int
load(void)
{
	struct book *b = NULL;
	bool is_fresh = false;
	uint64_t left;
	int err;

	if ((err = make(&b)) == 0 &&
	    (err = book_load(b, inbox.directory, &is_fresh)) == 0 &&
	    (err = book_take(b, 100, &left)) == 0)
		assert_int_equal(book_seq(b), inbox.n);
	book_free(&b);
	return err;
}

static int
save(void)
{
	return book_save(reader.book, inbox.directory);
}

static int
ask(void)
{
	struct book_query q = { .view = "mine", .words = "\"the mayor\" mon*" };
	struct book_thread t;
	json_t *o = NULL;
	int err;

	if ((err = book_list(reader.book, &q, &o)) != 0)
		return err;
	json_decref(o);
	if ((err = book_find(reader.book, "2", &t)) != 0 ||
	    (err = book_show(reader.book, t.thread, NULL, &o)) != 0)
		return err;
	json_decref(o);
	if ((err = book_counts(reader.book, &o)) != 0)
		return err;
	json_decref(o);
	if ((err = book_people(reader.book, &o)) != 0)
		return err;
	json_decref(o);
	if ((err = book_alarms(reader.book, &o)) != 0)
		return err;
	json_decref(o);
	if ((err = book_letters(reader.book, 0, 10, &o)) != 0)
		return err;
	json_decref(o);
	return 0;
}

static int
change(void)
{
	struct event e = { .kind = EVENT_SUMMARY, .value = TEXT("a bribe") };
	uint64_t handle;
	int err;

	inbox_about(&inbox, 2, &e);
	if ((err = book_pend(reader.book, &e, &handle)) != 0)
		return err;
	if ((err = book_unpend(reader.book, handle)) == 0)
		return 0;
	mem_fail_at(0);
	must(book_unpend(reader.book, handle) == 0);
	return err;
}

static void
assert_unchanged(void)
{
	char *now = reader_dump(&reader);

	assert_string_equal(now, state);
	mem_free(now);
}

static void
test_taking(void **unused)
{
	(void)unused;
	some_allocations(take, 1000);
}

static void
test_keeping(void **unused)
{
	(void)unused;
	some_allocations(save, 20);
	some_allocations(load, 500);
}

static void
test_asking(void **unused)
{
	(void)unused;
	some_allocations(ask, 300);
	assert_unchanged();
}

static void
test_changing(void **unused)
{
	(void)unused;
	some_allocations(change, 30);
	assert_unchanged();
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
	const struct CMUnitTest tests[] = {
		TEST(test_taking),
		TEST(test_keeping),
		TEST(test_asking),
		TEST(test_changing),
	};

	must(sqlite_memory_init(true) == 0);
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
