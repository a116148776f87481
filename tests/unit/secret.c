#include "unit.h"

#include <stdalign.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/secret.h"

static void
test_every_size_is_zeroed_and_aligned(void **state)
{
	(void)state;
	for (size_t n = 0; n < 70; n++) {
		unsigned char *p = secret_new(n);

		assert_non_null(p);
		assert_int_equal((uintptr_t)p % alignof(max_align_t), 0);
		for (size_t i = 0; i < n; i++) {
			assert_int_equal(p[i], 0);
			p[i] = 0xff;
		}
		secret_free(&p);
		assert_null(p);
		secret_free(&p);
	}
	assert_null(secret_new(SIZE_MAX));
	assert_null(secret_new(SIZE_MAX - 100));
}

static void
test_equal(void **state)
{
	(void)state;
	assert_true(secret_is_equal("abc", "abd", 2));
	assert_false(secret_is_equal("abc", "abd", 3));
	assert_true(secret_is_equal("a", "b", 0));
}

static void
test_wipe(void **state)
{
	char p[] = "secret";

	(void)state;
	secret_wipe(p, 3);
	assert_memory_equal(p, "\0\0\0ret", 6);
}

static void
test_arena_gives_until_full(void **state)
{
	struct secret_arena *arena = NULL;
	unsigned char *a, *b;

	(void)state;
	assert_int_equal(secret_arena_new(64, &arena), 0);
	a = secret_take(arena, 1);
	b = secret_take(arena, 40);
	assert_non_null(a);
	assert_non_null(b);
	assert_int_equal((uintptr_t)b % alignof(max_align_t), 0);
	assert_true(b > a);
	for (size_t i = 0; i < 40; i++)
		assert_int_equal(b[i], 0);
	assert_null(secret_take(arena, 1));
	assert_null(secret_take(arena, SIZE_MAX));
	assert_non_null(secret_take(arena, 0));
	secret_arena_free(&arena);
	assert_null(arena);
	secret_arena_free(&arena);
	assert_int_equal(secret_arena_new(SIZE_MAX, &arena), ERR_NOMEM);
	assert_null(arena);
}

static void
test_allocation_can_fail(void **state)
{
	struct secret_arena *arena = NULL;

	(void)state;
	mem_fail_at(1);
	assert_null(secret_new(1));
	mem_fail_at(1);
	assert_int_equal(secret_arena_new(1, &arena), ERR_NOMEM);
	assert_null(arena);
	mem_fail_at(0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_size_is_zeroed_and_aligned),
		cmocka_unit_test(test_equal),
		cmocka_unit_test(test_wipe),
		cmocka_unit_test(test_arena_gives_until_full),
		cmocka_unit_test(test_allocation_can_fail),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
