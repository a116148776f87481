/*
 * pistad-gate: accepts, tells a form post from the rest by the first bytes,
 * passes the connection on. It knows who connects and never what is said.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "gate/hall.h"
#include "os/event.h"
#include "os/process.h"
#include "os/sock.h"
#include "wire/child.h"

/* What an event is about, besides a guest. */
static char about_control, about_queue;

_Noreturn static void
stop(const char *doing, int err)
{
	fprintf(stderr, "pistad-gate: %s: %s\n", doing, err_text(err));
	exit(EXIT_FAILURE);
}

static int
open_queue(const struct hall *h, int fd, enum wire_role to,
    const struct wire_start *start, struct wire_peer **ret_queue)
{
	int err;

	if ((err = sock_set_nonblocking(fd, true)) != 0 ||
	    (err = wire_peer_new(
		 fd, WIRE_GATE, to, start->newsroom, ret_queue)) != 0)
		return err;
	return event_set(h->set, fd, EVENT_WRITE | EVENT_EDGE, &about_queue);
}

static int
open_hall(struct hall *h, const struct child *c)
{
	const struct wire_start *start = &c->start;
	int err;

	if (start->entries == 0)
		return ERR_FORMAT;
	h->prefix = text_from(start->prefix);
	h->entries_n = start->entries;
	h->share = HALL_ROOM / h->entries_n;
	if ((err = event_open(&h->set)) != 0 ||
	    (err = event_set(h->set, wire_peer_fd(c->control), EVENT_READ,
		 &about_control)) != 0 ||
	    (err = open_queue(h, CHILD_GATE_WEB, WIRE_WEB, start, &h->web)) !=
		0 ||
	    (err = open_queue(
		 h, CHILD_GATE_FORM, WIRE_FORM, start, &h->form)) != 0)
		return err;
	for (size_t i = 0; i < h->entries_n; i++) {
		h->entries[i].listener = CHILD_GATE_LISTEN + (int)i;
		h->entries[i].front = start->front[i];
		if ((err = event_set(h->set, h->entries[i].listener,
			 EVENT_READ | EVENT_EDGE, &h->entries[i])) != 0)
			return err;
	}
	return 0;
}

/* True when the tag is one of the doors. */
static bool
is_door(struct hall *h, const void *tag)
{
	for (size_t i = 0; i < h->entries_n; i++) {
		if (tag != &h->entries[i])
			continue;
		h->entries[i].has_new = true;
		return true;
	}
	return false;
}

/* False when it is time to go: the parent has nothing to tell us but DRAIN, or
 * it is gone. Whoever is still undecided then has not sent a request line. */
static bool
serve_once(struct hall *h)
{
	struct event events[EVENTS_AT_ONCE];
	bool is_going_on = true;
	uint64_t now = process_now_ms();
	size_t n;
	int err;

	if ((err = event_wait(h->set, events, hall_timeout(h, now), &n)) != 0)
		stop("waiting", err);
	now = process_now_ms();
	for (size_t i = 0; i < n; i++) {
		void *tag = events[i].tag;

		if (tag == &about_control)
			is_going_on = false;
		else if (tag != &about_queue && !is_door(h, tag))
			hall_hear(h, tag, now);
	}
	/* Only now is anybody else freed to make room: an event above may
	 * have been about them. */
	hall_pass(h);
	hall_expire(h, now);
	if (is_going_on)
		hall_accept(h, now);
	return is_going_on;
}

int
main(void)
{
	struct hall hall = { 0 };
	struct child child;
	int err;

	child_begin(WIRE_GATE, CHILD_GATE_LISTEN, NULL, &child);
	if ((err = open_hall(&hall, &child)) != 0)
		stop("sockets", err);
	child_ready(&child);
	while (serve_once(&hall))
		continue;
	return EXIT_SUCCESS;
}
