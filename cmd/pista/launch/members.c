#include "launch/inside.h"

#include <signal.h>
#include <stdio.h>

#include "base/err.h"
#include "base/secret.h"
#include "os/event.h"
#include "os/process.h"

#define QUICK_MS 10000
#define CRASHES_MAX 4
#define CRASH_DELAY_MS 300
#define BROWSER_QUICK_MS 3000

/* The desk is there for the first time. */
static void
open_desk(struct watch *w, uint64_t now)
{
	char url[DESK_URL_SIZE];
	int err = 0;

	w->has_opened = true;
	if (w->browser != NULL)
		err = watch_show(w, now);
	if (err == 0 && w->options->prints_url &&
	    (err = watch_url(w, url)) == 0) {
		(void)puts(url);
		(void)fflush(stdout);
		secret_wipe(url, sizeof(url));
	}
	if (err != 0) {
		watch_say("the browser does not start: %s", err_text(err));
		watch_fail(w, now);
	} else {
		watch_say("open. %s", w->browser == NULL ? "Ctrl-C ends it."
				      : w->options->stays
					  ? "It stays when its window is "
					    "closed; Ctrl-C ends it."
					  : "Close its window, or press "
					    "Ctrl-C, to end it.");
	}
}

/* What one of the two says. Anything it may not say ends it. */
void
watch_hear(struct watch *w, struct crew_member *m, uint64_t now)
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
			m->deadline = now + DESK_SAVE_MS;
		}
	}
	if (m->control == NULL)
		return;
	if (err != ERR_CLOSED)
		watch_say("pista-%s says what it may not: %s",
		    wire_role_text(m->role), err_text(err));
	wire_peer_free(&m->control);
	if (err != ERR_CLOSED)
		crew_kill(m);
	else if (!m->is_ending)
		m->deadline = now + DESK_FETCH_MS;
}

static void
say_crash(const struct crew_member *m, const struct process_end *e)
{
	const char *role = wire_role_text(m->role);

	if (e->signal != 0)
		watch_say("pista-%s was ended by signal %d", role, e->signal);
	else
		watch_say("pista-%s ended with status %d", role, e->status);
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
			watch_say(
			    "it ended too often; nothing that was saved or "
			    "sent is lost");
		watch_fail(w, now);
		return;
	}
	m->not_before = now + (uint64_t)CRASH_DELAY_MS * m->crashes;
	if (m->role != WIRE_DESK)
		return;
	w->crew->reason = DESK_REASON_START;
	watch_say("it starts again, locked; what was being written is lost");
}

static void
ended(struct watch *w, struct crew_member *m, const struct process_end *e,
    uint64_t now)
{
	bool was_asked = m->is_ending;

	/* Its last words may still lie in the socket. */
	watch_hear(w, m, now);
	was_asked = was_asked || m->is_ending;
	crew_ended(w->crew, m);
	m->not_before = now;
	if (!w->is_ending && !was_asked)
		crashed(w, m, e, now);
	else if (m->role == WIRE_DESK && e->signal != 0 && !w->is_panic)
		watch_say(
		    "it was not saved in time; what was written since the last "
		    "time is lost");
	if (m->role != WIRE_DESK)
		return;
	/* Wiped, in one way or the other. */
	if (w->is_lock_asked)
		watch_answer_locked(w, true);
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
		watch_say("%s ended at once (%s %d). Another one is taken with "
			  "--browser NAME, or your own with --no-browser "
			  "--print-url",
		    b->path, e->signal != 0 ? "signal" : "status",
		    e->signal != 0 ? e->signal : e->status);
		watch_fail(w, now);
	} else if (w->options->stays) {
		watch_say("locked. `pista desk' opens it again");
		watch_lock(w, DESK_REASON_ASKED, now);
	} else {
		watch_end(w, now);
	}
}

void
watch_reap(struct watch *w, uint64_t now)
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
void
watch_fill(struct watch *w, uint64_t now)
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
			watch_say("pista-%s cannot be started: %s",
			    wire_role_text(m->role), err_text(err));
			watch_fail(w, now);
		}
	}
	if (!w->has_opened && !w->is_ending && w->crew->desk.is_ready &&
	    w->crew->fetch.is_ready)
		open_desk(w, now);
}
