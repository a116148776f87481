#include "gate/hall.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "gate/peek.h"
#include "os/event.h"
#include "os/sock.h"

/* How long a full queue or a closed door is left alone. */
#define RETRY_MS 50
/* Accepted at one door before the others have their turn. */
#define ACCEPT_AT_ONCE 64

static void
line_add(struct line *l, struct guest *g)
{
	g->next = NULL;
	g->previous = l->last;
	*(l->last != NULL ? &l->last->next : &l->first) = g;
	l->last = g;
}

static void
line_remove(struct line *l, struct guest *g)
{
	*(g->previous != NULL ? &g->previous->next : &l->first) = g->next;
	*(g->next != NULL ? &g->next->previous : &l->last) = g->previous;
}

/* Ours is closed; when it was passed on, the connection lives in its queue, and
 * whoever gets it must be the only one who waits on it. */
static void
leave(struct hall *h, struct line *l, struct guest *g)
{
	line_remove(l, g);
	h->entries[g->entry].guests--;
	h->entries[g->entry].to_form_n -= g->is_for_form;
	event_drop(h->set, g->fd);
	close(g->fd);
	mem_free(g);
}

static int
pass(struct wire_peer *queue, const struct guest *g)
{
	const struct wire_out out = { .type = WIRE_CONNECTION,
		.part1 = &g->entry,
		.part1_n = 1,
		.fd = g->fd };

	return wire_send(queue, &out);
}

/* Whatever fails besides a full queue fails for this one only. */
static bool
pass_first(struct hall *h, struct line *l, struct wire_peer *queue)
{
	if (pass(queue, l->first) == ERR_AGAIN)
		return false;
	leave(h, l, l->first);
	return true;
}

/* Each door in its turn: a crowd at one does not hold up the others. */
static void
pass_to_forms(struct hall *h)
{
	for (size_t empty = 0; empty < h->entries_n;) {
		struct line *l = &h->entries[h->turn].to_form;

		if (l->first == NULL)
			empty++;
		else if (pass_first(h, l, h->form))
			empty = 0;
		else
			return;
		h->turn = (h->turn + 1) % h->entries_n;
	}
}

void
hall_pass(struct hall *h)
{
	while (h->to_web.first != NULL && pass_first(h, &h->to_web, h->web))
		continue;
	pass_to_forms(h);
	for (size_t i = 0; i < h->entries_n; i++) {
		struct line *l = &h->entries[i].to_form;

		while (h->entries[i].to_form_n > h->share / 2)
			leave(h, l, l->first);
	}
}

/* From here on only its hanging up is of interest. */
static void
wait_for_form(struct hall *h, struct guest *g, uint64_t now)
{
	struct line *l = &h->entries[g->entry].to_form;

	g->is_for_form = true;
	g->deadline = now + HALL_FORM_MS;
	h->entries[g->entry].to_form_n++;
	line_add(l, g);
	if (event_set(h->set, g->fd, EVENT_END | EVENT_EDGE, g) != 0)
		leave(h, l, g);
}

static bool
is_for_form(
    const struct hall *h, const struct guest *g, enum peek_verdict verdict)
{
	/* A cdn reads along, so its form is turned off; web says so. */
	return verdict == PEEK_FORM && h->entries[g->entry].front != FRONT_CDN;
}

void
hall_hear(struct hall *h, struct guest *g, uint64_t now)
{
	struct line *silent = &h->entries[g->entry].silent;
	enum peek_verdict verdict;
	char head[PEEK_MAX];
	ssize_t n;

	if (g->is_for_form) {
		leave(h, &h->entries[g->entry].to_form, g);
		return;
	}
	do
		n = recv(g->fd, head, sizeof(head), MSG_PEEK);
	while (n < 0 && errno == EINTR);
	if (n < 0 && errno == EAGAIN)
		return;
	if (n <= 0) {
		leave(h, silent, g);
		return;
	}
	verdict = peek((struct text){ head, (size_t)n }, h->prefix);
	if (verdict == PEEK_MORE)
		return;
	event_drop(h->set, g->fd);
	line_remove(silent, g);
	if (is_for_form(h, g, verdict))
		wait_for_form(h, g, now);
	else
		line_add(&h->to_web, g);
}

/* Lets one in. False when there is nobody or no room. */
static bool
accept_one(struct hall *h, uint8_t entry, uint64_t now)
{
	struct line *silent = &h->entries[entry].silent;
	struct guest *g;
	int fd, err;

	if (h->entries[entry].guests >= h->share) {
		/* Those who wait for a full queue have said what they want;
		 * when all have, the kernel holds the next. */
		if (silent->first == NULL)
			return false;
		leave(h, silent, silent->first);
	}
	if ((err = sock_accept(h->entries[entry].listener, &fd)) != 0) {
		if (err == ERR_AGAIN)
			h->entries[entry].has_new = false;
		else if (silent->first != NULL) /* no descriptor left */
			leave(h, silent, silent->first);
		return false;
	}
	if ((g = mem_new(1, sizeof(*g))) == NULL) {
		close(fd);
		return false;
	}
	g->fd = fd;
	g->entry = entry;
	g->deadline = now + HALL_DEADLINE_MS;
	h->entries[entry].guests++;
	line_add(silent, g);
	if (event_set(h->set, fd, EVENT_READ | EVENT_EDGE, g) != 0)
		leave(h, silent, g);
	else
		hall_hear(h, g, now);
	return true;
}

void
hall_accept(struct hall *h, uint64_t now)
{
	for (size_t i = 0; i < h->entries_n; i++) {
		size_t n = 0;

		while (n < ACCEPT_AT_ONCE && h->entries[i].has_new &&
		       accept_one(h, (uint8_t)i, now))
			n++;
		h->entries[i].is_stuck = n < ACCEPT_AT_ONCE;
	}
	hall_pass(h);
}

static void
expire_line(struct hall *h, struct line *l, uint64_t now)
{
	while (l->first != NULL && l->first->deadline <= now)
		leave(h, l, l->first);
}

void
hall_expire(struct hall *h, uint64_t now)
{
	for (size_t i = 0; i < h->entries_n; i++) {
		expire_line(h, &h->entries[i].silent, now);
		expire_line(h, &h->entries[i].to_form, now);
	}
}

int
hall_timeout(const struct hall *h, uint64_t now)
{
	uint64_t next = UINT64_MAX;

	if (h->to_web.first != NULL)
		next = now + RETRY_MS;
	for (size_t i = 0; i < h->entries_n; i++) {
		const struct guest *g = h->entries[i].silent.first;

		uint64_t turn = h->entries[i].is_stuck ? now + RETRY_MS : now;

		if (h->entries[i].to_form.first != NULL &&
		    now + RETRY_MS < next)
			next = now + RETRY_MS;
		if (h->entries[i].has_new && turn < next)
			next = turn;
		if (g != NULL && g->deadline < next)
			next = g->deadline;
	}
	if (next == UINT64_MAX)
		return -1;
	return next > now ? (int)(next - now) : 0;
}
