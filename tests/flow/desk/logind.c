/*
 * A stand-in for systemd-logind on the system bus that DBUS_SYSTEM_BUS_ADDRESS
 * names: it says on standard output when somebody delays sleep and when nobody
 * does any more, and does what the lines on standard input say: sleep, wake,
 * lock, stranger (another session is locked), hint (the session says that it is
 * locked), drop (it ends).
 */
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-bus.h>
#include <unistd.h>

#include "base/err.h"

#define MANAGER "/org/freedesktop/login1"
#define OURS MANAGER "/session/_35"
#define AUTO MANAGER "/session/auto"
#define SESSION "org.freedesktop.login1.Session"

static int held = -1; /* our end of who delays */
static int is_locked;

static int
inhibit(sd_bus_message *m, void *ctx, sd_bus_error *error)
{
	const char *what, *who, *why, *mode;
	int ends[2], done;

	(void)ctx;
	(void)error;
	must(sd_bus_message_read(m, "ssss", &what, &who, &why, &mode) >= 0);
	must(strcmp(what, "sleep") == 0 && strcmp(mode, "delay") == 0);
	must(pipe(ends) == 0);
	done = sd_bus_reply_method_return(m, "h", ends[1]);
	close(ends[1]);
	if (held >= 0)
		close(held);
	held = ends[0];
	puts("inhibited");
	return done;
}

static int
get_session(sd_bus_message *m, void *ctx, sd_bus_error *error)
{
	const char *name;

	(void)ctx;
	(void)error;
	must(sd_bus_message_read(m, "s", &name) >= 0);
	must(strcmp(name, "5") == 0);
	puts("asked");
	return sd_bus_reply_method_return(m, "o", OURS);
}

static int
get_id(sd_bus *bus, const char *path, const char *interface, const char *name,
    sd_bus_message *reply, void *ctx, sd_bus_error *error)
{
	(void)bus;
	(void)path;
	(void)interface;
	(void)name;
	(void)ctx;
	(void)error;
	return sd_bus_message_append(reply, "s", "5");
}

static int
get_hint(sd_bus *bus, const char *path, const char *interface, const char *name,
    sd_bus_message *reply, void *ctx, sd_bus_error *error)
{
	(void)bus;
	(void)path;
	(void)interface;
	(void)name;
	(void)ctx;
	(void)error;
	return sd_bus_message_append(reply, "b", is_locked);
}

static const sd_bus_vtable manager[] = { SD_BUS_VTABLE_START(0),
	SD_BUS_METHOD(
	    "Inhibit", "ssss", "h", inhibit, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD(
	    "GetSession", "s", "o", get_session, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_VTABLE_END };

static const sd_bus_vtable session[] = { SD_BUS_VTABLE_START(0),
	SD_BUS_PROPERTY("Id", "s", get_id, 0, 0),
	SD_BUS_PROPERTY("LockedHint", "b", get_hint, 0,
	    SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
	SD_BUS_VTABLE_END };

static void
sleeping(sd_bus *bus, int begins)
{
	must(sd_bus_emit_signal(bus, MANAGER, "org.freedesktop.login1.Manager",
		 "PrepareForSleep", "b", begins) >= 0);
}

static void
obey(sd_bus *bus, const char *word)
{
	if (strcmp(word, "sleep") == 0)
		sleeping(bus, 1);
	else if (strcmp(word, "wake") == 0)
		sleeping(bus, 0);
	else if (strcmp(word, "lock") == 0)
		must(sd_bus_emit_signal(bus, OURS, SESSION, "Lock", "") >= 0);
	else if (strcmp(word, "stranger") == 0)
		must(sd_bus_emit_signal(bus, MANAGER "/session/_36", SESSION,
			 "Lock", "") >= 0);
	else if (strcmp(word, "hint") == 0) {
		is_locked = 1;
		must(sd_bus_emit_properties_changed(
			 bus, OURS, SESSION, "LockedHint", NULL) >= 0);
	} else if (strcmp(word, "drop") == 0) {
		exit(0);
	}
}

static void
wait_and_obey(sd_bus *bus)
{
	struct pollfd fds[] = { { .fd = STDIN_FILENO, .events = POLLIN },
		{ .fd = sd_bus_get_fd(bus), .events = POLLIN },
		{ .fd = held, .events = POLLIN } };
	char line[64];
	ssize_t n;

	must(poll(fds, 3, -1) > 0);
	if (fds[0].revents != 0) {
		if ((n = read(STDIN_FILENO, line, sizeof(line) - 1)) <= 0)
			exit(0);
		line[n - 1] = '\0';
		obey(bus, line);
	}
	/* Nobody has the other end any more. */
	if (held >= 0 && (fds[2].revents & POLLHUP) != 0) {
		close(held);
		held = -1;
		puts("released");
	}
}

int
main(void)
{
	sd_bus *bus = NULL;
	int done;

	setvbuf(stdout, NULL, _IOLBF, 0);
	must(sd_bus_open_system(&bus) >= 0);
	must(sd_bus_add_object_vtable(bus, NULL, MANAGER,
		 "org.freedesktop.login1.Manager", manager, NULL) >= 0);
	must(sd_bus_add_object_vtable(
		 bus, NULL, OURS, SESSION, session, NULL) >= 0);
	must(sd_bus_add_object_vtable(
		 bus, NULL, AUTO, SESSION, session, NULL) >= 0);
	must(sd_bus_request_name(bus, "org.freedesktop.login1", 0) >= 0);
	puts("ready");
	for (;;) {
		while ((done = sd_bus_process(bus, NULL)) > 0)
			;
		must(done == 0);
		must(sd_bus_flush(bus) >= 0);
		wait_and_obey(bus);
	}
}
