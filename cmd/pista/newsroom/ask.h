/* Questions at the terminal, each with a default and a check. */
#ifndef PISTA_CMD_NEWSROOM_ASK_H
#define PISTA_CMD_NEWSROOM_ASK_H

#include <stddef.h>

#define ASK_MAX 512

struct ask {
	const char *question; /* one line */
	const char *hint;     /* lines that explain it, or NULL */
	/* NULL, or what is wrong with the answer, to follow "that". */
	const char *(*check)(const char *answer);
};

/*
 * Asks until the answer passes. answer holds the default ("" for none) and gets
 * what was said, without white space at its ends. ERR_CLOSED when the input
 * ends.
 */
int ask(const struct ask *a, char answer[static ASK_MAX]);

#endif
