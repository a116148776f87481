#include "unit.h"

#include "base/cursor.h"
#include "base/err.h"

static void
test_fields(void **state)
{
	uint8_t p[20], copy[3];
	struct cursor c;

	(void)state;
	for (uint8_t i = 0; i < sizeof(p); i++)
		p[i] = (uint8_t)(i + 1);
	cursor_init(&c, p, sizeof(p));
	assert_int_equal(cursor_u8(&c), 1);
	assert_int_equal(cursor_u16(&c), 0x0302);
	assert_int_equal(cursor_u32(&c), 0x07060504);
	assert_true(cursor_u64(&c) == 0x0f0e0d0c0b0a0908);
	cursor_copy(&c, copy, 3);
	assert_memory_equal(copy, p + 15, 3);
	assert_int_equal(cursor_finish(&c), ERR_FORMAT);
	assert_ptr_equal(cursor_take(&c, 2), p + 18);
	assert_int_equal(cursor_finish(&c), 0);
	assert_non_null(cursor_take(&c, 0));
	assert_int_equal(cursor_finish(&c), 0);
}

static void
test_running_past_the_end(void **state)
{
	static const uint8_t p[] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };
	uint8_t copy[2] = { 9, 9 };
	struct cursor c;

	(void)state;
	cursor_init(&c, p, sizeof(p));
	assert_true(cursor_u64(&c) == 0);
	assert_int_equal(c.err, ERR_TRUNCATED);
	/* What would still fit is zero as well. */
	assert_int_equal(cursor_u8(&c), 0);
	assert_int_equal(cursor_u16(&c), 0);
	assert_int_equal(cursor_u32(&c), 0);
	cursor_copy(&c, copy, 2);
	assert_int_equal(copy[0] | copy[1], 0);
	assert_null(cursor_take(&c, 0));
	assert_int_equal(cursor_finish(&c), ERR_TRUNCATED);
	cursor_init(&c, NULL, 0);
	assert_non_null(cursor_take(&c, 0));
	assert_int_equal(cursor_finish(&c), 0);
	assert_null(cursor_take(&c, SIZE_MAX));
	assert_int_equal(cursor_finish(&c), ERR_TRUNCATED);
}

static void
test_integers(void **state)
{
	uint8_t p[8];

	(void)state;
	u16_write(p, 0xfedc);
	assert_memory_equal(p, "\xdc\xfe", 2);
	assert_int_equal(u16_read(p), 0xfedc);
	u32_write(p, 0xfedcba98);
	assert_memory_equal(p, "\x98\xba\xdc\xfe", 4);
	assert_int_equal(u32_read(p), 0xfedcba98);
	u64_write(p, 0xfedcba9876543210);
	assert_memory_equal(p, "\x10\x32\x54\x76\x98\xba\xdc\xfe", 8);
	assert_true(u64_read(p) == 0xfedcba9876543210);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_running_past_the_end),
		cmocka_unit_test(test_integers),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
