/* The first of many, in order, against sorting them all. */
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "book/best.h"

#define ITEMS 2000

static int
compare(const void *a, const void *b)
{
	const struct best_item *x = a, *y = b;
	const int64_t of_x[] = { x->key[0], x->key[1], x->thread };
	const int64_t of_y[] = { y->key[0], y->key[1], y->thread };

	for (int i = 0; i < 3; i++)
		if (of_x[i] != of_y[i])
			return of_x[i] < of_y[i] ? -1 : 1;
	return 0;
}

static void
check(const struct best_item *items, const struct best_item *sorted, size_t n,
    size_t max)
{
	struct best best;
	size_t i;

	best_init(&best, max);
	for (i = 0; i < n; i++)
		assert_int_equal(best_put(&best, &items[i]), 0);
	best_sort(&best);
	assert_int_equal(best.n, max < n ? max : n);
	if (best.n > 0)
		assert_memory_equal(
		    best.item, sorted, best.n * sizeof(*sorted));
	best_fini(&best);
}

static void
the_first_of_many(void **state)
{
	static const size_t most[] = { 0, 1, 2, 3, 100, 128, 129, ITEMS - 1,
		ITEMS, ITEMS + 1, SIZE_MAX };
	static struct best_item items[ITEMS], sorted[ITEMS];
	uint32_t random = 7;
	size_t i;

	(void)state;
	for (i = 0; i < ITEMS; i++) {
		random = random * 1664525 + 1013904223;
		items[i] = (struct best_item){ .thread = (int64_t)i,
			.doc = (int64_t)i << 20,
			.key = { (int64_t)(random >> 28) - 8,
			    (int64_t)(random >> 20 & 15) } };
	}
	memcpy(sorted, items, sizeof(items));
	qsort(sorted, ITEMS, sizeof(*sorted), compare);
	for (i = 0; i < sizeof(most) / sizeof(*most); i++)
		check(items, sorted, ITEMS, most[i]);
	/* Already in order, and the other way round. */
	check(sorted, sorted, ITEMS, 100);
	for (i = 0; i < ITEMS; i++)
		items[i] = sorted[ITEMS - 1 - i];
	check(items, sorted, ITEMS, 100);
	check(items, sorted, 0, 100);
}

static void
no_memory_is_told(void **state)
{
	struct best_item item = { .thread = 1 };
	struct best best;

	(void)state;
	best_init(&best, 10);
	(void)mem_fail_at(1);
	assert_int_equal(best_put(&best, &item), ERR_NOMEM);
	(void)mem_fail_at(0);
	assert_int_equal(best_put(&best, &item), 0);
	assert_int_equal(best.n, 1);
	best_fini(&best);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_of_many),
		cmocka_unit_test(no_memory_is_told),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
