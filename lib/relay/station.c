#include "relay/station.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/day.h"
#include "base/err.h"
#include "crypto/random.h"
#include "os/sock.h"

#define ROUND_MS 60000 /* so that a new day is seen */

static int
warm(const struct wire_start *start)
{
	int err;

	(void)start;
	if ((err = crypto_init()) != 0)
		return err;
	day_today();
	return http_warm();
}

_Noreturn static void
stop(const struct station *s, const char *doing, int err)
{
	fprintf(stderr, "pistad-%s: %s: %s\n",
	    wire_role_text(s->child.start.role), doing, err_text(err));
	exit(EXIT_FAILURE);
}

static void
on_place(void *ctx, const struct wire_message *m)
{
	struct station *s = ctx;

	if (m->type != WIRE_NEXT) {
		place_take(&s->place, m);
		return;
	}
	/* NEXT is what keep says last. */
	board_forget(s->board);
	s->has_place = true;
}

static void
on_control(void *ctx, int fd)
{
	struct station *s = ctx;
	struct wire_message m;
	int err = wire_receive(s->child.control, &m);

	(void)fd;
	if (err == ERR_AGAIN)
		return;
	if (err == 0 && m.type == WIRE_DRAIN)
		s->is_draining = true;
	else
		s->is_broken = true;
}

static int
open_parts(struct station *s, enum wire_role role, int keep_fd,
    const struct http_options *options, const struct http_handler *handler)
{
	int control = wire_peer_fd(s->child.control), err;
	struct wire_peer *keep = NULL;

	if ((err = http_server_new(options, handler, &s->server)) != 0 ||
	    (err = wire_peer_new(keep_fd, role, WIRE_KEEP,
		 s->child.start.newsroom, &keep)) != 0 ||
	    (err = link_new(keep, s->server, options->connections + 1, on_place,
		 s, &s->link)) != 0 ||
	    (err = board_new(s->link, &s->board)) != 0 ||
	    (err = sock_set_nonblocking(control, true)) != 0)
		return err;
	return http_server_watch(
	    s->server, control, true, false, on_control, s);
}

void
station_open(struct station *s, enum wire_role role, int keep_fd,
    const struct http_options *options, const struct http_handler *handler)
{
	int err;

	*s = (struct station){ .connections = options->connections };
	signal(SIGPIPE, SIG_IGN);
	child_begin(role, keep_fd + 1, warm, &s->child);
	place_init(&s->place, &s->child.start);
	s->day = day_today();
	if ((err = open_parts(s, role, keep_fd, options, handler)) != 0)
		stop(s, "starting", err);
}

bool
station_is_taking(const struct station *s)
{
	return s->has_place && !s->is_draining &&
	       http_server_count(s->server) < s->connections;
}

bool
station_run(struct station *s)
{
	uint32_t day;

	if (http_server_run(s->server, ROUND_MS) != 0)
		s->is_broken = true;
	if ((day = day_today()) != s->day) {
		s->day = day;
		board_forget(s->board);
	}
	if (s->is_broken || link_is_broken(s->link)) {
		s->is_broken = true;
		return false;
	}
	return !s->is_draining || http_server_count(s->server) > 0;
}

int
station_close(struct station *s)
{
	if (s->is_broken)
		return EXIT_FAILURE;
	board_free(&s->board);
	link_free(&s->link);
	http_server_free(&s->server);
	place_fini(&s->place);
	wire_peer_free(&s->child.control);
	return EXIT_SUCCESS;
}
