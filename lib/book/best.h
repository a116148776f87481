/*
 * The page of a list out of everything that was found: the first few in an
 * order, without keeping or sorting the rest.
 */
#ifndef PISTA_BOOK_BEST_H
#define PISTA_BOOK_BEST_H

#include <stddef.h>
#include <stdint.h>

/* A thread, the document it was found by, and where it stands: the smaller first
 * key is first, then the smaller second, then the older thread. */
struct best_item {
	int64_t key[2];
	int64_t thread, doc;
};

struct best {
	struct best_item *item; /* a heap: none is before its parent's place */
	size_t n, cap, max;
};

void best_init(struct best *b, size_t max);
/* ERR_NOMEM. */
int best_put(struct best *b, const struct best_item *item);
/* Into order; nothing can be put any more. */
void best_sort(struct best *b);
void best_fini(struct best *b);

#endif
