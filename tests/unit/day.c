#include "unit.h"

#include <time.h>

#include "base/day.h"
#include "base/err.h"

/* The C library's calendar is the other opinion, for every day there is. */
static void
test_every_day(void **state)
{
	char text[DAY_TEXT_SIZE + 1], want[32];
	uint32_t back;
	struct tm tm;

	(void)state;
	for (uint32_t day = 0; day <= DAY_MAX; day++) {
		time_t t = (time_t)day * 86400;

		day_write(text, day);
		if (day % 17 == 0) {
			gmtime_r(&t, &tm);
			strftime(want, sizeof(want), "%Y-%m-%d", &tm);
			assert_string_equal(text, want);
		}
		if (day_read(text_from(text), &back) != 0 || back != day)
			fail_msg("%s is not day %u", text, day);
	}
	assert_string_equal(text, "9999-12-31");
	day_write(text, UINT32_MAX);
	assert_string_equal(text, "9999-12-31");
	day_write(text, 0);
	assert_string_equal(text, "1970-01-01");
}

static void
test_what_is_no_day(void **state)
{
	static const char *const bad[] = { "", "2024-02-3", "2024-02-300",
		"2023-02-29", "1900-02-29", "2100-02-29", "2024-02-30",
		"2024-04-31", "2024-13-01", "2024-00-01", "2024-01-00",
		"2024-01-32", "1969-12-31", "0000-01-01", "2024/01/01",
		"2024-1-001", " 2024-01-1", "2024-01-1 ", "+024-01-01",
		"2024-01-0x", "20a4-01-01" };
	uint32_t day = 7;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(day_read(text_from(bad[i]), &day), ERR_FORMAT);
	assert_int_equal(
	    day_read((struct text){ "2024-01\0001", 10 }, &day), ERR_FORMAT);
	assert_int_equal(day, 7);
	assert_int_equal(day_read(TEXT("2024-02-29"), &day), 0);
	assert_int_equal(day, 19782);
}

static void
test_today(void **state)
{
	uint32_t before = (uint32_t)(time(NULL) / 86400), today = day_today();

	(void)state;
	assert_true(today == before || today == before + 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_day),
		cmocka_unit_test(test_what_is_no_day),
		cmocka_unit_test(test_today),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
