/* A member's key on the member's own machine. */
#ifndef PISTA_CMD_NEWSROOM_MEMBER_NEW_H
#define PISTA_CMD_NEWSROOM_MEMBER_NEW_H

#include "base/text.h"
#include "home.h"

/* The words of the command line; NULL where there is none. */
struct member_new {
	const char *id, *name;
	const char *newsroom, *from; /* one of them */
	const char *pin;
	const char *to, *proxy;
};

/* Writes the member's part of the home and prints the request line. Returns an
 * exit status. */
int member_new(struct home *h, const struct member_new *m);

/* Digits of a request line, on standard error. */
void member_say_digits(struct text line);

#endif
