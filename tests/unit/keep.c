/* The schedule of editions. */
#include "unit.h"

#include "keep/keep.h"

#define HOUR 3600u
#define DAY (24u * HOUR)
#define NOON 12u * HOUR

static void
test_fixed_hours(void **state)
{
	const uint32_t hours = 1u << 0 | 1u << 6 | 1u << 12 | 1u << 18;
	const uint64_t day = 20000 * (uint64_t)DAY;

	(void)state;
	assert_int_equal(release_last(hours, day), day);
	assert_int_equal(release_last(hours, day + 1), day);
	assert_int_equal(release_last(hours, day - 1), day - 6 * HOUR);
	assert_int_equal(release_last(hours, day + 13 * HOUR + 59), day + NOON);
	assert_int_equal(release_next(hours, day), day + 6 * HOUR);
	assert_int_equal(release_next(hours, day - 1), day);
	assert_int_equal(release_next(hours, day + 18 * HOUR), day + DAY);
}

static void
test_one_hour_a_day(void **state)
{
	const uint64_t day = 20000 * (uint64_t)DAY;

	(void)state;
	assert_int_equal(
	    release_last(1u << 12, day + 11 * HOUR), day - DAY + NOON);
	assert_int_equal(release_next(1u << 12, day + NOON), day + DAY + NOON);
	assert_int_equal(release_next(1u << 12, day + NOON - 1), day + NOON);
}

static void
test_no_hour_at_all(void **state)
{
	(void)state;
	assert_int_equal(release_last(0, 20000 * (uint64_t)DAY), 0);
	assert_int_equal(release_next(0, 20000 * (uint64_t)DAY), 0);
	assert_int_equal(release_last(1u << 1, 10), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fixed_hours),
		cmocka_unit_test(test_one_hour_a_day),
		cmocka_unit_test(test_no_hour_at_all),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
