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
#define HALL_FORM_MS 60000     /* for a form to be free */

/* One connection. Its address is nowhere kept. */
struct guest {
	struct guest *next, *previous;
	int fd;
	uint8_t entry;
	bool is_for_form; /* waits in that line */
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
		/* Held up because no form is free. Never more than half of the
		 * share, so that they leave room for the rest. */
		struct line to_form;
		size_t to_form_n;
		bool has_new;  /* somebody may stand before the door */
		bool is_stuck; /* but could not be let in just now */
	} entries[WIRE_ENTRIES_MAX];
	size_t entries_n;
	size_t share;       /* most guests of one entry */
	struct line to_web; /* held up only by a full queue */
	struct wire_peer *web, *form;
	size_t turn; /* the entry that may pass the next one to a form */
};

/* Accepts what the room allows; who has said nothing longest makes room. */
void hall_accept(struct hall *h, uint64_t now);

/* More bytes of this one are there, or its end. Frees no other guest. */
void hall_hear(struct hall *h, struct guest *g, uint64_t now);

/* Passes on who was held up. Who waits longest for a form makes room in a line
 * that has grown too long. */
void hall_pass(struct hall *h);

/* Sends away who took too long. */
void hall_expire(struct hall *h, uint64_t now);

/* Milliseconds until something must be done unasked; -1: nothing. */
int hall_timeout(const struct hall *h, uint64_t now);

#endif
