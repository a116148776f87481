#include "wire/child.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/err.h"
#include "os/jail.h"

static const uint8_t no_newsroom[16];

static enum jail_kind
kind_of(enum wire_role role)
{
	switch (role) {
	case WIRE_GATE:
		return JAIL_GATE;
	case WIRE_WEB:
		return JAIL_WEB;
	case WIRE_FORM:
		return JAIL_FORM;
	case WIRE_PICKUP:
		return JAIL_PICKUP;
	case WIRE_KEEP:
		return JAIL_KEEP;
	case WIRE_PARENT:
	case WIRE_LAUNCH:
	case WIRE_FETCH:
	case WIRE_DESK:
	case WIRE_ROLES:
		break;
	}
	must(!"a role of a child");
	return JAIL_GATE;
}

_Noreturn static void
stop(enum wire_role role, const char *doing, int err)
{
	fprintf(stderr, "pistad-%s: %s: %s\n", wire_role_text(role), doing,
	    err_text(err));
	exit(EXIT_FAILURE);
}

static void
enter_jail(enum wire_role role, const struct wire_start *start)
{
	const struct jail j = { .kind = kind_of(role),
		.uid = start->uid,
		.gid = start->gid,
		.directory = role == WIRE_KEEP ? start->directory : NULL,
		.is_relaxed = start->is_relaxed };
	const char *step = NULL;
	int err;

	if ((err = jail_enter(&j, &step)) == 0)
		return;
	fprintf(stderr,
	    "pistad-%s: the jail cannot be built: %s: %s\n"
	    "To run without what this system refuses, write \"jail = relaxed\""
	    " under [jail].\n",
	    wire_role_text(role), step, err_text(err));
	exit(EXIT_FAILURE);
}

void
child_begin(enum wire_role role, int fds,
    int (*warm)(const struct wire_start *start), struct child *ret_child)
{
	struct child c = { 0 };
	struct wire_message m;
	int err;

	if ((err = wire_peer_new(CHILD_CONTROL, role, WIRE_PARENT, no_newsroom,
		 &c.control)) != 0)
		stop(role, "control socket", err);
	/* The parent is gone, or this program was started by hand. */
	if ((err = wire_receive(c.control, &m)) != 0 ||
	    (err = wire_start_read(&m, &c.start)) != 0)
		stop(role, "is started by pistad; no settings came", err);
	if (c.start.role != role)
		stop(role, "settings for another role", ERR_DENIED);
	if (warm != NULL && (err = warm(&c.start)) != 0)
		stop(role, "warming up", err);
	if (role == WIRE_GATE)
		fds = CHILD_GATE_LISTEN + c.start.entries;
	jail_close_from(fds);
	enter_jail(role, &c.start);
	*ret_child = c;
}

void
child_ready(struct child *c)
{
	int err;

	if ((err = wire_send_empty(c->control, WIRE_READY, 0)) != 0)
		stop(c->start.role, "parent", err);
}
