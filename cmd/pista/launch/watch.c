#include "launch/watch.h"

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "base/err.h"
#include "cmd.h"
#include "launch/inside.h"
#include "os/event.h"
#include "os/process.h"

void
watch_say(const char *fmt, ...)
{
	char line[512];
	va_list args;

	va_start(args, fmt);
	(void)vsnprintf(line, sizeof(line), fmt, args);
	va_end(args);
	(void)fprintf(stderr, "pista: desk: %s\n", line);
}

void
watch_end(struct watch *w, uint64_t now)
{
	if (w->is_ending) {
		/* Asked a second time, they have had their chance. */
		crew_kill(&w->crew->desk);
		crew_kill(&w->crew->fetch);
		return;
	}
	w->is_ending = true;
	if (w->browser != NULL)
		browser_close(w->browser);
	crew_end_desk(w->crew, DESK_REASON_ASKED, now, DESK_SAVE_MS);
	crew_end_fetch(w->crew, now, DESK_FETCH_MS);
}

void
watch_fail(struct watch *w, uint64_t now)
{
	w->has_failed = true;
	if (!w->is_ending)
		watch_end(w, now);
}

void
watch_lock(struct watch *w, enum desk_reason reason, uint64_t now)
{
	crew_end_desk(w->crew, reason, now, DESK_SAVE_MS);
}

static void
signalled(struct watch *w, uint64_t now)
{
	int number;

	while (process_signals_next(w->signals, &number) == 0) {
		if (number != SIGCHLD)
			watch_end(w, now);
	}
}

static void
look_at_sleep(struct watch *w, uint64_t now)
{
	enum suspend_event e;

	while ((e = suspend_next(w->suspend)) != SUSPEND_NOTHING) {
		if (w->is_ending)
			continue;
		watch_lock(w,
		    e == SUSPEND_SCREEN ? DESK_REASON_ASKED
					: DESK_REASON_SUSPEND,
		    now);
		if (e != SUSPEND_SLEEP)
			continue;
		w->is_sleep_waiting = w->crew->desk.pid != 0;
		if (!w->is_sleep_waiting)
			suspend_release(w->suspend);
	}
	if (!suspend_has_bus(w->suspend) && !w->is_bus_missed) {
		w->is_bus_missed = true;
		watch_say(
		    "there is no system bus: the desk cannot be locked before "
		    "this machine sleeps, only when it wakes up");
	}
}

/* The bus's descriptor and what is asked of it, as it is now. */
static void
watch_bus(struct watch *w)
{
	int fd = suspend_fd(w->suspend);

	if (w->bus >= 0 && w->bus != fd)
		event_drop(w->set, w->bus);
	w->bus = fd;
	if (fd >= 0)
		(void)event_set(
		    w->set, fd, suspend_wants(w->suspend), w->suspend);
}

static int
sooner(int a, int b)
{
	if (a < 0 || b < 0)
		return a < 0 ? b : a;
	return a < b ? a : b;
}

/* Milliseconds until something is due. */
static int
timeout_of(struct watch *w, uint64_t now)
{
	const struct crew_member *all[] = { &w->crew->fetch, &w->crew->desk };
	int next =
	    sooner(crew_hurry(w->crew, now), suspend_timeout(w->suspend));

	for (size_t i = 0; i < 2; i++) {
		if (all[i]->pid == 0 && !w->is_ending)
			next =
			    sooner(next, all[i]->not_before > now
					     ? (int)(all[i]->not_before - now)
					     : 0);
	}
	if (w->browser != NULL && w->browser->door_until > now)
		next = sooner(next, (int)(w->browser->door_until - now));
	return next;
}

static int
turn(struct watch *w)
{
	struct event events[EVENTS_AT_ONCE];
	uint64_t now = process_now_ms();
	size_t n;
	int err;

	watch_fill(w, now);
	watch_bus(w);
	if ((err = event_wait(w->set, events, timeout_of(w, now), &n)) != 0)
		return err;
	now = process_now_ms();
	for (size_t i = 0; i < n; i++) {
		void *tag = events[i].tag;

		if (tag == &w->crew->desk || tag == &w->crew->fetch)
			watch_hear(w, tag, now);
		else if (tag == w->door)
			watch_admit(w);
		else if (tag != w && tag != w->suspend)
			(void)desk_guest_read(tag);
	}
	signalled(w, now);
	watch_reap(w, now);
	look_at_sleep(w, now);
	watch_serve(w, now);
	if (w->browser != NULL)
		browser_tidy(w->browser, now);
	return 0;
}

static bool
is_over(const struct watch *w)
{
	return w->is_panic || (w->is_ending && w->crew->desk.pid == 0 &&
				  w->crew->fetch.pid == 0);
}

/* Nothing of ours is left when this returns. */
static void
clear(struct watch *w)
{
	crew_kill(&w->crew->desk);
	crew_kill(&w->crew->fetch);
	if (w->browser != NULL && w->browser->pid > 0)
		process_kill_session(w->browser->pid);
	process_kill_all();
	if (w->browser != NULL) {
		w->browser->pid = 0;
		browser_close(w->browser);
	}
	watch_answer_locked(w, true);
	for (size_t i = 0; i < DESK_GUESTS_MAX; i++) {
		struct desk_guest *g = &w->door->guests[i];

		if (g->fd >= 0 && g->asked != 0)
			desk_guest_answer(g, w->is_panic, NULL);
	}
	suspend_close(&w->suspend);
	if (w->signals >= 0)
		close(w->signals);
	if (w->set >= 0)
		close(w->set);
}

int
desk_watch(struct crew *c, struct desk_door *door, struct browser *browser,
    const struct desk_watch_options *o)
{
	struct watch w = { .crew = c,
		.door = door,
		.browser = browser,
		.options = o,
		.set = -1,
		.signals = -1,
		.bus = -1 };
	int err;

	if ((err = process_signals_open(&w.signals)) == 0 &&
	    (err = process_adopt()) == 0 && (err = event_open(&w.set)) == 0 &&
	    (err = event_set(w.set, w.signals, EVENT_READ, &w)) == 0 &&
	    (err = event_set(w.set, door->listener, EVENT_READ, door)) == 0)
		err = suspend_open(&w.suspend);
	while (err == 0 && !is_over(&w))
		err = turn(&w);
	if (err != 0)
		watch_say("%s", err_text(err));
	clear(&w);
	return err == 0 && !w.has_failed ? CMD_OK : CMD_FAILED;
}
