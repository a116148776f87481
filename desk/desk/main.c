/*
 * pista-desk: started by `pista desk' with the member's directory, a socket to
 * fetch and a listener on 127.0.0.1. docs/formats/desk-page.md.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/err.h"
#include "base/secret.h"
#include "base/sqlite_memory.h"
#include "crypto/random.h"
#include "desk/chores.h"
#include "desk/opening.h"
#include "desk/round.h"
#include "desk/state.h"
#include "os/process.h"
#include "os/sock.h"
#include "wire/desk_child.h"

#define CONNECTIONS 256
/* So large that the library gives it back to the system, not to the heap. */
#define BUFFER (64 * 1024)
#define TAKE_AT_ONCE 16
#define WAIT_MS 500

static int
warm(const struct desk_start *start)
{
	int err;

	(void)start;
	if ((err = crypto_init()) != 0 || (err = sqlite_memory_init(true)) != 0)
		return err;
	return http_warm();
}

static void
on_listen(void *ctx, int listener)
{
	struct desk *d = ctx;
	int fd;

	for (int i = 0; i < TAKE_AT_ONCE; i++) {
		if (sock_accept(listener, &fd) != 0)
			return;
		(void)http_server_add(d->server, fd, 0);
	}
}

static int
take(struct desk *d, const struct wire_message *m)
{
	uint64_t now = process_now_ms();

	switch (m->type) {
	case WIRE_PEER:
		return round_connect(d, m->fd);
	case WIRE_DESK_KEY:
		if (m->n != DOOR_SECRET_SIZE)
			return ERR_FORMAT;
		door_set_key(&d->door, m->body, now);
		return 0;
	case WIRE_DESK_LOCK:
		opening_close(d, DESK_REASON_ASKED);
		return 0;
	default:
		return ERR_DENIED;
	}
}

/* Without the launcher there is nobody to be started by again. */
static void
on_launch(void *ctx, int fd)
{
	struct desk *d = ctx;
	struct wire_message m;
	int err;

	(void)fd;
	while ((err = wire_receive(d->launch, &m)) == 0)
		if ((err = take(d, &m)) != 0)
			break;
	if (err == ERR_AGAIN)
		return;
	if (err != ERR_CLOSED)
		fprintf(stderr, "pista-desk: launcher: %s\n", err_text(err));
	if (d->leave_at == 0)
		opening_close(d, DESK_REASON_ASKED);
	d->is_over = true;
}

static int
open_desk(struct desk *d)
{
	const struct http_options options = { .connections = CONNECTIONS,
		.buffer = BUFFER };
	struct http_handler handler = ask_callbacks;
	uint64_t now = process_now_ms();
	int err;

	handler.ctx = d;
	/* What a page saw of the desk before this one is another version. */
	random_bytes(&d->version, sizeof(d->version));
	d->version >>= 12;
	d->lock_reason = d->start.reason;
	d->chores.used_at = now;
	door_init(&d->door, d->start.port, d->start.token);
	secret_wipe(d->start.token, sizeof(d->start.token));
	if ((err = http_server_new(&options, &handler, &d->server)) != 0 ||
	    (err = round_connect(d, DESK_CHILD_PEER)) != 0 ||
	    (err = sock_set_nonblocking(DESK_CHILD_LISTEN, true)) != 0 ||
	    (err = sock_set_nonblocking(DESK_CHILD_CONTROL, true)) != 0 ||
	    (err = http_server_watch(d->server, DESK_CHILD_CONTROL, true, false,
		 on_launch, d)) != 0)
		return err;
	return http_server_watch(
	    d->server, DESK_CHILD_LISTEN, true, false, on_listen, d);
}

static int
run(struct desk *d)
{
	bool is_busy = false;
	uint64_t now;
	int err = 0;

	while (err == 0 && !d->is_over) {
		err = http_server_run(d->server, is_busy ? 0 : WAIT_MS);
		now = process_now_ms();
		state_tick(d, now);
		is_busy = chores_step(d, now);
		/* What has just changed is shown at once. */
		is_busy |= d->is_changed;
		d->is_over |= d->leave_at != 0 && now >= d->leave_at;
	}
	return err;
}

/* The launcher starts the next one, which is locked. */
static void
say_locked(struct desk *d)
{
	uint8_t body[1];
	struct wire_out out = {
		.type = WIRE_DESK_LOCKED, .part1 = body, .fd = -1
	};
	struct buf b;

	if (d->leave_at == 0)
		return;
	buf_init_fixed(&b, body, sizeof(body));
	desk_locked_put(&b, d->lock_reason);
	out.part1_n = b.n;
	(void)wire_send(d->launch, &out);
}

int
main(void)
{
	static struct desk d;
	int err;

	desk_begin(warm, &d.start, &d.launch);
	if ((err = open_desk(&d)) == 0 &&
	    (err = wire_send_empty(d.launch, WIRE_READY, 0)) == 0)
		err = run(&d);
	/* Without the launcher nobody is served, and nothing is wrong here. */
	if (err != 0 && err != ERR_CLOSED)
		fprintf(stderr, "pista-desk: %s\n", err_text(err));
	say_locked(&d);
	opening_forget(&d);
	http_server_free(&d.server);
	wire_peer_free(&d.fetch);
	wire_peer_free(&d.launch);
	secret_wipe(&d.door, sizeof(d.door));
	return err == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
