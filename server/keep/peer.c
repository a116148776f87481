#include <string.h>
#include <unistd.h>

#include "base/cursor.h"
#include "base/err.h"
#include "base/mem.h"
#include "keep/keep.h"
#include "os/event.h"
#include "os/sock.h"

#define PEERS_MAX 2048
#define OUT_MAX 1024 /* answers a peer has not taken */

/* How much of one peer is done in one turn. */
#define TURN_FORM 16
#define TURN_OTHER 256

struct out {
	struct out *next;
	enum wire_type type;
	uint64_t request;
	size_t n;
	uint8_t bytes[];
};

/* What a message costs of its peer's turn, and who does it. */
static const struct {
	enum wire_type type;
	unsigned cost;
	int (*handle)(struct peer *p, const struct wire_message *m);
} handlers[] = {
	{ WIRE_PLACE_GET, 1, place_get },
	{ WIRE_PUT_BEGIN, 1, put_begin },
	{ WIRE_PUT_CHUNK, 2, put_chunk },
	{ WIRE_PUT_COMMIT, 1, put_commit },
	{ WIRE_PUT_DROP, 1, put_drop },
	{ WIRE_UPLOAD_NEW, 4, upload_new },
	{ WIRE_UPLOAD_ASK, 1, upload_ask },
	{ WIRE_UPLOAD_OPEN, 1, upload_open },
	{ WIRE_UPLOAD_END, 1, upload_end },
	{ WIRE_BOARD_LIST, 1, board_list },
	{ WIRE_BOARD_INDEX, 4, board_index },
	{ WIRE_BOARD_SLOTS, 8, board_slots },
	{ WIRE_INBOX_LIST, 8, inbox_list },
	{ WIRE_INBOX_READ, 8, inbox_read },
	{ WIRE_INBOX_LEAVES, 8, inbox_leaves },
	{ WIRE_INBOX_DELETE, 128, inbox_delete },
	{ WIRE_BOARD_POST, 16, board_post },
	{ WIRE_CARD_PUT, 128, place_card_put },
	{ WIRE_STORIES_PUT, 128, place_stories_put },
};

int
peer_add(struct keep *k, int fd, enum wire_role role)
{
	struct peer *p = NULL;
	int err;

	if (role != WIRE_WEB && role != WIRE_FORM && role != WIRE_PICKUP)
		err = ERR_DENIED;
	else if (k->peers_n >= PEERS_MAX)
		err = ERR_LIMIT;
	else if ((p = mem_new(1, sizeof(*p))) == NULL)
		err = ERR_NOMEM;
	else
		err = sock_set_nonblocking(fd, true);
	if (err == 0)
		err = wire_peer_new(
		    fd, WIRE_KEEP, role, k->start.newsroom, &p->wire);
	if (err != 0) {
		close(fd);
		mem_free(p);
		return err;
	}
	p->keep = k;
	p->role = role;
	p->out_end = &p->out;
	if ((err = event_set(k->set, fd, EVENT_READ, p)) != 0) {
		wire_peer_free(&p->wire);
		mem_free(p);
		return err;
	}
	p->next = k->peers;
	k->peers = p;
	k->peers_n++;
	if (role != WIRE_FORM)
		peer_push(p, PUSH_ALL);
	return 0;
}

static int
handle(struct peer *p, const struct wire_message *m, unsigned *left)
{
	for (size_t i = 0; i < sizeof(handlers) / sizeof(*handlers); i++) {
		if (handlers[i].type != m->type)
			continue;
		*left -= *left < handlers[i].cost ? *left : handlers[i].cost;
		return handlers[i].handle(p, m);
	}
	return ERR_DENIED;
}

void
peer_read(struct peer *p)
{
	unsigned left = p->role == WIRE_FORM ? TURN_FORM : TURN_OTHER;
	struct wire_message m;
	int err;

	while (left > 0 && !p->is_gone && !p->is_blocked) {
		if ((err = wire_receive(p->wire, &m)) == ERR_AGAIN)
			return;
		if (err == 0)
			err = handle(p, &m, &left);
		if (err != 0)
			p->is_gone = true;
	}
}

/* Listens to a peer or waits until it takes more, never both. */
static void
set_blocked(struct peer *p, bool is_blocked)
{
	if (p->is_blocked == is_blocked)
		return;
	p->is_blocked = is_blocked;
	if (event_set(p->keep->set, wire_peer_fd(p->wire),
		is_blocked ? EVENT_WRITE : EVENT_READ, p) != 0)
		p->is_gone = true;
}

/* False when it did not go. */
static bool
try_send(struct peer *p, const struct wire_out *out)
{
	int err = wire_send(p->wire, out);

	if (err == 0)
		return true;
	if (err == ERR_AGAIN)
		set_blocked(p, true);
	else
		p->is_gone = true;
	return false;
}

static bool
flush_push(struct peer *p, unsigned what, enum wire_type type, struct text body)
{
	const struct wire_out out = { .type = type,
		.request = p->push_request,
		.part1 = body.p,
		.part1_n = body.n,
		.fd = -1 };

	if ((p->push & what) == 0)
		return true;
	if (!try_send(p, &out))
		return false;
	p->push &= ~what;
	return true;
}

void
peer_flush(struct peer *p)
{
	const struct keep *k = p->keep;
	struct out *o;

	while (!p->is_gone && (o = p->out) != NULL) {
		const struct wire_out out = { .type = o->type,
			.request = o->request,
			.part1 = o->bytes,
			.part1_n = o->n,
			.fd = -1 };

		if (!try_send(p, &out))
			return;
		if ((p->out = o->next) == NULL)
			p->out_end = &p->out;
		p->out_n--;
		mem_free(o);
	}
	if (!p->is_gone &&
	    flush_push(p, PUSH_CARD, WIRE_CARD, buf_text(&k->card)) &&
	    flush_push(p, PUSH_STORIES, WIRE_STORIES, buf_text(&k->stories)) &&
	    flush_push(p, PUSH_NEXT, WIRE_NEXT,
		(struct text){ (const char *)k->next, sizeof(k->next) }))
		set_blocked(p, false);
}

void
peer_push(struct peer *p, unsigned what)
{
	p->push |= what;
	if (!p->is_blocked)
		peer_flush(p);
}

void
peer_push_all(struct keep *k, unsigned what)
{
	for (struct peer *p = k->peers; p != NULL; p = p->next) {
		if (p->role != WIRE_FORM)
			peer_push(p, what);
	}
}

/* Sends later. A peer that does not take what it asked for is given up. */
static void
queue(struct peer *p, const struct wire_out *out)
{
	struct out *o = NULL;

	if (p->out_n < OUT_MAX)
		o = mem_new(1, sizeof(*o) + out->part1_n + out->part2_n);
	if (o == NULL) {
		p->is_gone = true;
		return;
	}
	o->type = out->type;
	o->request = out->request;
	o->n = out->part1_n + out->part2_n;
	if (out->part1_n > 0)
		memcpy(o->bytes, out->part1, out->part1_n);
	if (out->part2_n > 0)
		memcpy(o->bytes + out->part1_n, out->part2, out->part2_n);
	*p->out_end = o;
	p->out_end = &o->next;
	p->out_n++;
}

void
peer_send(struct peer *p, enum wire_type type, uint64_t request,
    struct text part1, struct text part2)
{
	const struct wire_out out = { .type = type,
		.request = request,
		.part1 = part1.p,
		.part1_n = part1.n,
		.part2 = part2.p,
		.part2_n = part2.n,
		.fd = -1 };

	if (p->is_gone)
		return;
	if (p->is_blocked || (!try_send(p, &out) && !p->is_gone))
		queue(p, &out);
}

void
peer_fail(struct peer *p, uint64_t request, int err, uint32_t detail)
{
	uint8_t body[8];

	u32_write(body, (uint32_t)err);
	u32_write(body + 4, detail);
	peer_send(p, WIRE_FAIL, request,
	    (struct text){ (const char *)body, sizeof(body) },
	    (struct text){ 0 });
}

void
peer_data(struct peer *p, uint64_t request, const struct buf *body)
{
	peer_send(p, WIRE_DATA, request, buf_text(body), (struct text){ 0 });
}

void
peer_promise(struct peer *p, uint64_t request, bool is_repeat)
{
	struct promise *a;

	/* Who cannot be told is cut off, and asks again: that is the same
	 * letter. */
	if ((a = mem_new(1, sizeof(*a))) == NULL) {
		p->is_gone = true;
		return;
	}
	a->request = request;
	a->is_repeat = is_repeat;
	a->next = p->promises;
	p->promises = a;
	p->keep->is_dirty = true;
	p->keep->is_sync_due = true;
}

void
peer_settle(struct peer *p, int err)
{
	struct promise *a;

	for (struct job *j = p->jobs; j != NULL; j = j->next) {
		if (err != 0 && j->is_touched && !j->has_failed)
			job_fail(p, j, err);
		j->is_touched = false;
	}
	while ((a = p->promises) != NULL) {
		const char repeat = a->is_repeat ? 1 : 0;

		p->promises = a->next;
		if (err != 0)
			peer_fail(p, a->request, err, 0);
		else
			peer_send(p, WIRE_DONE, a->request,
			    (struct text){ &repeat, 1 }, (struct text){ 0 });
		mem_free(a);
	}
}

static void
peer_free(struct peer *p)
{
	struct promise *a;
	struct out *o;

	event_drop(p->keep->set, wire_peer_fd(p->wire));
	while (p->jobs != NULL)
		job_free(p, p->jobs);
	while ((a = p->promises) != NULL) {
		p->promises = a->next;
		mem_free(a);
	}
	while ((o = p->out) != NULL) {
		p->out = o->next;
		mem_free(o);
	}
	wire_peer_free(&p->wire);
	mem_free(p);
}

void
peer_reap(struct keep *k, bool everybody)
{
	struct peer **at = &k->peers, *p;

	while ((p = *at) != NULL) {
		if (!p->is_gone && !everybody) {
			at = &p->next;
			continue;
		}
		*at = p->next;
		k->peers_n--;
		peer_free(p);
	}
}
