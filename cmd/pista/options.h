/*
 * A command line read by a table: the command's own options, those of every
 * home (HOME_USAGE) and --help.
 */
#ifndef PISTA_CMD_OPTIONS_H
#define PISTA_CMD_OPTIONS_H

#include <stdbool.h>

#include "seat.h"

/* An option of the command itself. One of the two is set when it is given. */
struct own_option {
	const char *name;  /* without its dashes; NULL ends the table */
	bool *is;          /* a switch */
	const char **word; /* or what stands behind it, borrowed from argv */
};
#define OWN_OPTIONS_MAX 16 /* rows before the last, empty one */

/*
 * Takes every option out of the line: words are left, argv[0] to argv[argc - 1].
 * False when the command ends here with *ret_status, because its usage text was
 * asked for and printed, or because the line makes no sense, which was said.
 * own may be NULL.
 */
bool options_read(struct home *h, const char *command, const char *usage,
    const struct own_option *own, int *argc, char ***argv, int *ret_status);

/* The same with --to and --proxy, for what needs a seat (SEAT_USAGE). */
bool options_read_seat(struct seat *d, const char *usage,
    const struct own_option *own, int *argc, char ***argv, int *ret_status);

#endif
