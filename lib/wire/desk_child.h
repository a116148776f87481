/*
 * How the two programs of `pista desk' begin, as child.h does it for pistad:
 * control socket, settings, warm-up, jail. Then they open what is theirs and
 * say READY.
 */
#ifndef PISTA_WIRE_DESK_CHILD_H
#define PISTA_WIRE_DESK_CHILD_H

#include "wire/desk_start.h"

enum desk_fd {
	DESK_CHILD_CONTROL = 3, /* taken by desk_begin and fetch_begin */
	DESK_CHILD_PEER = 4,    /* the desk's to fetch, fetch's to the desk */
	DESK_CHILD_LISTEN = 5,  /* the desk: TCP on 127.0.0.1 */
};

/*
 * Reads the settings, runs warm (may be NULL: every library path that opens a
 * file outside of the member's directory or makes its tables), closes every
 * other descriptor, enters the jail. The working directory is then the
 * member's. Exits with a message on standard error when any of it fails.
 */
void desk_begin(int (*warm)(const struct desk_start *start),
    struct desk_start *ret_start, struct wire_peer **ret_control);
void fetch_begin(int (*warm)(const struct fetch_start *start),
    struct fetch_start *ret_start, struct wire_peer **ret_control);

#endif
