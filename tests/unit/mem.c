#include "unit.h"

#include "base/mem.h"

static void
test_new_is_zeroed(void **state)
{
	unsigned char *p = mem_new(100, 3);

	(void)state;
	assert_non_null(p);
	for (size_t i = 0; i < 300; i++)
		assert_int_equal(p[i], 0);
	mem_free(p);
	mem_free(NULL);
}

static void
test_nothing_is_still_memory(void **state)
{
	void *p = mem_new(0, 8), *q = mem_new(8, 0);

	(void)state;
	assert_non_null(p);
	assert_non_null(q);
	p = mem_resize(p, 0, 0);
	assert_non_null(p);
	mem_free(p);
	mem_free(q);
}

static void
test_products_that_overflow(void **state)
{
	char *p = mem_text("abc", 3);

	(void)state;
	assert_null(mem_new(SIZE_MAX / 2, 3));
	assert_null(mem_resize(p, SIZE_MAX / 2, 3));
	assert_null(mem_text("", SIZE_MAX));
	assert_string_equal(p, "abc");
	mem_free(p);
}

static void
test_text_is_copied(void **state)
{
	char *p = mem_text("abcdef", 3), *empty = mem_text(NULL, 0);

	(void)state;
	assert_string_equal(p, "abc");
	assert_string_equal(empty, "");
	mem_free(p);
	mem_free(empty);
}

static void
test_the_chosen_one_fails(void **state)
{
	void *p, *q;

	(void)state;
	mem_fail_at(2);
	p = mem_new(1, 1);
	assert_non_null(p);
	assert_null(mem_new(1, 1));
	q = mem_new(1, 1);
	assert_non_null(q);
	assert_int_equal(mem_fail_at(1), 3);
	assert_null(mem_resize(p, 2, 1));
	assert_int_equal(mem_fail_at(1), 1);
	assert_true(mem_is_failing());
	assert_false(mem_is_failing());
	assert_int_equal(mem_fail_at(0), 2);
	for (int i = 0; i < 5; i++)
		assert_false(mem_is_failing());
	assert_int_equal(mem_fail_at(0), 5);
	mem_free(p);
	mem_free(q);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_new_is_zeroed),
		cmocka_unit_test(test_nothing_is_still_memory),
		cmocka_unit_test(test_products_that_overflow),
		cmocka_unit_test(test_text_is_copied),
		cmocka_unit_test(test_the_chosen_one_fails),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
