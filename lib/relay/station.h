/*
 * What web and pickup have in common: a child of pistad that speaks HTTP on
 * one side and to keep on the other, and knows the place.
 */
#ifndef PISTA_RELAY_STATION_H
#define PISTA_RELAY_STATION_H

#include "http/server.h"
#include "relay/board.h"
#include "relay/link.h"
#include "relay/place.h"
#include "wire/child.h"

struct station {
	struct child child;
	struct http_server *server;
	struct link *link;
	struct place place;
	struct board *board;
	uint32_t day; /* today */
	unsigned connections; /* at most */
	bool has_place;	  /* keep has told all of it */
	bool is_draining; /* take nothing new */
	bool is_broken;   /* nothing works any more: end, and be started anew */
};

/*
 * Becomes the child of role: jail, server, link to keep on descriptor keep_fd.
 * Ends the process when something is missing.
 */
void station_open(struct station *s, enum wire_role role, int keep_fd,
    const struct http_options *options, const struct http_handler *handler);

/* True when there is room for another connection and sense in taking it: before
 * keep has told the place, every answer would be wrong. */
bool station_is_taking(const struct station *s);

/* One round. False when the process should end: drained or broken. */
bool station_run(struct station *s);

/* Frees everything, unless it is broken and the end of the process must do;
 * returns the exit status. */
int station_close(struct station *s);

#endif
