/*
 * A connection inside libmicrohttpd. The library calls one handler for
 * everything: without bytes when the head is read, with bytes for the body,
 * without again when the body is whole, and once more at each of these after a
 * pause. The phase of the request tells which it is.
 */
#include <fcntl.h>
#include <sys/socket.h>

#include "base/err.h"
#include "http/inside.h"

/* A body this small is read and dropped before an early answer: every client
 * understands that. */
#define DROP_MAX (64 * 1024)
#define IN_VAIN_MIN (1024 * 1024)

static enum MHD_Result
queue(struct http_request *r)
{
	if (r->queued == 0) {
		r->queued = http_now();
		r->forgiven = 0;
	}
	return MHD_queue_response(
	    r->connection, r->answer->status, r->answer->response);
}

/* Behind the head callback, and the pause it may have made. */
static enum MHD_Result
end_head(struct http_request *r)
{
	uint64_t length = r->head.content_length;

	r->phase = PHASE_BODY;
	if (r->answer == NULL || length == 0 ||
	    (length <= DROP_MAX && !r->head.is_expecting))
		return MHD_YES;
	/* The library closes its descriptor behind the answer. */
	r->copy = fcntl(r->fd, F_DUPFD_CLOEXEC, 0);
	return queue(r);
}

static enum MHD_Result
begin(struct http_request *r)
{
	const struct http_handler *h = &r->server->handler;

	r->phase = PHASE_HEAD;
	r->is_started = true;
	h->head(h->ctx, r);
	return r->is_paused ? MHD_YES : end_head(r);
}

static enum MHD_Result
take_body(struct http_request *r, const uint8_t *p, size_t *n)
{
	const struct http_handler *h = &r->server->handler;
	size_t taken = *n;

	if (r->answer == NULL)
		taken = h->body(h->ctx, r, p, *n);
	must(taken <= *n);
	if (r->answer != NULL)
		taken = *n;
	must(taken == *n || r->is_paused);
	r->received += taken;
	*n -= taken;
	return MHD_YES;
}

static enum MHD_Result
finish(struct http_request *r)
{
	const struct http_handler *h = &r->server->handler;

	if (r->phase == PHASE_BODY) {
		r->phase = PHASE_END;
		if (r->answer == NULL)
			h->end(h->ctx, r);
		must(r->answer != NULL || r->is_paused || r->is_aborted);
	}
	if (r->is_aborted)
		return MHD_NO;
	return r->answer != NULL ? queue(r) : MHD_YES;
}

enum MHD_Result
http_request_handle(void *ctx, struct MHD_Connection *connection,
    const char *url, const char *method, const char *version, const char *p,
    size_t *n, void **request)
{
	const union MHD_ConnectionInfo *info;
	struct http_request *r = *request;

	(void)ctx, (void)url, (void)method, (void)version;
	if (r == NULL) {
		info = MHD_get_connection_info(
		    connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
		*request = r = info->socket_context;
	}
	r->is_resumed = false;
	if (r->is_aborted)
		return MHD_NO;
	if (r->phase == PHASE_NEW)
		return begin(r);
	if (r->phase == PHASE_HEAD)
		return end_head(r);
	if (*n > 0)
		return take_body(r, (const uint8_t *)p, n);
	return finish(r);
}

void
http_request_completed(void *ctx, struct MHD_Connection *connection,
    void **request, enum MHD_RequestTerminationCode how)
{
	struct http_request *r = *request;

	(void)ctx, (void)connection;
	if (r != NULL)
		r->is_whole = how == MHD_REQUEST_TERMINATED_COMPLETED_OK;
}

void
http_request_notify(void *ctx, struct MHD_Connection *connection,
    void **socket_ctx, enum MHD_ConnectionNotificationCode what)
{
	const union MHD_ConnectionInfo *info;
	struct http_server *s = ctx;
	struct http_request *r;

	if (what == MHD_CONNECTION_NOTIFY_STARTED) {
		info = MHD_get_connection_info(
		    connection, MHD_CONNECTION_INFO_CONNECTION_FD);
		r = http_connection_handed_over(s, info->connect_fd);
		must(r != NULL);
		r->connection = connection;
		*socket_ctx = r;
		return;
	}
	r = *socket_ctx;
	if (r->is_started)
		s->handler.closed(s->handler.ctx, r, r->is_whole);
	http_connection_serve_end(r);
}

const struct http_head *
http_request_head(const struct http_request *r)
{
	return &r->head;
}

unsigned
http_request_entry(const struct http_request *r)
{
	return r->entry;
}

uint64_t
http_request_received(const struct http_request *r)
{
	return r->received;
}

unsigned
http_request_seconds(const struct http_request *r)
{
	return (unsigned)((http_now() - r->since) / 1000);
}

void
http_request_set_ctx(struct http_request *r, void *ctx)
{
	r->ctx = ctx;
}

void *
http_request_ctx(const struct http_request *r)
{
	return r->ctx;
}

bool
http_request_is_answered(const struct http_request *r)
{
	return r->answer != NULL;
}

void
http_request_pause(struct http_request *r)
{
	if (r->is_paused || r->is_aborted)
		return;
	r->is_paused = true;
	MHD_suspend_connection(r->connection);
}

static void
resume(struct http_request *r)
{
	if (!r->is_paused)
		return;
	r->is_paused = false;
	r->is_resumed = true;
	r->server->is_due = true;
	MHD_resume_connection(r->connection);
}

void
http_request_resume(struct http_request *r)
{
	/* The library would ask for an answer that is not there yet. */
	if (r->phase != PHASE_END || r->answer != NULL)
		resume(r);
}

/* The rest of the body is so long that nobody should have to send it before
 * reading what is wrong. The library cannot answer there. */
bool
http_request_is_in_vain(const struct http_request *r)
{
	return r->phase == PHASE_BODY && r->answer == NULL && !r->is_aborted &&
	       r->head.content_length - r->received > IN_VAIN_MIN;
}

void
http_request_answer_now(
    struct http_request *r, unsigned status, const char *type, struct text body)
{
	http_connection_answer_now(r, status, type, body);
	r->is_aborted = true;
	resume(r);
}

void
http_request_abort(struct http_request *r)
{
	r->is_aborted = true;
	shutdown(r->fd, SHUT_RDWR);
	resume(r);
}

void
http_answer(struct http_request *r, struct http_answer *a)
{
	if (r->answer != NULL)
		return;
	a->refs++;
	r->answer = a;
	http_answer_bind(a, r);
	resume(r);
}
