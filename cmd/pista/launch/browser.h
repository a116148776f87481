/*
 * The browser the desk is shown in: one that is installed, with a profile of
 * its own in memory that is gone when it ends, and no way to anywhere but this
 * machine.
 */
#ifndef PISTA_CMD_LAUNCH_BROWSER_H
#define PISTA_CMD_LAUNCH_BROWSER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "os/profile.h"

#define BROWSER_PATH_MAX 256

struct browser {
	char path[BROWSER_PATH_MAX];
	bool is_firefox;
	struct profile profile;
	pid_t pid;                    /* 0: no window is open */
	uint64_t started, door_until; /* milliseconds */
};

/* Finds the one that is wanted, or with NULL the first of those we know. A name
 * with a slash is a path. ERR_NOT_FOUND, ERR_UNSUPPORTED for one we do not know
 * how to give a profile. */
int browser_find(const char *wanted, struct browser *ret_browser);

/* Makes the profile. ERR_UNSUPPORTED without memory to put it into. */
int browser_prepare(struct browser *b);

/* Opens a window on url, which is in no argument and no variable. One that is
 * open is closed first; a profile that was removed is made anew. */
int browser_show(struct browser *b, const char *url, uint64_t now);

/* Forgets the file with the address once its key is worth nothing. */
void browser_tidy(struct browser *b, uint64_t now);

/* Ends it, if it has not ended, with all it started, and removes the profile. */
void browser_close(struct browser *b);

#endif
