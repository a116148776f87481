/* The desk's own letters: what members tell each other. */
#ifndef PISTA_CMD_EVENTS_H
#define PISTA_CMD_EVENTS_H

#include "letter/events.h"
#include "seat.h"

/* Seals events to everyone on the first desk of this member, signed, and posts
 * them: as many letters as they need. Says what is wrong; returns 0 or an exit
 * status. */
int events_post(struct seat *d, const struct event *events, size_t n);

#endif
