/*
 * pistad-web: the public place without anybody's words. Constant pages, sealed
 * letters on their way to keep, the board. It never sees an address, a plain
 * tip or a receipt.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/err.h"
#include "http/problem.h"
#include "os/sock.h"
#include "relay/job.h"
#include "relay/put.h"
#include "relay/station.h"
#include "relay/upload.h"
#include "web/pages.h"
#include "web/script.h"

#define CONNECTIONS 1024
#define BUFFER (32 * 1024)
#define TAKE_AT_ONCE 16
#define UPLOAD_PATH "/v1/upload"

struct web {
	struct station station;
	struct pages *pages;
	struct wire_peer *queue;
	bool is_taking;
};

/* What stands behind the prefix; p NULL when the path is not under it. */
static struct text
behind_prefix(const struct web *w, struct text path)
{
	const char *prefix = w->station.child.start.prefix;
	size_t n = text_from(prefix).n;

	if (!text_has_prefix(path, prefix) || path.n == n || path.p[n] != '/')
		return (struct text){ NULL, 0 };
	return (struct text){ path.p + n, path.n - n };
}

/* A form post belongs to a form, which reads words; here it is not read. */
static bool
admit(void *ctx, const struct http_head *h, unsigned entry,
    struct http_refusal *ret_refusal)
{
	const struct web *w = ctx;

	/* Where a company stands in between there is no form; a person who was
	 * sent there in vain gets a page. */
	if (w->station.child.start.front[entry] == FRONT_CDN)
		return true;
	*ret_refusal =
	    (struct http_refusal){ 421, "this connection cannot take a form" };
	return h->method != HTTP_POST ||
	       !text_is(behind_prefix(w, h->path), "/");
}

static void
answer_letters(struct web *w, struct http_request *r)
{
	const struct http_head *h = http_request_head(r);
	const struct station *s = &w->station;

	if (h->method != HTTP_POST)
		http_problem_method(r, "POST");
	else if (http_head_is_foreign(h))
		http_problem(r, 403, "Another site may not send this.");
	else if (s->place.card == NULL)
		http_problem(r, 503, "The newsroom has no card yet.");
	else
		put_start(r, s->link, s->place.card, NULL);
}

static void
answer_uploads(struct web *w, struct http_request *r, struct text path)
{
	const struct station *s = &w->station;
	size_t n = sizeof(UPLOAD_PATH) - 1;

	if (http_head_is_foreign(http_request_head(r)))
		http_problem(r, 403, "Another site may not send this.");
	else if (s->place.card == NULL)
		http_problem(r, 503, "The newsroom has no card yet.");
	else
		upload_start(r, s->link, s->place.card, s->child.start.prefix,
		    (struct text){ path.p + n, path.n - n });
}

/* The prefix without its slash, as people type it. */
static void
answer_slash(struct web *w, struct http_request *r)
{
	const struct http_head *h = http_request_head(r);
	struct http_answer *a = NULL;
	const char *to;
	struct buf b;

	buf_init(&b, HTTP_HEAD_MAX);
	buf_puts(&b, w->station.child.start.prefix);
	buf_puts(&b, "/");
	if (h->query.n > 0) {
		buf_puts(&b, "?");
		buf_put_text(&b, h->query);
	}
	if ((to = buf_cstr(&b)) != NULL &&
	    http_answer_new(308, NULL, "", 0, HTTP_BORROW, &a) == 0 &&
	    http_answer_set(a, "Location", to) == 0)
		http_answer(r, a);
	else
		http_request_abort(r);
	http_answer_free(&a);
	buf_fini(&b);
}

static void
on_head(void *ctx, struct http_request *r)
{
	struct web *w = ctx;
	const struct http_head *h = http_request_head(r);
	struct text path = behind_prefix(w, h->path);

	if (text_is(path, "/v1/letters")) {
		answer_letters(w, r);
	} else if (text_has_prefix(path, UPLOAD_PATH)) {
		answer_uploads(w, r, path);
	} else if (board_answer(w->station.board, r, path) ||
		   place_answer(&w->station.place, r, path) ||
		   script_answer(r, path)) {
		return;
	} else if (text_has_prefix(path, "/v1/")) {
		http_problem_err(r, ERR_NOT_FOUND);
	} else if (h->path.n > 1 && h->method <= HTTP_HEAD &&
		   text_is(h->path, w->station.child.start.prefix)) {
		answer_slash(w, r);
	} else if (!text_is(path, "/")) {
		pages_error(w->pages, r, 404);
	} else if (h->method > HTTP_HEAD) {
		pages_error(w->pages, r, 405);
	} else {
		pages_answer(w->pages, r);
	}
}

static void
on_queue(void *ctx, int fd)
{
	struct web *w = ctx;
	struct station *s = &w->station;
	struct wire_message m;
	int err = 0;

	(void)fd;
	for (int i = 0; i < TAKE_AT_ONCE; i++) {
		if (!station_is_taking(s))
			return;
		if ((err = wire_receive(w->queue, &m)) != 0)
			break;
		if (m.n == 1 && m.body[0] < s->child.start.entries)
			(void)http_server_add(s->server, m.fd, m.body[0]);
		else
			close(m.fd);
	}
	if (err != 0 && err != ERR_AGAIN)
		s->is_broken = true;
}

/* Connections stay in the queue, for others, while there is no room here. */
static void
take_or_leave(struct web *w)
{
	struct station *s = &w->station;
	bool is_taking = station_is_taking(s);

	if (is_taking == w->is_taking)
		return;
	w->is_taking = is_taking;
	if (!is_taking)
		http_server_unwatch(s->server, wire_peer_fd(w->queue));
	else if (http_server_watch_shared(
		     s->server, wire_peer_fd(w->queue), on_queue, w) != 0)
		s->is_broken = true;
}

static int
open_queue(struct web *w)
{
	int err;

	if ((err = pages_new(&w->station, &w->pages)) != 0)
		return err;
	err = wire_peer_new(CHILD_WEB_QUEUE, WIRE_WEB, WIRE_GATE,
	    w->station.child.start.newsroom, &w->queue);
	if (err != 0)
		return err;
	return sock_set_nonblocking(CHILD_WEB_QUEUE, true);
}

int
main(void)
{
	const struct http_options options = { .connections = CONNECTIONS,
		.buffer = BUFFER };
	struct web w = { 0 };
	const struct http_handler handler = { .admit = admit,
		.head = on_head,
		.body = job_body,
		.end = job_end,
		.closed = job_closed,
		.ctx = &w };
	int err;

	station_open(&w.station, WIRE_WEB, CHILD_WEB_KEEP, &options, &handler);
	if ((err = open_queue(&w)) != 0) {
		fprintf(stderr, "pistad-web: starting: %s\n", err_text(err));
		return EXIT_FAILURE;
	}
	child_ready(&w.station.child);
	do
		take_or_leave(&w);
	while (station_run(&w.station));
	pages_free(&w.pages);
	wire_peer_free(&w.queue);
	return station_close(&w.station);
}
