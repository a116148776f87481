/*
 * Making a home's first files so that all of them appear or none: they are
 * written below a temporary home beside it and renamed at the end. Signals
 * that would end the program wait meanwhile.
 */
#ifndef PISTA_CMD_NEWSROOM_STAGING_H
#define PISTA_CMD_NEWSROOM_STAGING_H

#include <signal.h>
#include <stdbool.h>

#include "home.h"

struct staging {
	struct home *home;
	char target[HOME_PATH_MAX]; /* where home->dir was */
	sigset_t before;
	bool is_open;
};

/* From here to the end h->dir is a temporary home. */
int staging_begin(struct staging *s, struct home *h);

/* ERR_EXISTS when a part of h ("newsroom", "member") has anything in it. */
int staging_check(const struct home *h, const char *part);

/* True when somebody has asked the program to end. */
bool staging_is_interrupted(void);

/* Moves what was written into place. */
int staging_commit(struct staging *s);

/* Removes what was not moved; h->dir is the home again, signals come. */
void staging_end(struct staging *s);

#endif
