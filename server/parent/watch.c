#include "parent/watch.h"

#include <poll.h>
#include <signal.h>
#include <stdlib.h>

#include "base/err.h"
#include "base/mem.h"
#include "os/process.h"
#include "parent/say.h"

/* A child that ends sooner after its start than this is slowed down. */
#define QUICK_MS 5000
#define DELAY_FIRST_MS 100
#define DELAY_MOST_MS 10000
#define TICK_MS 100
#define PRESSURE_EVERY_MS 1000
/* keep finishes what is staged; that is a matter of one commit. */
#define KEEP_GRACE_MS 10000
#define SECOND_MS 1000

struct watch {
	struct crew *crew;
	int signals;
	struct {
		uint64_t not_before, delay;
	} roles[WIRE_ROLES];
	uint64_t pressure_after;
	struct pollfd *fds;
	size_t fds_max;
	bool is_open; /* everybody has been ready once */
	bool is_stopping;
	bool has_failed;
};

static uint64_t
grace(const struct watch *w)
{
	return w->crew->config->drain * SECOND_MS;
}

/* Nobody new comes in; who has a connection may finish. keep goes last. */
static void
stop(struct watch *w, uint64_t now)
{
	for (struct process *p = w->crew->first; p != NULL; p = p->next) {
		if (p->role == WIRE_KEEP)
			continue;
		/* Asked a second time, they have had their chance. */
		if (w->is_stopping)
			p->deadline = now;
		crew_drain(p, now, grace(w));
	}
	w->is_stopping = true;
}

static void
fail(struct watch *w, uint64_t now)
{
	w->has_failed = true;
	if (!w->is_stopping)
		stop(w, now);
}

/* Slows a role down that ends as soon as it starts. */
static void
back_off(struct watch *w, enum wire_role role, uint64_t now, uint64_t lived)
{
	uint64_t *delay = &w->roles[role].delay;

	if (lived >= QUICK_MS)
		*delay = 0;
	else if (*delay == 0)
		*delay = DELAY_FIRST_MS;
	else
		*delay =
		    *delay * 2 < DELAY_MOST_MS ? *delay * 2 : DELAY_MOST_MS;
	w->roles[role].not_before = now + *delay;
}

/* READY and TAKEN. Anything a child may not say ends it. */
static void
hear(struct process *p)
{
	struct wire_message m;
	int err;

	p->has_news = false;
	while (p->control != NULL) {
		if ((err = wire_receive(p->control, &m)) == ERR_AGAIN)
			return;
		if (err != 0) {
			if (err != ERR_CLOSED)
				say("%s (pid %ld) sent what it may not: %s",
				    wire_role_text(p->role), (long)p->pid,
				    err_text(err));
			wire_peer_free(&p->control);
			crew_kill(p);
			return;
		}
		if (m.type == WIRE_READY)
			p->is_ready = true;
		if (m.type == WIRE_TAKEN)
			p->is_taken = true;
	}
}

/* web, pickup and spare forms speak with one keep all their life. Forms in
 * flight stay: their page still has the text. */
static void
without_keep(struct watch *w, uint64_t now)
{
	for (struct process *p = w->crew->first; p != NULL; p = p->next) {
		if (p->role == WIRE_WEB || p->role == WIRE_PICKUP ||
		    (p->role == WIRE_FORM && !p->is_taken))
			crew_drain(p, now, grace(w));
	}
}

static void
say_end(const struct process *p, const struct process_end *end)
{
	const char *what = wire_role_text(p->role);

	if (end->signal != 0)
		say("%s (pid %ld) was ended by signal %d", what, (long)p->pid,
		    end->signal);
	else
		say("%s (pid %ld) ended with status %d", what, (long)p->pid,
		    end->status);
}

static void
ended(struct watch *w, struct process *p, const struct process_end *end,
    uint64_t now)
{
	bool is_done = p->role == WIRE_FORM && p->is_taken &&
		       end->status == 0 && end->signal == 0;

	if (!is_done && !p->is_draining) {
		say_end(p, end);
		if (!w->is_open)
			fail(w, now);
		/* A form in flight ends by what somebody sent it; that slows
		 * nobody else down. */
		if (!p->is_taken)
			back_off(w, p->role, now, now - p->started);
	}
	if (p->role == WIRE_KEEP && !w->is_stopping)
		without_keep(w, now);
	crew_remove(w->crew, p);
}

static void
reap(struct watch *w, uint64_t now)
{
	struct process_end end;
	struct process *p;

	while (process_reap(&end) == 0) {
		if ((p = crew_find(w->crew, end.pid)) == NULL)
			continue;
		hear(p);
		ended(w, p, &end, now);
	}
}

/* One more of a role, if it may start again already. False when not. */
static bool
start(struct watch *w, enum wire_role role, uint64_t now)
{
	int err;

	if (w->is_stopping || now < w->roles[role].not_before)
		return false;
	if ((err = crew_start(w->crew, role, now)) == 0)
		return true;
	say("%s cannot be started: %s", wire_role_text(role), err_text(err));
	if (!w->is_open)
		fail(w, now);
	back_off(w, role, now, 0);
	return false;
}

/* Brings every role to its number. True when somebody is missing. */
static bool
fill(struct watch *w, uint64_t now)
{
	struct crew *c = w->crew;
	const struct config *f = c->config;
	const struct {
		enum wire_role role;
		size_t wanted;
	} steady[] = { { WIRE_GATE, 1 }, { WIRE_WEB, f->webs },
		{ WIRE_PICKUP, 1 } };

	if (crew_count(c, WIRE_KEEP) == 0 && !start(w, WIRE_KEEP, now))
		return true;
	if (crew_keep(c) == NULL)
		return true;
	for (size_t i = 0; i < sizeof(steady) / sizeof(*steady); i++) {
		while (crew_count(c, steady[i].role) < steady[i].wanted) {
			if (!start(w, steady[i].role, now))
				return true;
		}
	}
	while (crew_count_spare(c) < f->forms_spare &&
	       crew_count(c, WIRE_FORM) < f->forms_max) {
		if (!start(w, WIRE_FORM, now))
			return true;
	}
	return false;
}

/* Every role has somebody who is ready. */
static void
open_when_ready(struct watch *w)
{
	size_t forms = 0;

	for (const struct process *p = w->crew->first; p != NULL; p = p->next) {
		if (p->role == WIRE_FORM)
			forms += p->is_ready;
		else if (!p->is_ready)
			return;
	}
	if (forms == 0)
		return;
	w->is_open = true;
	say("ready");
}

/* No form is left, and somebody waits for one. */
static bool
is_short_of_forms(const struct watch *w)
{
	return crew_count_spare(w->crew) == 0 &&
	       crew_count(w->crew, WIRE_FORM) >= w->crew->config->forms_max;
}

static void
press(struct watch *w, uint64_t now)
{
	for (struct process *p = w->crew->first; p != NULL; p = p->next) {
		if (p->role == WIRE_FORM && p->is_taken && !p->is_draining &&
		    p->control != NULL)
			(void)wire_send_empty(p->control, WIRE_PRESSURE, 0);
	}
	w->pressure_after = now + PRESSURE_EVERY_MS;
}

/* Kills who did not finish in time. True when somebody is still waited for. */
static bool
hurry(struct watch *w, uint64_t now)
{
	bool is_waiting = false, is_keep_alone = true;

	for (struct process *p = w->crew->first; p != NULL; p = p->next) {
		if (p->role != WIRE_KEEP)
			is_keep_alone = false;
		if (!p->is_draining)
			continue;
		is_waiting = true;
		if (now >= p->deadline)
			crew_kill(p);
	}
	if (w->is_stopping && is_keep_alone) {
		for (struct process *p = w->crew->first; p != NULL; p = p->next)
			crew_drain(p, now, KEEP_GRACE_MS);
	}
	return is_waiting;
}

static void
signalled(struct watch *w, uint64_t now)
{
	int number;

	while (process_signals_next(w->signals, &number) == 0) {
		if (number == SIGCHLD)
			continue;
		if (!w->is_stopping)
			say("finishing");
		stop(w, now);
	}
}

/* Waits until somebody speaks, ends or waits for a form. */
static int
wait_for_news(struct watch *w, uint64_t now, int timeout, bool *ret_is_short)
{
	size_t n = 0;
	bool looks = is_short_of_forms(w) && now >= w->pressure_after;

	for (const struct process *p = w->crew->first; p != NULL; p = p->next)
		n += p->control != NULL;
	if (n + 2 > w->fds_max) {
		struct pollfd *more =
		    mem_resize(w->fds, n + 2, sizeof(*w->fds));

		if (more == NULL)
			return ERR_NOMEM;
		w->fds = more;
		w->fds_max = n + 2;
	}
	w->fds[0] = (struct pollfd){ .fd = w->signals, .events = POLLIN };
	w->fds[1] = (struct pollfd){ .events = POLLIN,
		.fd = looks ? w->crew->sockets->form[QUEUE_READ] : -1 };
	n = 2;
	for (const struct process *p = w->crew->first; p != NULL; p = p->next) {
		if (p->control != NULL)
			w->fds[n++] = (struct pollfd){ .events = POLLIN,
				.fd = wire_peer_fd(p->control) };
	}
	if (poll(w->fds, (nfds_t)n, timeout) < 0)
		return 0; /* a signal; it is read all the same */
	*ret_is_short = w->fds[1].revents != 0;
	n = 2;
	for (struct process *p = w->crew->first; p != NULL; p = p->next) {
		if (p->control != NULL)
			p->has_news = w->fds[n++].revents != 0;
	}
	return 0;
}

int
watch(struct crew *c, int signals)
{
	struct watch w = { .crew = c, .signals = signals };
	bool is_short;

	for (;;) {
		uint64_t now = process_now_ms();
		bool is_pending = fill(&w, now);

		is_pending |= hurry(&w, now);
		is_pending |= is_short_of_forms(&w);
		if (w.is_stopping && c->first == NULL)
			break;
		if (!w.is_open && !is_pending)
			open_when_ready(&w);
		is_short = false;
		if (wait_for_news(
			&w, now, is_pending ? TICK_MS : -1, &is_short) != 0)
			fail(&w, now);
		now = process_now_ms();
		for (struct process *p = c->first; p != NULL; p = p->next) {
			if (p->has_news)
				hear(p);
		}
		signalled(&w, now);
		reap(&w, now);
		if (is_short)
			press(&w, now);
	}
	mem_free(w.fds);
	return w.has_failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
