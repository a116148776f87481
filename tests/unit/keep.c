/* The schedule of editions. */
#include "unit.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/err.h"
#include "crypto/random.h"
#include "keep/keep.h"
#include "os/sock.h"
#include "store/backend.h"

#define HOUR UINT64_C(3600)
#define DAY (24 * HOUR)
#define TODAY (20000 * DAY)
#define FOUR_TIMES (1u << 0 | 1u << 6 | 1u << 12 | 1u << 18)

static struct keep keep;
static struct store *store;
static struct wire_peer *control;
static int parent;

static int
set_up(void **state)
{
	struct wire_start start = { .role = WIRE_KEEP, .edition_age = 30 };
	int pair[2];

	(void)state;
	if (store_open_memory(start.newsroom, &store) != 0 ||
	    sock_pair(pair) != 0 ||
	    wire_peer_new(pair[1], WIRE_KEEP, WIRE_PARENT, start.newsroom,
		&control) != 0 ||
	    keep_open(&keep, control, &start, store) != 0)
		return -1;
	parent = pair[0];
	keep.policy.is_known = true;
	keep.released_at = 0;
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	keep_close(&keep);
	store_close(&store);
	wire_peer_free(&control);
	close(parent);
	return 0;
}

/* What a turn at that time does; the newest edition after it. */
static uint32_t
tick(uint64_t now)
{
	release_tick(&keep, now);
	keep_sync(&keep);
	return keep.newest;
}

static void
post(void)
{
	static uint8_t slot[SLOT_SIZE];

	assert_int_equal(store_board_post(store, slot, 1, NULL, 0, NULL), 0);
	keep_sync(&keep);
}

static uint32_t
oldest(void)
{
	uint32_t oldest, newest, day;
	uint8_t hash[32];

	assert_int_equal(
	    store_edition_range(store, &oldest, &newest, &day, hash), 0);
	return oldest;
}

static void
test_every_hour_makes_one(void **state)
{
	(void)state;
	keep.policy.hours = FOUR_TIMES;
	/* A newsroom that begins has missed nothing. */
	assert_int_equal(tick(TODAY + 5 * HOUR), 0);
	assert_int_equal(tick(TODAY + 6 * HOUR - 1), 0);
	assert_int_equal(tick(TODAY + 6 * HOUR), 1);
	assert_int_equal(keep.newest_day, 20000);
	assert_int_equal(tick(TODAY + 6 * HOUR + 1), 1);
	assert_int_equal(tick(TODAY + 12 * HOUR + 5), 2);
	/* Whatever was missed makes one. */
	assert_int_equal(tick(TODAY + 3 * DAY), 3);
	assert_int_equal(keep.newest_day, 20003);
	assert_int_equal(tick(TODAY + 3 * DAY + 9), 3);
}

static void
test_the_schedule_outlives_keep(void **state)
{
	const struct wire_start start = keep.start;

	(void)state;
	keep.policy.hours = FOUR_TIMES;
	assert_int_equal(tick(TODAY), 0);
	assert_int_equal(tick(TODAY + 6 * HOUR), 1);
	keep_close(&keep);
	assert_int_equal(keep_open(&keep, control, &start, store), 0);
	keep.policy.is_known = true;
	keep.policy.hours = FOUR_TIMES;
	assert_int_equal(tick(TODAY + 7 * HOUR), 1);
	assert_int_equal(tick(TODAY + 12 * HOUR), 2);
}

static void
test_a_clock_that_was_wrong(void **state)
{
	(void)state;
	keep.policy.hours = FOUR_TIMES;
	assert_int_equal(tick(TODAY), 0);
	assert_int_equal(tick(TODAY + 9999 * DAY), 1);
	/* The first tick finds the schedule absurd and begins anew. */
	assert_int_equal(tick(TODAY + HOUR), 1);
	assert_int_equal(tick(TODAY + 6 * HOUR), 2);
	/* Days never go back. */
	assert_int_equal(keep.newest_day, 29999);
	/* An hour back: nothing is made twice. */
	assert_int_equal(tick(TODAY + 5 * HOUR), 2);
	assert_int_equal(tick(TODAY + 6 * HOUR), 2);
	assert_int_equal(tick(TODAY + 12 * HOUR), 3);
}

static void
test_editions_grow_old(void **state)
{
	(void)state;
	keep.policy.hours = 1;
	assert_int_equal(tick(TODAY), 0);
	for (uint32_t i = 1; i <= 40; i++)
		assert_int_equal(tick(TODAY + i * DAY), i);
	assert_int_equal(oldest(), 40 - 30);
	/* After a year only the newest two: a chain needs its end. */
	assert_int_equal(tick(TODAY + 400 * DAY), 41);
	assert_int_equal(oldest(), 40);
	release_expire(&keep, 20000 + 401);
	keep_sync(&keep);
	assert_int_equal(oldest(), 41);
	release_expire(&keep, 20000 + 800);
	keep_sync(&keep);
	assert_int_equal(oldest(), 41);
}

static void
test_a_drill_waits_for_something(void **state)
{
	uint64_t now = TODAY;

	(void)state;
	keep.policy.seconds = 60;
	assert_int_equal(tick(now), 0);
	assert_int_equal(release_due(&keep, now), 0);
	post();
	assert_int_equal(tick(now), 1);
	post();
	assert_int_equal(release_due(&keep, now), now + 60);
	assert_int_equal(tick(now + 59), 1);
	assert_int_equal(tick(now + 60), 2);
	assert_int_equal(tick(now + 1000), 2);
	/* A clock set back a day does not stop it for a day. */
	now -= DAY;
	post();
	assert_int_equal(tick(now), 2);
	assert_int_equal(tick(now + 60), 3);
}

static void
test_a_drill_keeps_so_many(void **state)
{
	(void)state;
	keep.policy.seconds = 1;
	for (uint32_t i = 1; i <= 125; i++) {
		post();
		assert_int_equal(tick(TODAY + 2 * i), i);
	}
	assert_int_equal(oldest(), 6);
}

static void
test_no_card_no_editions(void **state)
{
	(void)state;
	keep.policy = (struct policy){ 0 };
	post();
	assert_int_equal(tick(TODAY), 0);
	assert_int_equal(release_due(&keep, TODAY), 0);
}

static int
fail_to_get(struct backend *b, enum view v, uint32_t number,
    struct edition_row *ret_edition)
{
	(void)b, (void)v, (void)number, (void)ret_edition;
	return ERR_IO;
}

/* Neither the edition without the schedule nor the schedule without it. */
static void
test_a_release_that_fails_leaves_no_half(void **state)
{
	const struct backend_ops *good = store->ops;
	struct backend_ops bad = *good;
	uint64_t due;

	(void)state;
	keep.policy.hours = FOUR_TIMES;
	assert_int_equal(tick(TODAY), 0);
	assert_int_equal(tick(TODAY + 6 * HOUR), 1);
	assert_int_equal(tick(TODAY + 12 * HOUR), 2);
	due = keep.due;
	post();
	bad.edition_get = fail_to_get;
	store->ops = &bad;
	assert_int_equal(tick(TODAY + 18 * HOUR), 2);
	store->ops = good;
	assert_int_equal(keep.due, due);
	assert_int_equal(keep.posts, 1);
	assert_int_equal(tick(TODAY + 18 * HOUR + 20), 3);
	assert_int_equal(keep.due, due + 6 * HOUR);
	assert_int_equal(keep.posts, 0);
}

int
main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		CASE(test_every_hour_makes_one),
		CASE(test_the_schedule_outlives_keep),
		CASE(test_a_clock_that_was_wrong),
		CASE(test_editions_grow_old),
		CASE(test_a_drill_waits_for_something),
		CASE(test_a_drill_keeps_so_many),
		CASE(test_no_card_no_editions),
		CASE(test_a_release_that_fails_leaves_no_half),
	};

	if (crypto_init() != 0)
		return EXIT_FAILURE;
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
