/*
 * Large letters of which all is wanted. fetch is asked for a few at a time, so
 * that any number can be wanted, go on with another fetch, and be given up.
 */
#ifndef PISTA_DESK_BRING_H
#define PISTA_DESK_BRING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BRING_MAX 2048  /* two files in as many parts as there can be */
#define BRING_AT_ONCE 2 /* fetch brings one; the next is there when it has */
#define BRING_TRIES 3

struct bring {
	struct {
		uint64_t seq;
		uint8_t tries;
		bool is_asked; /* of this fetch */
	} wanted[BRING_MAX];
	size_t n;
	size_t done;    /* that came, or never will, since all of it began */
	bool is_paused; /* one did not come: a good round is waited for */
};

/* One more at the end; one that is wanted already is not doubled. ERR_LIMIT. */
int bring_add(struct bring *b, uint64_t seq);

bool bring_is_wanted(const struct bring *b, uint64_t seq);

/* True for the next one that fetch is to be asked for, which it is then. */
bool bring_next(struct bring *b, uint64_t *ret_seq);

/* fetch has done with seq. One that is not here is tried again at the end,
 * a few times. Does nothing for a seq that nobody wanted. */
void bring_ended(struct bring *b, uint64_t seq, bool is_here);

/* The last one could not be taken by fetch, or fetch is another one and knows
 * of nothing. */
void bring_unask(struct bring *b, uint64_t seq);
void bring_again(struct bring *b);

/* Nothing is wanted any more; what fetch was asked for may still come. */
void bring_stop(struct bring *b);

#endif
