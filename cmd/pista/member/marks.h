/*
 * What is set on a thread by name, and taken off again: labels and flags.
 */
#ifndef PISTA_CMD_MEMBER_MARKS_H
#define PISTA_CMD_MEMBER_MARKS_H

#include "letter/events.h"

struct marks {
	const char *command, *usage;
	enum event_kind kind; /* EVENT_LABEL, EVENT_FLAG */
	const char *missing;  /* what to say when nothing is named */
};

/* The whole command: [--remove] THREAD NAME… */
int marks_run(const struct marks *m, int argc, char **argv);

#endif
