#include "base/mem.h"

#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static atomic_ulong made;
static atomic_ulong fails_at;

_Bool
mem_is_failing(void)
{
	return atomic_fetch_add(&made, 1) + 1 == atomic_load(&fails_at);
}

unsigned long
mem_fail_at(unsigned long nth)
{
	atomic_store(&fails_at, nth);
	return atomic_exchange(&made, 0);
}

void *
mem_new(size_t n, size_t size)
{
	if (mem_is_failing())
		return NULL;
	/* The C library may answer NULL to a request for nothing. */
	if (n == 0 || size == 0)
		n = size = 1;
	if (n > SIZE_MAX / size)
		return NULL;
	return calloc(n, size);
}

void *
mem_resize(void *p, size_t n, size_t size)
{
	if (mem_is_failing())
		return NULL;
	if (n == 0 || size == 0)
		n = size = 1;
	if (n > SIZE_MAX / size)
		return NULL;
	return realloc(p, n * size);
}

char *
mem_text(const char *p, size_t n)
{
	char *copy;

	if (n == SIZE_MAX || (copy = mem_new(n + 1, 1)) == NULL)
		return NULL;
	if (n > 0)
		memcpy(copy, p, n);
	return copy;
}

void
mem_free(void *p)
{
	free(p);
}
