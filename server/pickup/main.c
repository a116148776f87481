/*
 * pistad-pickup: where the desk fetches sealed letters and leaves its answers.
 * It checks who asks and can open nothing.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/err.h"
#include "http/problem.h"
#include "os/sock.h"
#include "pickup/auth.h"
#include "pickup/change.h"
#include "pickup/inbox.h"
#include "pickup/many.h"
#include "relay/job.h"
#include "relay/put.h"
#include "relay/station.h"

#define CONNECTIONS 128
#define BUFFER (32 * 1024)
#define TAKE_AT_ONCE 16
#define INBOX_PATH "/v1/inbox/"

struct pickup {
	struct station station;
	struct auth *auth;
	bool is_taking;
};

/* One address of the desk and what may be done there. */
struct route {
	const char *path, *allow;
	enum http_method method;
	void (*answer)(
	    struct pickup *p, struct http_request *r, const uint8_t *body_hash);
};

static void
list_inbox(struct pickup *p, struct http_request *r, const uint8_t *body_hash)
{
	(void)body_hash;
	inbox_list(&p->station, r);
}

static void
read_many(struct pickup *p, struct http_request *r, const uint8_t *body_hash)
{
	(void)body_hash;
	inbox_many(&p->station, r);
}

static void
post_inbox(struct pickup *p, struct http_request *r, const uint8_t *body_hash)
{
	put_start(r, p->station.link, p->station.place.card, body_hash);
}

static void
post_delete(struct pickup *p, struct http_request *r, const uint8_t *body_hash)
{
	change_start(&p->station, r, &change_delete, body_hash);
}

static void
post_board(struct pickup *p, struct http_request *r, const uint8_t *body_hash)
{
	change_start(&p->station, r, &change_board, body_hash);
}

static void
put_stories(struct pickup *p, struct http_request *r, const uint8_t *body_hash)
{
	change_start(&p->station, r, &change_stories, body_hash);
}

static const struct route routes[] = {
	{ "/v1/inbox", "GET, POST", HTTP_GET, list_inbox },
	{ "/v1/inbox", "GET, POST", HTTP_POST, post_inbox },
	{ "/v1/inbox/many", "GET", HTTP_GET, read_many },
	{ "/v1/inbox/delete", "POST", HTTP_POST, post_delete },
	{ "/v1/board", "POST", HTTP_POST, post_board },
	{ "/v1/stories", "GET, HEAD, PUT", HTTP_PUT, put_stories },
};

/* "/v1/inbox/N" and "/v1/inbox/N/leaves". */
static bool
read_entry_path(struct text path, uint64_t *ret_seq, bool *ret_is_leaves)
{
	struct text number;

	if (!text_has_prefix(path, INBOX_PATH))
		return false;
	path.p += sizeof(INBOX_PATH) - 1;
	path.n -= sizeof(INBOX_PATH) - 1;
	number = text_cut(&path, '/');
	*ret_is_leaves = path.p != NULL;
	if (*ret_is_leaves && !text_is(path, "leaves"))
		return false;
	return text_to_u64(number, INT64_MAX, ret_seq) == 0 && *ret_seq > 0 &&
	       number.p[0] != '0';
}

static void
answer_entry(
    struct pickup *p, struct http_request *r, uint64_t seq, bool is_leaves)
{
	uint8_t body_hash[HASH_SIZE];

	if (http_request_head(r)->method != HTTP_GET)
		http_problem_method(r, "GET");
	else if (auth_check(p->auth, r, body_hash) != 0)
		return;
	else if (is_leaves)
		inbox_leaves(&p->station, r, seq);
	else
		inbox_read(&p->station, r, seq);
}

/* The route for path and method. *ret_allow: what may be done at path, or
 * NULL. */
static const struct route *
find_route(struct text path, enum http_method method, const char **ret_allow)
{
	*ret_allow = NULL;
	for (size_t i = 0; i < sizeof(routes) / sizeof(*routes); i++) {
		if (!text_is(path, routes[i].path))
			continue;
		if (routes[i].method == method)
			return &routes[i];
		*ret_allow = routes[i].allow;
	}
	return NULL;
}

static void
on_head(void *ctx, struct http_request *r)
{
	struct pickup *p = ctx;
	const struct http_head *h = http_request_head(r);
	uint8_t body_hash[HASH_SIZE];
	const struct route *route;
	const char *allow;
	bool is_leaves;
	uint64_t seq;

	if (http_head_is_foreign(h)) {
		http_problem(r, 403, "Another site may not send this.");
	} else if ((route = find_route(h->path, h->method, &allow)) != NULL) {
		if (auth_check(p->auth, r, body_hash) == 0)
			route->answer(p, r, body_hash);
	} else if (text_is(h->path, "/v1/masthead")) {
		/* The card's own signature says who may. */
		if (h->method != HTTP_PUT)
			http_problem_method(r, "PUT");
		else
			change_start(&p->station, r, &change_masthead, NULL);
	} else if (read_entry_path(h->path, &seq, &is_leaves)) {
		answer_entry(p, r, seq, is_leaves);
	} else if (!board_answer(p->station.board, r, h->path) &&
		   !place_answer(&p->station.place, r, h->path)) {
		if (allow != NULL)
			http_problem_method(r, allow);
		else
			http_problem_err(r, ERR_NOT_FOUND);
	}
}

/* The body is whole. Whoever was removed while it came changes nothing. */
static void
on_end(void *ctx, struct http_request *r)
{
	const struct http_head *h = http_request_head(r);
	struct pickup *p = ctx;

	if (h->method > HTTP_HEAD && !text_is(h->path, "/v1/masthead") &&
	    !auth_is_member(p->auth, h))
		http_problem(r, 401, "This is not signed by a member.");
	else
		job_end(p, r);
}

static void
on_listen(void *ctx, int listener)
{
	struct station *s = ctx;
	int fd;

	for (int i = 0; i < TAKE_AT_ONCE; i++) {
		if (!station_is_taking(s) || sock_accept(listener, &fd) != 0)
			return;
		(void)http_server_add(s->server, fd, 0);
	}
}

static void
take_or_leave(struct pickup *p)
{
	struct station *s = &p->station;
	bool is_taking = station_is_taking(s);

	if (is_taking == p->is_taking)
		return;
	p->is_taking = is_taking;
	if (!is_taking)
		http_server_unwatch(s->server, CHILD_PICKUP_LISTEN);
	else if (http_server_watch(s->server, CHILD_PICKUP_LISTEN, true, false,
		     on_listen, s) != 0)
		s->is_broken = true;
}

int
main(void)
{
	const struct http_options options = { .connections = CONNECTIONS,
		.buffer = BUFFER };
	struct pickup p = { 0 };
	const struct http_handler handler = { .head = on_head,
		.body = job_body,
		.end = on_end,
		.closed = job_closed,
		.ctx = &p };
	int err;

	station_open(
	    &p.station, WIRE_PICKUP, CHILD_PICKUP_KEEP, &options, &handler);
	board_cut(p.station.board);
	if ((err = auth_new(&p.station, &p.auth)) != 0 ||
	    (err = sock_set_nonblocking(CHILD_PICKUP_LISTEN, true)) != 0) {
		fprintf(stderr, "pistad-pickup: starting: %s\n", err_text(err));
		return EXIT_FAILURE;
	}
	child_ready(&p.station.child);
	do
		take_or_leave(&p);
	while (station_run(&p.station));
	auth_free(&p.auth);
	return station_close(&p.station);
}
