/*
 * How every child of pistad begins: control socket on descriptor 3, START,
 * warm-up, jail, READY. Other descriptors a role owns are handed over in the
 * fixed order of enum child_fd.
 */
#ifndef PISTA_WIRE_CHILD_H
#define PISTA_WIRE_CHILD_H

#include "wire/wire.h"

enum child_fd {
	CHILD_CONTROL = 3,
	/* gate: its write ends, then one listening socket an entry */
	CHILD_GATE_WEB = 4, CHILD_GATE_FORM = 5, CHILD_GATE_LISTEN = 6,
	/* web: queue to read connections from, keep */
	CHILD_WEB_QUEUE = 4, CHILD_WEB_KEEP = 5,
	/* form: queue, keep */
	CHILD_FORM_QUEUE = 4, CHILD_FORM_KEEP = 5,
	/* pickup: listening desk socket, keep */
	CHILD_PICKUP_LISTEN = 4, CHILD_PICKUP_KEEP = 5,
	/* keep: none; peers come by PEER messages on control */
};

struct child {
	struct wire_peer *control;
	struct wire_start start;
};

/*
 * Reads START, runs warm (may be NULL: every library path that opens a file or
 * allocates its tables), closes every descriptor from `fds` on, enters the
 * jail of role. Exits with a message on standard error when the jail cannot be
 * built. The caller then opens its peers and calls child_ready.
 */
void child_begin(enum wire_role role, int fds,
    int (*warm)(const struct wire_start *start), struct child *ret_child);
void child_ready(struct child *c);

#endif
