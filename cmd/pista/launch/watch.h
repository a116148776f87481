/*
 * `pista desk' at work: two programs, a browser and those who ask, until the
 * window is closed or a signal comes.
 */
#ifndef PISTA_CMD_LAUNCH_WATCH_H
#define PISTA_CMD_LAUNCH_WATCH_H

#include "launch/browser.h"
#include "launch/crew.h"
#include "launch/door.h"

struct desk_watch_options {
	bool prints_url, stays;
};

/* browser may be NULL. Takes nothing; returns an exit status. */
int desk_watch(struct crew *c, struct desk_door *door, struct browser *browser,
    const struct desk_watch_options *o);

#endif
