#include "book/best.h"

#include <stdlib.h>

#include "base/err.h"
#include "base/mem.h"

#define FIRST_CAP 128

void
best_init(struct best *b, size_t max)
{
	*b = (struct best){ .max = max };
}

void
best_fini(struct best *b)
{
	mem_free(b->item);
	*b = (struct best){ 0 };
}

static int
compare(const void *a, const void *b)
{
	const struct best_item *x = a, *y = b;

	if (x->key[0] != y->key[0])
		return x->key[0] < y->key[0] ? -1 : 1;
	if (x->key[1] != y->key[1])
		return x->key[1] < y->key[1] ? -1 : 1;
	return x->thread < y->thread ? -1 : x->thread > y->thread;
}

/* From a new last place towards the root, which is the last in order. */
static void
put_last(struct best *b, const struct best_item *item)
{
	size_t at = b->n++, parent;

	for (; at > 0; at = parent) {
		parent = (at - 1) / 2;
		if (compare(item, &b->item[parent]) <= 0)
			break;
		b->item[at] = b->item[parent];
	}
	b->item[at] = *item;
}

/* In the root's place, from there down. */
static void
put_first(struct best *b, const struct best_item *item)
{
	size_t at = 0, child;

	for (; (child = 2 * at + 1) < b->n; at = child) {
		if (child + 1 < b->n &&
		    compare(&b->item[child], &b->item[child + 1]) < 0)
			child++;
		if (compare(item, &b->item[child]) >= 0)
			break;
		b->item[at] = b->item[child];
	}
	b->item[at] = *item;
}

int
best_put(struct best *b, const struct best_item *item)
{
	struct best_item *more;
	size_t cap = b->cap == 0 ? FIRST_CAP : 2 * b->cap;

	if (b->n == b->max) {
		if (b->n > 0 && compare(item, &b->item[0]) < 0)
			put_first(b, item);
		return 0;
	}
	if (b->n == b->cap) {
		if ((more = mem_resize(b->item, cap, sizeof(*more))) == NULL)
			return ERR_NOMEM;
		b->item = more;
		b->cap = cap;
	}
	put_last(b, item);
	return 0;
}

void
best_sort(struct best *b)
{
	if (b->n > 0)
		qsort(b->item, b->n, sizeof(*b->item), compare);
}
