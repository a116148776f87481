/* What is wanted of large letters, and how much of it fetch is asked for. */
#include "unit.h"

#include "base/err.h"
#include "desk/bring.h"

static struct bring b;

static int
begin(void **state)
{
	(void)state;
	bring_stop(&b);
	return 0;
}

static void
want(uint64_t first, uint64_t n)
{
	for (uint64_t i = 0; i < n; i++)
		assert_int_equal(bring_add(&b, first + i), 0);
}

/* What fetch is asked for now; 0: nothing. */
static uint64_t
next(void)
{
	uint64_t seq = 0;

	return bring_next(&b, &seq) ? seq : 0;
}

static void
two_hundred_come_a_few_at_a_time(void **state)
{
	(void)state;
	want(1, 200);
	want(1, 200);
	assert_int_equal(b.n, 200);
	for (uint64_t i = 1; i <= BRING_AT_ONCE; i++)
		assert_int_equal(next(), i);
	for (uint64_t i = 1; i <= 200; i++) {
		uint64_t follows = i + BRING_AT_ONCE;

		assert_int_equal(next(), 0);
		bring_ended(&b, i, true);
		assert_int_equal(b.done, i);
		assert_int_equal(next(), follows <= 200 ? follows : 0);
	}
	assert_int_equal(b.n, 0);
	want(7, 1);
	assert_int_equal(b.done, 0);
}

static void
what_does_not_come_is_tried_again(void **state)
{
	(void)state;
	want(1, 3);
	assert_int_equal(next(), 1);
	bring_ended(&b, 1, false);
	assert_int_equal(next(), 0);
	b.is_paused = false;
	assert_int_equal(next(), 2);
	assert_int_equal(next(), 3);
	bring_ended(&b, 2, true);
	bring_ended(&b, 3, true);
	for (int i = 1; i < BRING_TRIES; i++) {
		b.is_paused = false;
		assert_int_equal(next(), 1);
		bring_ended(&b, 1, false);
	}
	assert_int_equal(b.n, 0);
	assert_int_equal(b.done, 3);
}

static void
another_fetch_is_asked_again(void **state)
{
	(void)state;
	want(1, 3);
	assert_int_equal(next(), 1);
	assert_int_equal(next(), 2);
	bring_again(&b);
	assert_int_equal(next(), 1);
	bring_unask(&b, 1);
	assert_int_equal(next(), 1);
	/* What nobody wanted changes nothing. */
	bring_ended(&b, 9, true);
	bring_unask(&b, 9);
	assert_int_equal(b.n, 3);
	assert_int_equal(b.done, 0);
}

static void
it_can_be_given_up(void **state)
{
	(void)state;
	want(1, 200);
	assert_int_equal(next(), 1);
	bring_stop(&b);
	assert_int_equal(next(), 0);
	bring_ended(&b, 1, true);
	assert_int_equal(b.done, 0);
}

static void
there_is_an_end(void **state)
{
	(void)state;
	want(1, BRING_MAX);
	assert_int_equal(bring_add(&b, BRING_MAX), 0);
	assert_int_equal(bring_add(&b, BRING_MAX + 1), ERR_LIMIT);
	assert_int_equal(b.n, BRING_MAX);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(two_hundred_come_a_few_at_a_time, begin),
		cmocka_unit_test_setup(
		    what_does_not_come_is_tried_again, begin),
		cmocka_unit_test_setup(another_fetch_is_asked_again, begin),
		cmocka_unit_test_setup(it_can_be_given_up, begin),
		cmocka_unit_test_setup(there_is_an_end, begin),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
