/*
 * Which chunks were put: all below base, and above it those whose bit is set.
 * Memory grows with how far out of order chunks come, not with the file.
 */
#ifndef PISTA_SEAL_WINDOW_H
#define PISTA_SEAL_WINDOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How far apart the lowest missing and the highest chunk may be: the largest
 * letter a masthead may allow, 64 GiB, has fewer. */
#define WINDOW_MAX (1u << 20)

struct window {
	uint64_t base; /* the lowest chunk not put yet */
	uint64_t end;  /* one behind the highest chunk put */
	uint8_t *bits; /* a ring: chunk i stands at i modulo size */
	size_t size;   /* in bits, a power of two */
};

void window_fini(struct window *w);

/* Makes room for index. ERR_LIMIT, ERR_NOMEM. */
int window_reserve(struct window *w, uint64_t index);

/* Marks index, for which there is room; it must not be marked yet. */
void window_put(struct window *w, uint64_t index);

#endif
