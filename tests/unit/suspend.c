/* Without a bus, by a clock that the test turns. */
#include "unit.h"

#include <stdlib.h>
#include <time.h>

#include "os/suspend.h"

static time_t slept;

int __real_clock_gettime(clockid_t id, struct timespec *t);
int __wrap_clock_gettime(clockid_t id, struct timespec *t);

int
__wrap_clock_gettime(clockid_t id, struct timespec *t)
{
	int done = __real_clock_gettime(id, t);

	/* The clock that goes on while the machine sleeps. */
	if (id != CLOCK_MONOTONIC && id != CLOCK_REALTIME)
		t->tv_sec += slept;
	return done;
}

static void
test_waking_up_is_seen(void **state)
{
	struct suspend *s = NULL;

	(void)state;
	slept = 1000;
	assert_int_equal(suspend_open(&s), 0);
	while (suspend_has_bus(s))
		assert_int_equal(suspend_next(s), SUSPEND_NOTHING);
	assert_int_equal(suspend_fd(s), -1);
	assert_in_range(suspend_timeout(s), 1, 5000);
	assert_int_equal(suspend_next(s), SUSPEND_NOTHING);
	slept += 60;
	assert_int_equal(suspend_next(s), SUSPEND_WOKE);
	assert_int_equal(suspend_next(s), SUSPEND_NOTHING);
	slept += 5;
	assert_int_equal(suspend_next(s), SUSPEND_WOKE);
	suspend_release(s);
	suspend_close(&s);
	assert_null(s);
	suspend_close(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_waking_up_is_seen),
	};

	setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nonexistent", 1);
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
