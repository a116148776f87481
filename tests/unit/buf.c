#include "unit.h"

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"

static void
test_appends(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 1000);
	buf_puts(&b, "a");
	buf_put_text(&b, TEXT("bc"));
	buf_put(&b, NULL, 0);
	buf_putf(&b, "-%d-%s-", 42, "x");
	buf_put_hex(&b, "\x01\xff", 2);
	buf_fill(&b, '.', 3);
	assert_int_equal(buf_finish(&b), 0);
	assert_text(buf_text(&b), "abc-42-x-01ff...");
	assert_string_equal(buf_cstr(&b), "abc-42-x-01ff...");
	assert_int_equal(b.n, 16);
	buf_clear(&b);
	assert_string_equal(buf_cstr(&b), "");
	buf_put_u8(&b, 1);
	buf_put_u16(&b, 0x0302);
	buf_put_u32(&b, 0x07060504);
	buf_put_u64(&b, 0x0f0e0d0c0b0a0908);
	assert_int_equal(b.n, 15);
	for (size_t i = 0; i < 15; i++)
		assert_int_equal(b.p[i], i + 1);
	buf_fini(&b);
	assert_null(b.p);
	buf_fini(&b);
}

static void
test_maximum_is_kept(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 5);
	buf_puts(&b, "abcde");
	assert_int_equal(buf_finish(&b), 0);
	assert_string_equal(buf_cstr(&b), "abcde");
	buf_puts(&b, "f");
	assert_int_equal(buf_finish(&b), ERR_LIMIT);
	assert_int_equal(b.n, 5);
	assert_null(buf_cstr(&b));
	buf_clear(&b);
	buf_puts(&b, "abcdef");
	assert_int_equal(buf_finish(&b), ERR_LIMIT);
	buf_puts(&b, "a");
	assert_int_equal(b.n, 0);
	buf_clear(&b);
	buf_putf(&b, "%05d", 3);
	assert_text(buf_text(&b), "00003");
	buf_putf(&b, "%s", "");
	assert_int_equal(buf_finish(&b), 0);
	buf_put_hex(&b, "x", 1);
	assert_int_equal(buf_finish(&b), ERR_LIMIT);
	buf_fini(&b);
	buf_init(&b, SIZE_MAX);
	buf_puts(&b, "a");
	buf_fill(&b, 0, SIZE_MAX);
	assert_int_equal(buf_finish(&b), ERR_LIMIT);
	buf_clear(&b);
	buf_put_hex(&b, "", SIZE_MAX / 2 + 1);
	assert_int_equal(buf_finish(&b), ERR_LIMIT);
	buf_fini(&b);
}

static void
test_growth(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 100000);
	for (int i = 0; i < 100000; i++)
		buf_put_u8(&b, (uint8_t)(i * 7));
	assert_int_equal(buf_finish(&b), 0);
	for (int i = 0; i < 100000; i++)
		assert_int_equal(b.p[i], (uint8_t)(i * 7));
	buf_fini(&b);
}

static void
test_fixed(void **state)
{
	char mem[9];
	struct buf b;

	(void)state;
	memset(mem, 'z', sizeof(mem));
	buf_init_fixed(&b, mem, 8);
	buf_puts(&b, "abcdef");
	assert_string_equal(buf_cstr(&b), "abcdef");
	buf_puts(&b, "gh");
	assert_int_equal(buf_finish(&b), 0);
	assert_null(buf_cstr(&b));
	assert_memory_equal(mem, "abcdefghz", 9);
	buf_clear(&b);
	buf_putf(&b, "%d", 1234567);
	assert_int_equal(buf_finish(&b), 0);
	buf_clear(&b);
	buf_putf(&b, "%d", 12345678);
	assert_int_equal(buf_finish(&b), ERR_LIMIT);
	buf_fini(&b);
	assert_int_equal(mem[8], 'z');
	buf_puts(&b, "x");
	assert_int_equal(buf_finish(&b), ERR_LIMIT);
}

static void
test_memory_ends(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 10000);
	mem_fail_at(1);
	buf_puts(&b, "abc");
	assert_int_equal(buf_finish(&b), ERR_NOMEM);
	buf_clear(&b);
	buf_puts(&b, "abc");
	mem_fail_at(1);
	buf_fill(&b, 'x', 9000);
	assert_int_equal(buf_finish(&b), ERR_NOMEM);
	assert_text(buf_text(&b), "abc");
	mem_fail_at(0);
	buf_fini(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_appends),
		cmocka_unit_test(test_maximum_is_kept),
		cmocka_unit_test(test_growth),
		cmocka_unit_test(test_fixed),
		cmocka_unit_test(test_memory_ends),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
