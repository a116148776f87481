/*
 * The hall: connections between the moment they are accepted and the moment
 * they are passed on. Each entry has its own share of the room, so that a
 * flood at one door does not fill the others.
 */
#ifndef PISTA_GATE_HALL_H
#define PISTA_GATE_HALL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "wire/wire.h"

#define HALL_ROOM 1024         /* connections waiting in all */
#define HALL_DEADLINE_MS 10000 /* for the request line */

/* One connection. Its address is nowhere kept. */
struct guest {
	struct guest *next, *previous;
	int fd;
	uint8_t entry;
	uint64_t deadline;
};

/* In order of arrival. */
struct line {
	struct guest *first, *last;
};

struct hall {
	int set; /* of lib/os/event.h */
	struct text prefix;
	struct {
		int listener;
		uint8_t front;
		size_t guests;      /* here in all */
		struct line silent; /* those whose request line is not here */
		bool has_new;       /* somebody may stand before the door */
		bool is_stuck;      /* but could not be let in just now */
	} entries[WIRE_ENTRIES_MAX];
	size_t entries_n;
	size_t share; /* most guests of one entry */
	/* Decided, and held up only by a full queue. */
	struct line to_web, to_form;
	struct wire_peer *web, *form;
};

/* Accepts what the room allows; who has said nothing longest makes room. */
void hall_accept(struct hall *h, uint64_t now);

/* More bytes of this one are there, or its end. */
void hall_hear(struct hall *h, struct guest *g);

/* Passes on who was held up. */
void hall_pass(struct hall *h);

/* Sends away who took too long. */
void hall_expire(struct hall *h, uint64_t now);

/* Milliseconds until something must be done unasked; -1: nothing. */
int hall_timeout(const struct hall *h, uint64_t now);

#endif
