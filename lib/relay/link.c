#include "relay/link.h"

#include "base/err.h"
#include "base/mem.h"
#include "os/sock.h"

#define CALLS_MAX 65535
#define MESSAGES_AT_ONCE 64

/* A number is the slot and how often the slot was used, so that an answer to a
 * call that ended reaches nobody. */
struct slot {
	struct link_call *call;
	uint64_t uses;
	bool is_dropping; /* PUT_DROP is still to be sent */
};

struct link {
	struct wire_peer *keep;
	struct http_server *server;
	link_place_fn *place;
	void *ctx;
	struct link_call *first, **last; /* waiting for room */
	bool is_full, is_broken;
	unsigned drops; /* slots that are dropping */
	unsigned hint;  /* where to look for a free slot */
	unsigned slots_n;
	struct slot slots[];
};

static http_watch_fn on_keep;

int
link_new(struct wire_peer *keep, struct http_server *s, unsigned calls,
    link_place_fn *place, void *ctx, struct link **ret_link)
{
	int fd = wire_peer_fd(keep), err;
	struct link *l;

	must(calls > 0 && calls <= CALLS_MAX);
	l = mem_new(1, sizeof(*l) + calls * sizeof(l->slots[0]));
	if (l == NULL) {
		wire_peer_free(&keep);
		return ERR_NOMEM;
	}
	l->keep = keep;
	l->server = s;
	l->place = place;
	l->ctx = ctx;
	l->last = &l->first;
	l->slots_n = calls;
	if ((err = sock_set_nonblocking(fd, true)) != 0 ||
	    (err = http_server_watch(s, fd, true, false, on_keep, l)) != 0) {
		link_free(&l);
		return err;
	}
	*ret_link = l;
	return 0;
}

void
link_free(struct link **link)
{
	struct link *l = *link;

	if (l == NULL)
		return;
	http_server_unwatch(l->server, wire_peer_fd(l->keep));
	wire_peer_free(&l->keep);
	mem_free(l);
	*link = NULL;
}

bool
link_is_broken(const struct link *l)
{
	return l->is_broken;
}

int
link_begin(struct link *l, struct link_call *c)
{
	unsigned i;

	for (unsigned n = 0; n < l->slots_n; n++) {
		i = (l->hint + n) % l->slots_n;
		if (l->slots[i].call == NULL && !l->slots[i].is_dropping) {
			l->hint = i + 1;
			l->slots[i].call = c;
			l->slots[i].uses++;
			c->link = l;
			c->id = l->slots[i].uses << 16 | i;
			return 0;
		}
	}
	return ERR_BUSY;
}

bool
link_is_open(const struct link_call *c)
{
	return c->link != NULL;
}

static void
set_full(struct link *l, bool is_full)
{
	l->is_full = is_full;
	if (http_server_watch(l->server, wire_peer_fd(l->keep), true, is_full,
		on_keep, l) != 0)
		l->is_broken = true;
}

/* Sends what is left to say about calls that ended. */
static void
send_drops(struct link *l)
{
	int err;

	for (unsigned i = 0; i < l->slots_n && l->drops > 0; i++) {
		struct slot *s = &l->slots[i];

		if (!s->is_dropping)
			continue;
		err =
		    wire_send_empty(l->keep, WIRE_PUT_DROP, s->uses << 16 | i);
		if (err == ERR_AGAIN) {
			set_full(l, true);
			return;
		}
		l->is_broken |= err != 0;
		s->is_dropping = false;
		l->drops--;
	}
}

static void
leave_line(struct link *l, struct link_call *c)
{
	struct link_call **p = &l->first;

	if (!c->is_waiting)
		return;
	while (*p != c)
		p = &(*p)->next;
	*p = c->next;
	if (l->last == &c->next)
		l->last = p;
	c->is_waiting = false;
}

void
link_end(struct link_call *c, bool is_put_dropped)
{
	struct link *l = c->link;
	struct slot *s;

	if (l == NULL)
		return;
	leave_line(l, c);
	s = &l->slots[c->id & 0xffff];
	s->call = NULL;
	c->link = NULL;
	if (!is_put_dropped || l->is_broken)
		return;
	s->is_dropping = true;
	l->drops++;
	if (!l->is_full)
		send_drops(l);
}

int
link_send(struct link_call *c, enum wire_type type, uint16_t flags,
    const void *part1, size_t part1_n, const void *part2, size_t part2_n)
{
	const struct wire_out out = { .type = type,
		.flags = flags,
		.request = c->id,
		.part1 = part1,
		.part1_n = part1_n,
		.part2 = part2,
		.part2_n = part2_n,
		.fd = -1 };
	struct link *l = c->link;
	int err = ERR_AGAIN;

	if (l->is_broken)
		return ERR_CLOSED;
	if (!l->is_full && (err = wire_send(l->keep, &out)) == ERR_AGAIN)
		set_full(l, true);
	if (err == ERR_AGAIN && !c->is_waiting) {
		c->is_waiting = true;
		c->next = NULL;
		*l->last = c;
		l->last = &c->next;
	}
	if (err != 0 && err != ERR_AGAIN)
		l->is_broken = true;
	return err;
}

/* Lets those in line try again, in their order. */
static void
serve_line(struct link *l)
{
	send_drops(l);
	while (!l->is_full && l->first != NULL) {
		struct link_call *c = l->first;

		leave_line(l, c);
		c->ready(c);
	}
}

static void
take(struct link *l, const struct wire_message *m)
{
	uint64_t i = m->request & 0xffff;

	switch (m->type) {
	case WIRE_CARD:
	case WIRE_STORIES:
	case WIRE_NEXT:
		l->place(l->ctx, m);
		return;
	default:
		break;
	}
	if (i < l->slots_n && l->slots[i].call != NULL &&
	    l->slots[i].uses == m->request >> 16)
		l->slots[i].call->answer(l->slots[i].call, m);
}

static void
on_keep(void *ctx, int fd)
{
	struct link *l = ctx;
	struct wire_message m;
	int err = 0;

	(void)fd;
	for (int i = 0; i < MESSAGES_AT_ONCE && !l->is_broken; i++) {
		if ((err = wire_receive(l->keep, &m)) != 0)
			break;
		take(l, &m);
	}
	if (err != 0 && err != ERR_AGAIN)
		l->is_broken = true;
	if (l->is_full && !l->is_broken) {
		set_full(l, false);
		serve_line(l);
	}
}
