/*
 * The last things a member did, so that they can be undone also when they have
 * been sent meanwhile.
 */
#ifndef PISTA_DESK_UNDO_H
#define PISTA_DESK_UNDO_H

#include "letter/events.h"

#define UNDO_MAX 256 /* acts that are remembered; older ones stay done */

struct undo_act {
	uint64_t handle; /* of book_pend; 0: free */
	uint8_t thread[THREAD_SIZE];
	struct event event; /* its texts stand below */
	char value[EVENT_VALUE_MAX + 1], reason[EVENT_VALUE_MAX + 1];
};

struct undo {
	struct undo_act *acts; /* UNDO_MAX of them */
	size_t next;
};

int undo_init(struct undo *u); /* ERR_NOMEM */
void undo_fini(struct undo *u);

/* Only for kinds of the acts of docs/formats/desk-page.md. */
void undo_keep(struct undo *u, uint64_t handle,
    const uint8_t thread[static THREAD_SIZE], const struct event *e);
/* NULL when it is not known any more. */
const struct undo_act *undo_find(const struct undo *u, uint64_t handle);

#endif
