#define _GNU_SOURCE /* CLOCK_BOOTTIME */

#include "os/suspend.h"

#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <systemd/sd-bus.h>
#include <time.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "os/event.h"

#define LOGIND "org.freedesktop.login1"
#define MANAGER_PATH "/org/freedesktop/login1"
#define MANAGER "org.freedesktop.login1.Manager"
#define SESSION "org.freedesktop.login1.Session"
#define OURS "/org/freedesktop/login1/session/auto"
#define PROPERTIES "org.freedesktop.DBus.Properties"

#define SLEPT_MS 1000
#define LOOK_MS 2000

struct suspend {
	sd_bus *bus;
	int inhibitor; /* -1: none is held */
	/* What was heard and not yet told, each at most once. */
	bool is_sleeping, is_screen_locked;
	bool is_told; /* of the sleep the clocks will show */
	int64_t slept_ms;
};

/* All the time this machine has slept. */
static int64_t
slept_ms(void)
{
	struct timespec with, without;

	must(clock_gettime(CLOCK_BOOTTIME, &with) == 0);
	must(clock_gettime(CLOCK_MONOTONIC, &without) == 0);
	return (with.tv_sec - without.tv_sec) * 1000 +
	       (with.tv_nsec - without.tv_nsec) / 1000000;
}

/* Ours is the copy: the message's descriptor ends with it. */
static int
on_inhibited(sd_bus_message *m, void *ctx, sd_bus_error *error)
{
	struct suspend *s = ctx;
	int fd;

	(void)error;
	if (sd_bus_message_is_method_error(m, NULL) ||
	    sd_bus_message_read(m, "h", &fd) < 0)
		return 0;
	suspend_release(s);
	s->inhibitor = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	return 0;
}

static void
inhibit(struct suspend *s)
{
	(void)sd_bus_call_method_async(s->bus, NULL, LOGIND, MANAGER_PATH,
	    MANAGER, "Inhibit", on_inhibited, s, "ssss", "sleep", "Pista",
	    "The desk is locked first", "delay");
}

static int
on_sleep(sd_bus_message *m, void *ctx, sd_bus_error *error)
{
	struct suspend *s = ctx;
	int begins;

	(void)error;
	if (sd_bus_message_read(m, "b", &begins) < 0)
		return 0;
	if (begins) {
		s->is_sleeping = s->is_told = true;
	} else {
		s->slept_ms = slept_ms();
		s->is_told = false;
		inhibit(s);
	}
	return 0;
}

static int
on_lock(sd_bus_message *m, void *ctx, sd_bus_error *error)
{
	struct suspend *s = ctx;

	(void)m;
	(void)error;
	s->is_screen_locked = true;
	return 0;
}

/* Some desktops send no Lock but say afterwards that they are locked:
 * "sa{sv}as". */
static int
on_changed(sd_bus_message *m, void *ctx, sd_bus_error *error)
{
	struct suspend *s = ctx;
	const char *name;
	int is_locked;

	(void)error;
	if (sd_bus_message_skip(m, "s") < 0 ||
	    sd_bus_message_enter_container(m, 'a', "{sv}") < 0)
		return 0;
	while (sd_bus_message_enter_container(m, 'e', "sv") > 0) {
		if (sd_bus_message_read(m, "s", &name) < 0)
			return 0;
		if (strcmp(name, "LockedHint") != 0) {
			if (sd_bus_message_skip(m, "v") < 0)
				return 0;
		} else if (sd_bus_message_read(m, "v", "b", &is_locked) < 0) {
			return 0;
		} else if (is_locked) {
			s->is_screen_locked = true;
		}
		(void)sd_bus_message_exit_container(m);
	}
	return 0;
}

static int
on_session(sd_bus_message *m, void *ctx, sd_bus_error *error)
{
	struct suspend *s = ctx;
	const char *path;

	(void)error;
	if (sd_bus_message_is_method_error(m, NULL) ||
	    sd_bus_message_read(m, "o", &path) < 0)
		return 0;
	(void)sd_bus_match_signal_async(
	    s->bus, NULL, LOGIND, path, SESSION, "Lock", on_lock, NULL, s);
	(void)sd_bus_match_signal_async(s->bus, NULL, LOGIND, path, PROPERTIES,
	    "PropertiesChanged", on_changed, NULL, s);
	return 0;
}

/* Signals come from the session's own path, which its name leads to. */
static int
on_session_name(sd_bus_message *m, void *ctx, sd_bus_error *error)
{
	struct suspend *s = ctx;
	const char *name;

	(void)error;
	if (sd_bus_message_is_method_error(m, NULL) ||
	    sd_bus_message_read(m, "v", "s", &name) < 0)
		return 0;
	(void)sd_bus_call_method_async(s->bus, NULL, LOGIND, MANAGER_PATH,
	    MANAGER, "GetSession", on_session, s, "s", name);
	return 0;
}

static void
connect_bus(struct suspend *s)
{
	if (sd_bus_open_system(&s->bus) < 0) {
		s->bus = NULL;
		return;
	}
	if (sd_bus_match_signal_async(s->bus, NULL, LOGIND, MANAGER_PATH,
		MANAGER, "PrepareForSleep", on_sleep, NULL, s) < 0)
		s->bus = sd_bus_close_unref(s->bus);
	if (s->bus == NULL)
		return;
	inhibit(s);
	(void)sd_bus_call_method_async(s->bus, NULL, LOGIND, OURS, PROPERTIES,
	    "Get", on_session_name, s, "ss", SESSION, "Id");
}

int
suspend_open(struct suspend **ret_suspend)
{
	struct suspend *s = mem_new(1, sizeof(*s));

	if (s == NULL)
		return ERR_NOMEM;
	s->inhibitor = -1;
	s->slept_ms = slept_ms();
	connect_bus(s);
	*ret_suspend = s;
	return 0;
}

void
suspend_close(struct suspend **suspend)
{
	if (*suspend == NULL)
		return;
	suspend_release(*suspend);
	(void)sd_bus_close_unref((*suspend)->bus);
	mem_free(*suspend);
	*suspend = NULL;
}

bool
suspend_has_bus(const struct suspend *s)
{
	return s->bus != NULL;
}

int
suspend_fd(const struct suspend *s)
{
	return s->bus != NULL ? sd_bus_get_fd(s->bus) : -1;
}

unsigned
suspend_wants(const struct suspend *s)
{
	int events = s->bus != NULL ? sd_bus_get_events(s->bus) : 0;
	unsigned what = 0;

	if (events > 0 && (events & POLLIN) != 0)
		what |= EVENT_READ;
	if (events > 0 && (events & POLLOUT) != 0)
		what |= EVENT_WRITE;
	return what;
}

int
suspend_timeout(const struct suspend *s)
{
	struct timespec now;
	uint64_t until, now_us;

	if (s->bus == NULL || sd_bus_get_timeout(s->bus, &until) < 0)
		return LOOK_MS;
	if (until == UINT64_MAX)
		return -1;
	must(clock_gettime(CLOCK_MONOTONIC, &now) == 0);
	now_us = (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
	if (until <= now_us)
		return 0;
	return until - now_us > LOOK_MS * 1000ULL
		   ? LOOK_MS
		   : (int)((until - now_us) / 1000) + 1;
}

enum suspend_event
suspend_next(struct suspend *s)
{
	int64_t slept = slept_ms();
	int done = 1;

	while (s->bus != NULL && done > 0 && !s->is_sleeping &&
	       !s->is_screen_locked) {
		if ((done = sd_bus_process(s->bus, NULL)) < 0) {
			s->bus = sd_bus_close_unref(s->bus);
			suspend_release(s);
		}
	}
	if (s->is_sleeping) {
		s->is_sleeping = false;
		return SUSPEND_SLEEP;
	}
	if (s->is_screen_locked) {
		s->is_screen_locked = false;
		return SUSPEND_SCREEN;
	}
	if (slept - s->slept_ms < SLEPT_MS)
		return SUSPEND_NOTHING;
	s->slept_ms = slept;
	return s->is_told ? SUSPEND_NOTHING : SUSPEND_WOKE;
}

void
suspend_release(struct suspend *s)
{
	if (s->inhibitor >= 0)
		close(s->inhibitor);
	s->inhibitor = -1;
}
