#include "desk/round.h"

#include <stdio.h>
#include <unistd.h>

#include "base/cursor.h"
#include "base/err.h"
#include "desk/routes.h"
#include "os/process.h"
#include "os/sock.h"

#define PROGRESS_MS 200
#define TAKE_AT_ONCE 8 /* who says more keeps nobody else waiting */

/* What the book says of a server that tells another past, until it tells the
 * right one again. */
static void
alarm_about(struct desk *d, const struct fetch_round *r)
{
	bool is_other = r->err == ERR_CONFLICT && r->differs != 0;
	const struct book_alarm a = { .kind = "rolled-back",
		.key = "network",
		.seq = r->differs,
		.words = is_other ? "the server tells another past than it "
				    "told before"
				  : NULL };

	if (d->book == NULL || (r->err != 0 && !is_other))
		return;
	(void)book_alarm(d->book, &a);
}

static int
take_round(struct desk *d, const struct wire_message *m)
{
	struct rounds *r = &d->rounds;
	int err;

	if ((err = fetch_round_read(m, &r->last)) != 0)
		return err;
	r->is_running = false;
	r->has_been = true;
	if (r->progress.seq == 0)
		r->progress.total = 0;
	if (r->last.err == 0) {
		r->good_at = r->last.at;
		d->bring.is_paused = false;
		/* That it has done with a letter may not have reached us; what
		 * it has still to do it does once. */
		bring_again(&d->bring);
		round_bring(d);
	}
	alarm_about(d, &r->last);
	/* Where the board has moved on, what was for it is built again. */
	if (r->last.err == 0 || r->last.refused != 0)
		d->chores.is_edition = true;
	d->chores.has_news = true;
	desk_changed(d);
	return 0;
}

/* What fetch could not bring waits for the network to be there again. */
static void
end_of_letter(struct desk *d, uint64_t seq)
{
	struct mirror_entry e;
	bool is_over = mirror_get(d->mirror, seq, &e) == 0 &&
		       (e.is_gone || e.held >= e.size);

	bring_ended(&d->bring, seq, is_over);
	d->chores.is_round |= d->bring.is_paused;
	round_bring(d);
}

static int
take_progress(struct desk *d, const struct wire_message *m)
{
	struct rounds *r = &d->rounds;
	uint64_t now = process_now_ms();
	int err;

	if ((err = fetch_progress_read(m, &r->progress)) != 0)
		return err;
	r->is_running |= r->progress.seq == 0;
	if (r->progress.seq != 0 && r->progress.total == 0 &&
	    bring_is_wanted(&d->bring, r->progress.seq))
		end_of_letter(d, r->progress.seq);
	if (r->progress.done >= r->progress.total)
		r->progress.total = 0;
	if (r->progress.total == 0 || now - d->chores.told_at >= PROGRESS_MS) {
		d->chores.told_at = now;
		desk_changed(d);
	}
	return 0;
}

static int
take(struct desk *d, const struct wire_message *m)
{
	switch (m->type) {
	case WIRE_FETCH_ROUND:
		return take_round(d, m);
	case WIRE_FETCH_PROGRESS:
		return take_progress(d, m);
	case WIRE_FETCH_CHANGED:
		d->chores.has_news = true;
		return 0;
	default:
		return ERR_DENIED;
	}
}

static void
disconnect(struct desk *d)
{
	if (d->fetch == NULL)
		return;
	http_server_unwatch(d->server, wire_peer_fd(d->fetch));
	wire_peer_free(&d->fetch);
	d->rounds.is_running = false;
	d->rounds.progress.total = 0;
}

static void
on_fetch(void *ctx, int fd)
{
	struct desk *d = ctx;
	struct wire_message m;
	int err = 0;

	(void)fd;
	for (int i = 0; i < TAKE_AT_ONCE && err == 0; i++)
		if ((err = wire_receive(d->fetch, &m)) == 0)
			err = take(d, &m);
	if (err == 0 || err == ERR_AGAIN)
		return;
	/* The launcher starts another one and tells us. */
	if (err != ERR_CLOSED)
		fprintf(stderr, "pista-desk: fetch: %s\n", err_text(err));
	disconnect(d);
	desk_changed(d);
}

int
round_connect(struct desk *d, int fd)
{
	int err;

	disconnect(d);
	if ((err = sock_set_nonblocking(fd, true)) != 0 ||
	    (err = wire_peer_new(fd, WIRE_DESK, WIRE_FETCH, d->start.newsroom,
		 &d->fetch)) != 0) {
		close(fd);
		return err;
	}
	if (d->seeds != NULL)
		round_unlocked(d);
	bring_again(&d->bring);
	round_bring(d);
	return http_server_watch(d->server, fd, true, false, on_fetch, d);
}

static void
tell(struct desk *d, enum wire_type type, const void *body, size_t n)
{
	const struct wire_out out = {
		.type = type, .part1 = body, .part1_n = n, .fd = -1
	};

	/* A fetch that does not read has enough to do; one that is gone comes
	 * back and asks for nothing we have not said by then. */
	if (d->fetch != NULL)
		(void)wire_send(d->fetch, &out);
}

void
round_unlocked(struct desk *d)
{
	tell(d, WIRE_FETCH_KEY, DESK_REQUEST_SEED(d), 32);
}

void
round_ask(struct desk *d)
{
	d->chores.asked_at = process_now_ms();
	d->chores.is_round = false;
	if (d->fetch != NULL)
		d->rounds.is_running = true;
	tell(d, WIRE_FETCH_NOW, NULL, 0);
}

void
round_bring(struct desk *d)
{
	uint8_t body[8];
	const struct wire_out out = { .type = WIRE_FETCH_WHOLE,
		.part1 = body,
		.part1_n = sizeof(body),
		.fd = -1 };
	uint64_t seq;

	while (d->fetch != NULL && bring_next(&d->bring, &seq)) {
		u64_write(body, seq);
		if (wire_send(d->fetch, &out) != 0) {
			bring_unask(&d->bring, seq);
			break;
		}
	}
}

int
round_acted(struct desk *d)
{
	int err = memo_save(d->memo);

	desk_changed(d);
	return err;
}

int
round_laid_out(struct desk *d)
{
	round_ask(d);
	return round_acted(d);
}

int
round_flush(struct desk *d)
{
	int err = dispatch_flush(d->dispatch);

	return err != 0 ? err : memo_save(d->memo);
}

static int
count(void *ctx, uint64_t handle, const struct event *e)
{
	uint64_t *n = ctx;

	(void)handle, (void)e;
	++*n;
	return 0;
}

uint64_t
round_waiting(struct desk *d)
{
	uint64_t laid_out = 0, pending = 0;

	(void)mirror_out_count(d->mirror, &laid_out);
	(void)book_each_pending(d->book, count, &pending);
	return laid_out + pending;
}

int
round_sync(struct desk *d, struct ask *a, json_t **ret_out)
{
	int err;

	(void)a, (void)ret_out;
	if ((err = round_flush(d)) != 0)
		return err;
	round_ask(d);
	desk_changed(d);
	return 0;
}
