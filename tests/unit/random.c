#include "unit.h"

#include "base/err.h"
#include "crypto/random.h"

static void
test_below(void **state)
{
	unsigned seen[6] = { 0 };

	(void)state;
	for (int i = 0; i < 6000; i++) {
		uint32_t v = random_below(6);

		assert_in_range(v, 0, 5);
		seen[v]++;
	}
	/* 1000 each; 800 is more than six standard deviations away. */
	for (int i = 0; i < 6; i++)
		assert_in_range(seen[i], 800, 1200);
	assert_int_equal(random_below(1), 0);
}

static void
test_bytes_differ(void **state)
{
	uint8_t a[16] = { 0 }, b[16] = { 0 };

	(void)state;
	random_bytes(a, sizeof(a));
	random_bytes(b, sizeof(b));
	assert_memory_not_equal(a, b, sizeof(a));
	random_bytes(a, 0);
}

static void
test_shuffle_keeps_items(void **state)
{
	struct item {
		uint8_t body[100];
	} items[8];
	unsigned first[8] = { 0 };

	(void)state;
	for (unsigned round = 0; round < 4000; round++) {
		unsigned seen = 0;

		for (size_t i = 0; i < 8; i++)
			memset(items[i].body, (int)i, sizeof(items[i].body));
		random_shuffle(items, 8, sizeof(items[0]));
		for (size_t i = 0; i < 8; i++) {
			for (size_t j = 1; j < 100; j++)
				assert_int_equal(
				    items[i].body[j], items[i].body[0]);
			seen |= 1u << items[i].body[0];
		}
		assert_int_equal(seen, 0xff);
		first[items[0].body[0]]++;
	}
	for (size_t i = 0; i < 8; i++)
		assert_in_range(first[i], 350, 650);
	random_shuffle(items, 0, sizeof(items[0]));
	random_shuffle(items, 1, sizeof(items[0]));
}

static void
test_init_again(void **state)
{
	(void)state;
	assert_int_equal(crypto_init(), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_below),
		cmocka_unit_test(test_bytes_differ),
		cmocka_unit_test(test_shuffle_keeps_items),
		cmocka_unit_test(test_init_again),
	};

	if (crypto_init() != 0)
		return 1;
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
