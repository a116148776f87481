#include "wire/desk_child.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "os/jail.h"

static const uint8_t no_newsroom[16];

_Noreturn static void
stop(const char *program, const char *doing, int err)
{
	fprintf(stderr, "%s: %s: %s\n", program, doing, err_text(err));
	exit(EXIT_FAILURE);
}

static struct wire_peer *
open_control(
    const char *program, enum wire_role role, struct wire_message *ret_m)
{
	struct wire_peer *control = NULL;
	int err;

	if ((err = wire_peer_new(DESK_CHILD_CONTROL, role, WIRE_LAUNCH,
		 no_newsroom, &control)) != 0)
		stop(program, "control socket", err);
	if ((err = wire_receive(control, ret_m)) != 0)
		stop(program, "is started by `pista desk'; no settings came",
		    err);
	return control;
}

static void
enter_jail(const char *program, const struct jail *j)
{
	const char *step = NULL;
	int err;

	if ((err = jail_enter(j, &step)) == 0)
		return;
	fprintf(stderr,
	    "%s: the jail cannot be built: %s: %s\n"
	    "To run without what this system refuses, say `pista desk "
	    "--relaxed'.\n",
	    program, step, err_text(err));
	exit(EXIT_FAILURE);
}

void
desk_begin(int (*warm)(const struct desk_start *start),
    struct desk_start *ret_start, struct wire_peer **ret_control)
{
	static const char program[] = "pista-desk";
	struct wire_message m;
	int err;

	*ret_control = open_control(program, WIRE_DESK, &m);
	if ((err = desk_start_read(&m, ret_start)) != 0)
		stop(program, "settings", err);
	if (warm != NULL && (err = warm(ret_start)) != 0)
		stop(program, "warming up", err);
	jail_close_from(DESK_CHILD_LISTEN + 1);
	enter_jail(program, &(struct jail){ .kind = JAIL_DESK,
				.directory = ret_start->directory,
				.is_relaxed = ret_start->is_relaxed });
}

void
fetch_begin(int (*warm)(const struct fetch_start *start),
    struct fetch_start *ret_start, struct wire_peer **ret_control)
{
	static const char program[] = "pista-fetch";
	struct wire_message m;
	int err;

	*ret_control = open_control(program, WIRE_FETCH, &m);
	if ((err = fetch_start_read(&m, ret_start)) != 0)
		stop(program, "settings", err);
	if (warm != NULL && (err = warm(ret_start)) != 0)
		stop(program, "warming up", err);
	jail_close_from(DESK_CHILD_PEER + 1);
	enter_jail(program,
	    &(struct jail){ .kind = JAIL_FETCH,
		.directory = ret_start->directory,
		.has_unix = strncmp(ret_start->address, "unix:", 5) == 0,
		.is_relaxed = ret_start->is_relaxed });
}
