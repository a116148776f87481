/*
 * What a source may say about themselves: never on the command line, which
 * other people of the machine can see and the shell remembers.
 */
#ifndef PISTA_CMD_SOURCE_ABOUT_H
#define PISTA_CMD_SOURCE_ABOUT_H

#include <stdbool.h>

#include "letter/letter.h"

struct about {
	const char *file; /* or NULL */
	char *text;       /* secret memory, in which the texts stand */
};

/*
 * Sets name, contact and passage of the tip: from the file, lines like "name:
 * Eva", which only its owner may read; or, without one, by asking at a terminal
 * when may_ask. Says what is wrong; returns an exit status.
 */
int about_read(
    struct about *a, const char *command, bool may_ask, struct letter_tip *tip);
void about_fini(struct about *a);

#endif
