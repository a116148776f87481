#include "base/secret.h"

#include <sodium.h>
#include <stdalign.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"

#define ALIGNMENT alignof(max_align_t)

struct secret_arena {
	size_t used;
	size_t max;
	alignas(max_align_t) uint8_t bytes[];
};

static size_t
round_up(size_t n)
{
	return (n + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

void *
secret_new(size_t n)
{
	void *p;

	if (n > SIZE_MAX - ALIGNMENT || mem_is_failing() || sodium_init() < 0)
		return NULL;
	/* sodium_malloc ends its block at a page edge, so only a size that is
	 * a multiple of the alignment starts aligned. */
	n = round_up(n > 0 ? n : 1);
	if ((p = sodium_malloc(n)) != NULL)
		memset(p, 0, n);
	return p;
}

void
secret_free(void *p)
{
	void *block;

	memcpy(&block, p, sizeof(block));
	sodium_free(block);
	memset(p, 0, sizeof(block));
}

void
secret_wipe(void *p, size_t n)
{
	sodium_memzero(p, n);
}

bool
secret_is_equal(const void *a, const void *b, size_t n)
{
	return sodium_memcmp(a, b, n) == 0;
}

int
secret_arena_new(size_t max, struct secret_arena **ret_arena)
{
	struct secret_arena *arena;

	if (max > SIZE_MAX / 2)
		return ERR_NOMEM;
	max = round_up(max);
	arena = secret_new(sizeof(*arena) + max);
	if (arena == NULL)
		return ERR_NOMEM;
	arena->max = max;
	*ret_arena = arena;
	return 0;
}

void
secret_arena_free(struct secret_arena **arena)
{
	secret_free(arena);
}

void *
secret_take(struct secret_arena *arena, size_t n)
{
	void *piece;

	if (n > arena->max || round_up(n) > arena->max - arena->used)
		return NULL;
	piece = arena->bytes + arena->used;
	arena->used += round_up(n);
	return piece;
}
