/* How slow somebody may be while others wait. */
#include "unit.h"

#include "form/pace.h"

/* So many bytes a second until then; whether that is slow. */
static bool
is_slow_after(unsigned seconds, uint64_t rate)
{
	struct pace p = { .second = 0 };

	for (unsigned now = 0; now < seconds; now++)
		pace_note(&p, now, now * rate, false);
	return pace_is_slow(&p, seconds, seconds * rate);
}

static void
a_pace_is_known_after_a_while(void **state)
{
	(void)state;
	assert_false(is_slow_after(PACE_SECONDS - 1, 0));
	assert_true(is_slow_after(PACE_SECONDS, 0));
	assert_true(is_slow_after(PACE_SECONDS, PACE_MIN - 1));
	assert_false(is_slow_after(PACE_SECONDS, PACE_MIN));
}

static void
who_has_been_here_long_must_be_faster(void **state)
{
	(void)state;
	assert_false(is_slow_after(PACE_LONG_SECONDS - 1, PACE_MIN));
	assert_true(is_slow_after(PACE_LONG_SECONDS, PACE_LONG_MIN - 1));
	assert_false(is_slow_after(PACE_LONG_SECONDS, PACE_LONG_MIN));
}

/* Whoever sent slowly has not yet read slowly. */
static void
an_answer_has_a_pace_of_its_own(void **state)
{
	struct pace p = { .second = 0 };
	unsigned now;

	(void)state;
	for (now = 0; now < 60; now++)
		pace_note(&p, now, 100, false);
	assert_true(pace_is_slow(&p, now, 100));
	for (; now < 60 + PACE_SECONDS; now++) {
		pace_note(&p, now, 100, true);
		assert_false(pace_is_slow(&p, now, 100));
	}
	assert_true(pace_is_slow(&p, now, 100));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_pace_is_known_after_a_while),
		cmocka_unit_test(who_has_been_here_long_must_be_faster),
		cmocka_unit_test(an_answer_has_a_pace_of_its_own),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
