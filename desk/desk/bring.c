#include "desk/bring.h"

#include <string.h>

#include "base/err.h"

/* Its place; b->n when it is not wanted. */
static size_t
find(const struct bring *b, uint64_t seq)
{
	size_t i = 0;

	while (i < b->n && b->wanted[i].seq != seq)
		i++;
	return i;
}

static void
take_out(struct bring *b, size_t i)
{
	b->n--;
	memmove(
	    b->wanted + i, b->wanted + i + 1, (b->n - i) * sizeof(*b->wanted));
}

int
bring_add(struct bring *b, uint64_t seq)
{
	if (find(b, seq) < b->n)
		return 0;
	if (b->n == BRING_MAX)
		return ERR_LIMIT;
	if (b->n == 0) {
		b->done = 0;
		b->is_paused = false;
	}
	memset(&b->wanted[b->n], 0, sizeof(b->wanted[b->n]));
	b->wanted[b->n++].seq = seq;
	return 0;
}

bool
bring_is_wanted(const struct bring *b, uint64_t seq)
{
	return find(b, seq) < b->n;
}

bool
bring_next(struct bring *b, uint64_t *ret_seq)
{
	size_t i, next = b->n, asked = 0;

	for (i = 0; i < b->n; i++) {
		if (b->wanted[i].is_asked)
			asked++;
		else if (next == b->n)
			next = i;
	}
	if (b->is_paused || next == b->n || asked >= BRING_AT_ONCE)
		return false;
	b->wanted[next].is_asked = true;
	*ret_seq = b->wanted[next].seq;
	return true;
}

void
bring_ended(struct bring *b, uint64_t seq, bool is_here)
{
	size_t i = find(b, seq);
	uint8_t tries;

	if (i == b->n)
		return;
	tries = (uint8_t)(b->wanted[i].tries + 1);
	take_out(b, i);
	if (is_here || tries == BRING_TRIES) {
		b->done++;
		return;
	}
	b->is_paused = true;
	memset(&b->wanted[b->n], 0, sizeof(b->wanted[b->n]));
	b->wanted[b->n].tries = tries;
	b->wanted[b->n++].seq = seq;
}

void
bring_unask(struct bring *b, uint64_t seq)
{
	size_t i = find(b, seq);

	if (i < b->n)
		b->wanted[i].is_asked = false;
}

void
bring_again(struct bring *b)
{
	for (size_t i = 0; i < b->n; i++)
		b->wanted[i].is_asked = false;
}

void
bring_stop(struct bring *b)
{
	memset(b, 0, sizeof(*b));
}
