/*
 * Runs an operation again and again, each time with the next allocation
 * failing, until it succeeds: each failure must be told as such and leave
 * nothing behind (the sanitizer's leak check is the judge).
 */
#ifndef PISTA_TESTS_EACH_ALLOCATION_H
#define PISTA_TESTS_EACH_ALLOCATION_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/err.h"
#include "base/mem.h"

#define ALLOCATIONS_MAX 10000

/* operate returns 0 or an error; at least `least` allocations must be met. */
static inline void
each_allocation(int (*operate)(void), unsigned long least)
{
	unsigned long nth;

	for (nth = 1; nth < ALLOCATIONS_MAX; nth++) {
		int err;

		mem_fail_at(nth);
		err = operate();
		mem_fail_at(0);
		if (err == 0)
			break;
		assert_int_equal(err, ERR_NOMEM);
	}
	assert_in_range(nth, least + 1, ALLOCATIONS_MAX - 1);
}

#endif
