#include "desk_watch.h"

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "base/err.h"
#include "base/secret.h"
#include "base/text.h"
#include "cmd.h"
#include "os/event.h"
#include "os/process.h"
#include "os/suspend.h"

#define SAVE_MS 4000 /* logind lets us delay a sleep by five seconds */
#define FETCH_MS 2000
#define QUICK_MS 10000
#define CRASHES_MAX 4
#define CRASH_DELAY_MS 300
#define BROWSER_QUICK_MS 3000
#define URL_SIZE 128

struct watch {
	struct crew *crew;
	struct desk_door *door;
	struct browser *browser; /* NULL: none is wanted */
	const struct desk_watch_options *options;
	struct suspend *suspend;
	int set, signals, bus; /* bus: what is in the set for it, or -1 */
	bool is_sleep_waiting; /* for the desk to end */
	bool is_lock_asked;    /* guests wait for the desk to end */
	bool has_opened, is_bus_missed;
	bool is_ending, is_panic, has_failed;
};

static void say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

static void
say(const char *fmt, ...)
{
	char line[512];
	va_list args;

	va_start(args, fmt);
	(void)vsnprintf(line, sizeof(line), fmt, args);
	va_end(args);
	(void)fprintf(stderr, "pista: desk: %s\n", line);
}

static void
end(struct watch *w, uint64_t now)
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
	crew_end_desk(w->crew, DESK_REASON_ASKED, now, SAVE_MS);
	crew_end_fetch(w->crew, now, FETCH_MS);
}

static void
fail(struct watch *w, uint64_t now)
{
	w->has_failed = true;
	if (!w->is_ending)
		end(w, now);
}

static void
lock(struct watch *w, enum desk_reason reason, uint64_t now)
{
	crew_end_desk(w->crew, reason, now, SAVE_MS);
}

/* An address with a new key. */
static int
make_url(struct watch *w, char out[static URL_SIZE])
{
	const uint8_t *key;
	int n, err;

	if ((err = crew_new_key(w->crew, &key)) != 0)
		return err;
	n = snprintf(out, URL_SIZE, "http://127.0.0.1:%u/#",
	    (unsigned)w->crew->settings->port);
	must(n > 0 && n + 64 < URL_SIZE);
	hex_write(out + n, key, 32);
	out[n + 64] = '\0';
	return 0;
}

static int
show(struct watch *w, uint64_t now)
{
	char url[URL_SIZE];
	int err;

	if (w->browser == NULL)
		return ERR_UNSUPPORTED;
	if ((err = make_url(w, url)) == 0)
		err = browser_show(w->browser, url, now);
	secret_wipe(url, sizeof(url));
	return err;
}

/* The desk is there for the first time. */
static void
open_desk(struct watch *w, uint64_t now)
{
	char url[URL_SIZE];
	int err = 0;

	w->has_opened = true;
	if (w->browser != NULL)
		err = show(w, now);
	if (err == 0 && w->options->prints_url &&
	    (err = make_url(w, url)) == 0) {
		(void)puts(url);
		(void)fflush(stdout);
		secret_wipe(url, sizeof(url));
	}
	if (err != 0) {
		say("the browser does not start: %s", err_text(err));
		fail(w, now);
	} else {
		say("open. %s", w->browser == NULL ? "Ctrl-C ends it."
				: w->options->stays
				    ? "It stays when its window is "
				      "closed; Ctrl-C ends it."
				    : "Close its window, or press "
				      "Ctrl-C, to end it.");
	}
}

/* What one of the two says. Anything it may not say ends it. */
static void
hear(struct watch *w, struct crew_member *m, uint64_t now)
{
	enum desk_reason reason;
	struct wire_message in;
	int err = 0;

	while (m->control != NULL && err == 0) {
		if ((err = wire_receive(m->control, &in)) == ERR_AGAIN)
			return;
		if (err == 0 && in.type == WIRE_READY) {
			m->is_ready = m->has_been = true;
		} else if (err == 0 && in.type == WIRE_DESK_PANIC) {
			w->is_panic = true;
		} else if (err == 0 && in.type == WIRE_DESK_LOCKED &&
			   (err = desk_locked_read(&in, &reason)) == 0) {
			/* Whoever asked it knows better why. */
			if (!m->is_ending)
				w->crew->reason = reason;
			m->is_ending = true;
			m->deadline = now + SAVE_MS;
		}
	}
	if (m->control == NULL)
		return;
	if (err != ERR_CLOSED)
		say("pista-%s says what it may not: %s",
		    wire_role_text(m->role), err_text(err));
	wire_peer_free(&m->control);
	if (err != ERR_CLOSED)
		crew_kill(m);
	else if (!m->is_ending)
		m->deadline = now + FETCH_MS;
}

static void
answer_locked(struct watch *w, bool is_done)
{
	for (size_t i = 0; i < DESK_GUESTS_MAX; i++) {
		struct desk_guest *g = &w->door->guests[i];

		if (g->fd >= 0 && g->asked == DESK_ASK_LOCK)
			desk_guest_answer(g, is_done, NULL);
	}
	w->is_lock_asked = false;
}

static void
say_crash(const struct crew_member *m, const struct process_end *e)
{
	const char *role = wire_role_text(m->role);

	if (e->signal != 0)
		say("pista-%s was ended by signal %d", role, e->signal);
	else
		say("pista-%s ended with status %d", role, e->status);
}

static void
crashed(struct watch *w, struct crew_member *m, const struct process_end *e,
    uint64_t now)
{
	bool is_quick = now - m->started < QUICK_MS;

	say_crash(m, e);
	m->crashes = is_quick ? m->crashes + 1 : 1;
	if (!m->has_been || m->crashes >= CRASHES_MAX) {
		if (m->has_been)
			say("it ended too often; nothing that was saved or "
			    "sent is lost");
		fail(w, now);
		return;
	}
	m->not_before = now + (uint64_t)CRASH_DELAY_MS * m->crashes;
	if (m->role != WIRE_DESK)
		return;
	w->crew->reason = DESK_REASON_START;
	say("it starts again, locked; what was being written is lost");
}

static void
ended(struct watch *w, struct crew_member *m, const struct process_end *e,
    uint64_t now)
{
	bool was_asked = m->is_ending;

	/* Its last words may still lie in the socket. */
	hear(w, m, now);
	was_asked = was_asked || m->is_ending;
	crew_ended(w->crew, m);
	m->not_before = now;
	if (!w->is_ending && !was_asked)
		crashed(w, m, e, now);
	else if (m->role == WIRE_DESK && e->signal != 0 && !w->is_panic)
		say("it was not saved in time; what was written since the last "
		    "time is lost");
	if (m->role != WIRE_DESK)
		return;
	/* Wiped, in one way or the other. */
	if (w->is_lock_asked)
		answer_locked(w, true);
	if (w->is_sleep_waiting)
		suspend_release(w->suspend);
	w->is_sleep_waiting = false;
}

static void
window_closed(struct watch *w, const struct process_end *e, uint64_t now)
{
	struct browser *b = w->browser;

	/* What it started and kept goes with it. */
	process_kill_group(b->pid);
	b->pid = 0;
	browser_close(b);
	if (w->is_ending)
		return;
	if (now - b->started < BROWSER_QUICK_MS && e->signal != SIGTERM &&
	    (e->signal != 0 || e->status != 0)) {
		say("%s ended at once (%s %d). Another one is taken with "
		    "--browser NAME, or your own with --no-browser "
		    "--print-url",
		    b->path, e->signal != 0 ? "signal" : "status",
		    e->signal != 0 ? e->signal : e->status);
		fail(w, now);
	} else if (w->options->stays) {
		say("locked. `pista desk' opens it again");
		lock(w, DESK_REASON_ASKED, now);
	} else {
		end(w, now);
	}
}

static void
reap(struct watch *w, uint64_t now)
{
	struct process_end e;
	struct crew_member *m;

	while (process_reap(&e) == 0) {
		if ((m = crew_find(w->crew, e.pid)) != NULL)
			ended(w, m, &e, now);
		else if (w->browser != NULL && e.pid == w->browser->pid)
			window_closed(w, &e, now);
	}
}

/* Whoever is missing is started, when it is time. */
static void
fill(struct watch *w, uint64_t now)
{
	struct crew_member *all[] = { &w->crew->fetch, &w->crew->desk };

	for (size_t i = 0; i < 2 && !w->is_ending; i++) {
		struct crew_member *m = all[i];
		int err;

		if (m->pid != 0 || now < m->not_before)
			continue;
		if ((err = crew_start(w->crew, m, now)) == 0)
			err = event_set(
			    w->set, wire_peer_fd(m->control), EVENT_READ, m);
		if (err != 0) {
			say("pista-%s cannot be started: %s",
			    wire_role_text(m->role), err_text(err));
			fail(w, now);
		}
	}
	if (!w->has_opened && !w->is_ending && w->crew->desk.is_ready &&
	    w->crew->fetch.is_ready)
		open_desk(w, now);
}

/* What can be answered now. The rest waits for a desk that is there. */
static void
serve(struct watch *w, struct desk_guest *g, uint64_t now)
{
	char url[URL_SIZE];
	int err;

	switch (g->asked) {
	case DESK_ASK_OPEN:
	case DESK_ASK_URL:
		if (!w->crew->desk.is_ready || !w->has_opened)
			return;
		url[0] = '\0';
		err =
		    g->asked == DESK_ASK_OPEN ? show(w, now) : make_url(w, url);
		desk_guest_answer(g, err == 0,
		    err == 0                 ? url
		    : err == ERR_UNSUPPORTED ? "it was started without a "
					       "browser; `pista desk "
					       "--print-url' tells where it is"
					     : err_text(err));
		secret_wipe(url, sizeof(url));
		return;
	case DESK_ASK_LOCK:
		w->is_lock_asked = true;
		if (w->crew->desk.pid == 0)
			answer_locked(w, true);
		else if (!w->crew->desk.is_ending)
			lock(w, DESK_REASON_ASKED, now);
		return;
	case DESK_ASK_PANIC:
		w->is_panic = true;
		return;
	default:
		desk_guest_answer(g, false, "that is no question");
	}
}

static void
serve_guests(struct watch *w, uint64_t now)
{
	for (size_t i = 0; i < DESK_GUESTS_MAX; i++) {
		struct desk_guest *g = &w->door->guests[i];

		if (g->fd >= 0 && g->asked != 0)
			serve(w, g, now);
	}
}

static void
admit(struct watch *w)
{
	struct desk_guest *g;

	while ((g = desk_door_accept(w->door)) != NULL) {
		if (event_set(w->set, g->fd, EVENT_READ, g) != 0)
			desk_guest_answer(g, false, err_text(ERR_SYS));
	}
}

static void
signalled(struct watch *w, uint64_t now)
{
	int number;

	while (process_signals_next(w->signals, &number) == 0) {
		if (number != SIGCHLD)
			end(w, now);
	}
}

static void
look_at_sleep(struct watch *w, uint64_t now)
{
	enum suspend_event e;

	while ((e = suspend_next(w->suspend)) != SUSPEND_NOTHING) {
		if (w->is_ending)
			continue;
		lock(w,
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
		say("there is no system bus: the desk cannot be locked before "
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

	fill(w, now);
	watch_bus(w);
	if ((err = event_wait(w->set, events, timeout_of(w, now), &n)) != 0)
		return err;
	now = process_now_ms();
	for (size_t i = 0; i < n; i++) {
		void *tag = events[i].tag;

		if (tag == &w->crew->desk || tag == &w->crew->fetch)
			hear(w, tag, now);
		else if (tag == w->door)
			admit(w);
		else if (tag != w && tag != w->suspend)
			(void)desk_guest_read(tag);
	}
	signalled(w, now);
	reap(w, now);
	look_at_sleep(w, now);
	serve_guests(w, now);
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
	answer_locked(w, true);
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
		say("%s", err_text(err));
	clear(&w);
	return err == 0 && !w.has_failed ? CMD_OK : CMD_FAILED;
}
