/*
 * A connection outside libmicrohttpd: before it, while the head is peeked at,
 * and behind it, while what still comes is dropped, since closing a socket
 * with unread bytes would destroy the answer on its way.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/secret.h"
#include "http/inside.h"
#include "os/sock.h"

#define NOW_MAX 2048
#define DROP_AT_ONCE (64 * 1024)

void
http_connection_free(struct http_request *r)
{
	struct http_server *s = r->server;

	if (r->previous != NULL)
		r->previous->next = r->next;
	else
		s->first = r->next;
	if (r->next != NULL)
		r->next->previous = r->previous;
	s->count--;
	/* Closing takes a descriptor out of the set only with its last copy, and
	 * gate or the library may still have one. */
	if (r->is_in_set)
		event_drop(s->set, r->fd);
	r->is_in_set = false;
	if (r->fd >= 0)
		close(r->fd);
	if (r->copy >= 0)
		close(r->copy);
	r->fd = r->copy = -1;
	http_answer_free(&r->answer);
	r->stage = STAGE_GONE;
	r->next = s->gone;
	s->gone = r;
}

void
http_connection_sweep(struct http_server *s)
{
	struct http_request *r;

	while ((r = s->gone) != NULL) {
		s->gone = r->next;
		if (r->bytes != NULL)
			secret_wipe(r->bytes, r->head.size);
		mem_free(r->bytes);
		mem_free(r);
	}
}

/* Says no more and drops what comes, for a while. */
static void
linger(struct http_request *r)
{
	r->stage = STAGE_LINGER;
	r->since = http_now();
	shutdown(r->fd, SHUT_WR);
	if (event_set(r->server->set, r->fd, EVENT_READ, r) != 0)
		http_connection_free(r);
	else
		r->is_in_set = true;
}

/* An answer past libmicrohttpd. It always fits into the buffer of a socket that
 * nothing was written to. */
static void
send_now(int fd, unsigned status, const char *type, struct text body)
{
	char out[NOW_MAX];
	int n;

	n = snprintf(out, sizeof(out),
	    "HTTP/1.1 %u %s\r\nContent-Type: %s\r\n"
	    "Content-Length: %zu\r\nConnection: close\r\n"
	    "Cache-Control: no-store, no-transform\r\n"
	    "X-Content-Type-Options: nosniff\r\n\r\n%.*s",
	    status, http_reason(status), type, body.n, (int)body.n, body.p);
	must(n > 0 && (size_t)n < sizeof(out));
	(void)!send(fd, out, (size_t)n, MSG_NOSIGNAL);
}

static void
refuse(struct http_request *r, const struct http_refusal *refusal)
{
	send_now(r->fd, refusal->status, "text/plain; charset=utf-8",
	    text_from(refusal->reason));
	linger(r);
}

void
http_connection_answer_now(
    struct http_request *r, unsigned status, const char *type, struct text body)
{
	/* The library closes its descriptor. */
	if ((r->copy = fcntl(r->fd, F_DUPFD_CLOEXEC, 0)) >= 0)
		send_now(r->fd, status, type, body);
}

void
http_connection_lost(struct http_request *r)
{
	r->fd = -1;
	http_connection_free(r);
}

struct http_request *
http_connection_handed_over(const struct http_server *s, int fd)
{
	struct http_request *r = s->first;

	while (r != NULL && (r->stage != STAGE_SERVE || r->connection != NULL ||
				r->fd != fd))
		r = r->next;
	return r;
}

/* Hands the socket over, with all its bytes still unread. */
static void
serve(struct http_request *r)
{
	const struct sockaddr_un nobody = { .sun_family = AF_UNIX };
	struct http_server *s = r->server;
	int fd = r->fd;

	if (r->is_in_set)
		event_drop(s->set, fd);
	r->is_in_set = false;
	r->stage = STAGE_SERVE;
	r->since = http_now();
	/* It closes fd itself when it cannot take it; it may have started and
	 * ended the connection by then. */
	if (MHD_add_connection(s->daemon, fd, (const struct sockaddr *)&nobody,
		sizeof(nobody)) != MHD_YES &&
	    (r = http_connection_handed_over(s, fd)) != NULL)
		http_connection_lost(r);
	s->is_due = true;
}

/* Keeps the head for as long as the request lives. */
static int
keep_head(struct http_request *r, size_t size)
{
	struct http_refusal refusal;
	size_t scan = 0;

	if ((r->bytes = mem_new(size, 1)) == NULL)
		return ERR_NOMEM;
	memcpy(r->bytes, r->server->peek, size);
	return http_head_check(r->bytes, size, &scan, &r->head, &refusal);
}

/* Goes on with a connection whose head is known to be good or bad. */
static void
decide(struct http_request *r, int err, const struct http_head *head,
    struct http_refusal *refusal)
{
	const struct http_handler *h = &r->server->handler;

	if (err != 0)
		refuse(r, refusal);
	else if (h->admit != NULL && !h->admit(h->ctx, head, r->entry, refusal))
		refuse(r, refusal);
	else if (keep_head(r, head->size) != 0)
		http_connection_free(r);
	else
		serve(r);
}

/* Looks at what came so far, leaving it in the socket. False when r has gone on
 * to another stage or is no more. */
static bool
peek(struct http_request *r, bool is_ended)
{
	struct http_server *s = r->server;
	struct http_refusal refusal;
	struct http_head head;
	ssize_t n;
	int err;

	n = recv(r->fd, s->peek, sizeof(s->peek), MSG_PEEK);
	if (n < 0 && (errno == EAGAIN || errno == EINTR) && !is_ended)
		return true;
	if (n <= 0) {
		http_connection_free(r);
		return false;
	}
	err = http_head_check(s->peek, (size_t)n, &r->scan, &head, &refusal);
	if (err != ERR_AGAIN)
		decide(r, err, &head, &refusal);
	else if (is_ended)
		http_connection_free(r);
	/* What stands behind the head may be somebody's words. */
	secret_wipe(s->peek, (size_t)n);
	return err == ERR_AGAIN && !is_ended;
}

static void
drop_bytes(struct http_request *r)
{
	uint8_t bytes[4096];

	for (size_t i = 0; i < DROP_AT_ONCE / sizeof(bytes); i++) {
		ssize_t n = recv(r->fd, bytes, sizeof(bytes), 0);

		if (n > 0)
			continue;
		if (n == 0 || errno != EAGAIN)
			http_connection_free(r);
		return;
	}
}

void
http_connection_event(struct http_request *r, unsigned what)
{
	if (r->stage == STAGE_LINGER)
		drop_bytes(r);
	else if (r->stage == STAGE_PEEK)
		/* Peeking never shows the end of what was sent. */
		(void)peek(r, (what & EVENT_END) != 0);
}

void
http_connection_serve_end(struct http_request *r)
{
	r->fd = r->copy;
	r->copy = -1;
	r->connection = NULL;
	if (r->fd >= 0)
		linger(r);
	else
		http_connection_free(r);
}

int
http_server_add(struct http_server *s, int fd, unsigned entry)
{
	struct http_request *r = NULL;
	int err;

	if (s->count >= s->options.connections) {
		close(fd);
		return ERR_LIMIT;
	}
	if ((err = sock_set_nonblocking(fd, true)) != 0 ||
	    (r = mem_new(1, sizeof(*r))) == NULL) {
		close(fd);
		return err != 0 ? err : ERR_NOMEM;
	}
	if (s->count == 0)
		s->ticked = http_now();
	*r = (struct http_request){ .source = SOURCE_CONNECTION,
		.stage = STAGE_PEEK,
		.server = s,
		.next = s->first,
		.fd = fd,
		.copy = -1,
		.entry = entry,
		.since = http_now() };
	if (s->first != NULL)
		s->first->previous = r;
	s->first = r;
	s->count++;
	/* Most heads are there already. */
	if (!peek(r, false))
		return 0;
	/* Edge-triggered: an incomplete head stays readable all the time. */
	if ((err = event_set(s->set, fd, EVENT_READ | EVENT_EDGE, r)) != 0) {
		http_connection_free(r);
		return err;
	}
	r->is_in_set = true;
	return 0;
}
