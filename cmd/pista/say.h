/*
 * Speaking to the person at the terminal.
 */
#ifndef PISTA_CMD_SAY_H
#define PISTA_CMD_SAY_H

#include <stdint.h>
#include <stdio.h>

#include "base/text.h"
#include "masthead/masthead.h"

/* "pista: COMMAND: subject: what err means[; advice]" on standard error.
 * advice may be NULL. Returns 1, the exit status. */
int say_error(
    const char *command, const char *subject, int err, const char *advice);

/* Text from somebody else: control characters except LF, and every character
 * that turns the writing direction, come out as visible escapes. */
void say_text(FILE *to, struct text t);
/* The same on one line, cut after max code points with an ellipsis. */
void say_line(FILE *to, struct text t, size_t max);
/* The same in a column of a table: filled with spaces to its width, or cut. */
void say_cell(FILE *to, struct text t, size_t width);

/* "12 B", "3.4 MB". */
void say_size(FILE *to, uint64_t bytes);
void say_day(FILE *to, uint32_t day);

/* When the next answers appear, one sentence and a line end. */
void say_next_edition(FILE *to, const struct masthead *card);

/* A line on standard error that is rewritten in place, once work has taken a
 * second and only on a terminal. */
struct say_progress {
	const char *what;
	uint64_t started, shown; /* milliseconds */
	int is_visible;
};
void say_progress_begin(struct say_progress *p, const char *what);
void say_progress(
    struct say_progress *p, uint64_t done, uint64_t total, int is_bytes);
void say_progress_end(struct say_progress *p);

#endif
