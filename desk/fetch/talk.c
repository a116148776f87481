#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/secret.h"
#include "fetch/fetch.h"
#include "os/event.h"
#include "os/process.h"
#include "os/sock.h"

#define PROGRESS_MS 200

static void
disconnect(struct fetch *f)
{
	if (f->desk == NULL)
		return;
	event_drop(f->set, wire_peer_fd(f->desk));
	wire_peer_free(&f->desk);
}

int
talk_connect(struct fetch *f, int fd)
{
	int err;

	disconnect(f);
	if ((err = sock_set_nonblocking(fd, true)) != 0 ||
	    (err = wire_peer_new(fd, WIRE_FETCH, WIRE_DESK, f->start.newsroom,
		 &f->desk)) != 0) {
		close(fd);
		return err;
	}
	/* A new desk knows nothing of before. */
	f->has_changed = true;
	f->has_round = f->round.at != 0;
	return event_set(f->set, fd, EVENT_READ, NULL);
}

/* The message's own copy of the key goes too. */
static int
take_key(struct fetch *f, const struct wire_message *m)
{
	void *body;

	if (m->n != 32)
		return ERR_FORMAT;
	memcpy(f->new_seed, m->body, 32);
	f->has_new_seed = true;
	memcpy(&body, &m->body, sizeof(body));
	secret_wipe(body, m->n);
	return 0;
}

static int
take_whole(struct fetch *f, const struct wire_message *m)
{
	uint64_t seq;
	size_t i;
	int err;

	if ((err = fetch_whole_read(m, &seq)) != 0)
		return err;
	for (i = 0; i < f->whole_n; i++)
		if (f->whole[i] == seq)
			return 0;
	/* Whoever wants that many asks again. */
	if (f->whole_n < FETCH_WHOLE_MAX_WAITING)
		f->whole[f->whole_n++] = seq;
	return 0;
}

static int
take_from_desk(struct fetch *f, const struct wire_message *m)
{
	switch (m->type) {
	case WIRE_FETCH_KEY:
		return take_key(f, m);
	case WIRE_FETCH_NOW:
		f->is_asked = true;
		return 0;
	case WIRE_FETCH_WHOLE:
		return take_whole(f, m);
	default:
		return ERR_DENIED;
	}
}

static void
listen_to_desk(struct fetch *f)
{
	struct wire_message m;
	int err = 0;

	while (f->desk != NULL && err == 0) {
		if ((err = wire_receive(f->desk, &m)) == 0)
			err = take_from_desk(f, &m);
	}
	if (err == 0 || err == ERR_AGAIN)
		return;
	if (err != ERR_CLOSED)
		fprintf(stderr, "pista-fetch: desk: %s\n", err_text(err));
	disconnect(f);
}

static void
listen_to_launcher(struct fetch *f)
{
	struct wire_message m;
	int err = 0;

	while (err == 0) {
		if ((err = wire_receive(f->control, &m)) != 0)
			break;
		if (m.type == WIRE_PEER && m.n == 1 && m.body[0] == WIRE_DESK) {
			err = talk_connect(f, m.fd);
		} else {
			if (m.fd >= 0)
				close(m.fd);
			err = ERR_DENIED;
		}
	}
	if (err != ERR_AGAIN)
		f->is_over = true;
}

int
talk_listen(struct fetch *f, int timeout_ms)
{
	struct event events[EVENTS_AT_ONCE];
	size_t n;
	int err;

	if ((err = event_wait(f->set, events, timeout_ms, &n)) != 0)
		return err;
	listen_to_launcher(f);
	listen_to_desk(f);
	return f->is_over ? ERR_CLOSED : 0;
}

/* True when it went out. A desk that does not read now is told again later. */
static bool
say(struct fetch *f, enum wire_type type, const struct buf *b)
{
	const struct wire_out out = { .type = type,
		.part1 = b != NULL ? b->p : NULL,
		.part1_n = b != NULL ? b->n : 0,
		.fd = -1 };

	return f->desk != NULL && wire_send(f->desk, &out) == 0;
}

void
talk_flush(struct fetch *f)
{
	struct buf b;

	if (f->has_changed && say(f, WIRE_FETCH_CHANGED, NULL))
		f->has_changed = false;
	if (!f->has_round)
		return;
	buf_init(&b, 512);
	fetch_round_put(&b, &f->round);
	if (buf_finish(&b) != 0 || say(f, WIRE_FETCH_ROUND, &b))
		f->has_round = false;
	buf_fini(&b);
}

static void
say_progress(struct fetch *f, uint64_t seq, uint64_t done, uint64_t total)
{
	const struct fetch_progress p = { seq, done, total };
	struct buf b;

	buf_init(&b, 64);
	fetch_progress_put(&b, &p);
	if (buf_finish(&b) == 0)
		(void)say(f, WIRE_FETCH_PROGRESS, &b);
	buf_fini(&b);
}

int
talk_progress(struct fetch *f, uint64_t done, uint64_t total)
{
	uint64_t now = process_now_ms();
	int err;

	if (now - f->told < PROGRESS_MS)
		return 0;
	f->told = now;
	if ((err = talk_listen(f, 0)) != 0)
		return err;
	say_progress(f, f->letter, done, total);
	talk_flush(f);
	return 0;
}

void
talk_end_of_letter(struct fetch *f, uint64_t seq)
{
	say_progress(f, seq, 0, 0);
	f->has_changed = true;
	talk_flush(f);
}

void
talk_round(struct fetch *f, const struct fetch_round *r, const char *doing)
{
	f->round = *r;
	f->has_round = true;
	snprintf(f->round.doing, sizeof(f->round.doing), "%s",
	    doing != NULL ? doing : "");
	talk_flush(f);
}
