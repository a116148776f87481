/* What the desk does between requests, while somebody else has the copy. */
#include "unit.h"

#include <sqlite3.h>
#include <stdio.h>

#include "base/err.h"
#include "desk/chores.h"
#include "desk/opening.h"
#include "desk/round.h"
#include "dispatch_kit.h"

#define TURNS_MAX 100

static struct office office;
static struct office_member *ana;
static struct thread_keys source;
static uint64_t tip;
static struct desk desk;
static int steps, closed;

void
opening_step(struct desk *d, uint64_t now)
{
	(void)now;
	assert_int_equal(d->phase, PHASE_OPENING);
	steps++;
}

void
opening_close(struct desk *d, enum desk_reason reason)
{
	(void)d;
	assert_int_equal(reason, DESK_REASON_IDLE);
	closed++;
}

void
opening_close_lost(struct desk *d)
{
	(void)d;
	fail();
}

bool
opening_is_shut(void)
{
	return false;
}

void
round_ask(struct desk *d)
{
	(void)d;
}

uint64_t
round_waiting(struct desk *d)
{
	(void)d;
	return 0;
}

int
round_flush(struct desk *d)
{
	(void)d;
	return 0;
}

void
desk_changed(struct desk *d)
{
	(void)d;
}

static int
begin(void **state)
{
	(void)state;
	office_init(&office);
	ana = &office.member[ANA];
	office_source(&office, 7, &source);
	tip = office_tip(&office, LETTER_TIP, &source, "news", "Something.");
	office_round(&office, ana);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	office_fini(&office);
	return 0;
}

static void
open_desk(void)
{
	desk = (struct desk){ .phase = PHASE_READY,
		.mirror = ana->mirror,
		.book = ana->book,
		.dispatch = ana->dispatch };
	desk.start.idle_minutes = 60;
	desk.chores.is_edition = true;
	desk.chores.saved_version = book_version(ana->book);
	mirror_set_patience(ana->mirror, 0);
}

/* As a fetch that writes, or pretends to. */
static sqlite3 *
lock(const char *how)
{
	sqlite3 *db;
	char path[128];

	snprintf(path, sizeof(path), "%s/ana.db", office.directory);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, how, NULL, NULL, NULL), SQLITE_OK);
	return db;
}

static bool
is_told(uint32_t number)
{
	const struct buf *bytes = &office.edition[number - 1].bytes;
	enum strip_code code = 0;
	struct edition_view v;
	struct cursor c;

	cursor_init(&c, bytes->p, bytes->n);
	assert_int_equal(edition_next(&c, office.newsroom, NULL, &v), 0);
	(void)strip_scan(
	    source.pub.slot, v.strip, v.head.strips, number, &code);
	return code == STRIP_WORKING;
}

/* A status whose edition is over is made again for the next, however long
 * somebody has the copy when it is due. */
static void
nothing_due_is_lost(const char *how, bool waits)
{
	struct book_thread t = office_find(ana, tip);
	sqlite3 *db;

	assert_int_equal(dispatch_tell(ana->dispatch, &t, STRIP_WORKING), 0);
	assert_int_equal(dispatch_flush(ana->dispatch), 0);
	office_edition(&office);
	office_send(&office, ana);
	office_round(&office, ana);
	open_desk();
	db = lock(how);
	for (int i = 0; i < TURNS_MAX && desk.chores.is_edition; i++)
		(void)chores_step(&desk, 1);
	assert_int_equal(desk.chores.is_edition, waits);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	for (int i = 0; i < TURNS_MAX && desk.chores.is_edition; i++)
		(void)chores_step(&desk, 1);
	assert_false(desk.chores.is_edition);
	office_round(&office, ana);
	office_edition(&office);
	assert_false(is_told(1));
	assert_true(is_told(2));
}

static void
what_is_due_waits_for_a_copy_nobody_may_read(void **state)
{
	(void)state;
	nothing_due_is_lost("BEGIN EXCLUSIVE", true);
}

static void
what_is_due_lies_ready_for_a_copy_nobody_may_write(void **state)
{
	(void)state;
	nothing_due_is_lost("BEGIN IMMEDIATE", false);
}

static void
a_copy_that_never_opens_keeps_no_key(void **state)
{
	(void)state;
	steps = closed = 0;
	desk = (struct desk){ .phase = PHASE_OPENING };
	desk.start.idle_minutes = 1;
	desk.chores.used_at = 1000;
	assert_true(chores_step(&desk, 60999));
	assert_int_equal(steps, 1);
	assert_int_equal(closed, 0);
	assert_false(chores_step(&desk, 61000));
	assert_int_equal(steps, 1);
	assert_int_equal(closed, 1);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
	const struct CMUnitTest tests[] = {
		TEST(what_is_due_waits_for_a_copy_nobody_may_read),
		TEST(what_is_due_lies_ready_for_a_copy_nobody_may_write),
		cmocka_unit_test(a_copy_that_never_opens_keeps_no_key),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
