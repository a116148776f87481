#include <errno.h>
#include <stdarg.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "http/inside.h"

#define TICK_MS 1000
#define RATE_GRACE_MS 30000 /* before the minimal rate is asked for */

uint64_t
http_now(void)
{
	struct timespec t;

	must(clock_gettime(CLOCK_MONOTONIC, &t) == 0);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

static int
start_library(struct http_server *s)
{
	const union MHD_DaemonInfo *info;

	s->daemon = MHD_start_daemon(MHD_USE_EPOLL | MHD_USE_NO_LISTEN_SOCKET |
					 MHD_ALLOW_SUSPEND_RESUME |
					 MHD_USE_SUPPRESS_DATE_NO_CLOCK,
	    0, NULL, NULL, http_request_handle, s, MHD_OPTION_CONNECTION_LIMIT,
	    s->options.connections, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
	    s->options.buffer, MHD_OPTION_CONNECTION_TIMEOUT,
	    (unsigned)(s->options.is_patient ? HTTP_PATIENT_SECONDS
					     : HTTP_IDLE_SECONDS),
	    MHD_OPTION_NOTIFY_COMPLETED, http_request_completed, s,
	    MHD_OPTION_NOTIFY_CONNECTION, http_request_notify, s,
	    MHD_OPTION_END);
	if (s->daemon == NULL)
		return errno == ENOMEM ? ERR_NOMEM : ERR_SYS;
	/* Its own set is only looked at, never waited in: MHD_run does that. */
	info = MHD_get_daemon_info(s->daemon, MHD_DAEMON_INFO_EPOLL_FD);
	must(info != NULL);
	s->source = SOURCE_LIBRARY;
	return event_set(s->set, info->epoll_fd, EVENT_READ, s);
}

int
http_server_new(const struct http_options *options,
    const struct http_handler *handler, struct http_server **ret_server)
{
	struct http_server *s;
	int err;

	must(options->connections > 0);
	if ((s = mem_new(1, sizeof(*s))) == NULL)
		return ERR_NOMEM;
	s->set = -1;
	s->options = *options;
	s->handler = *handler;
	for (size_t i = 0; i < HTTP_WATCHES_MAX; i++)
		s->watches[i].fd = -1;
	if ((err = event_open(&s->set)) != 0 || (err = start_library(s)) != 0) {
		http_server_free(&s);
		return err;
	}
	*ret_server = s;
	return 0;
}

void
http_server_free(struct http_server **server)
{
	struct http_server *s = *server;

	if (s == NULL)
		return;
	/* The library does not stop while connections are paused. */
	for (struct http_request *r = s->first; r != NULL; r = r->next)
		if (r->stage == STAGE_SERVE && r->connection != NULL)
			http_request_abort(r);
	if (s->daemon != NULL)
		MHD_stop_daemon(s->daemon);
	while (s->first != NULL)
		http_connection_free(s->first);
	http_connection_sweep(s);
	if (s->set >= 0)
		close(s->set);
	mem_free(s);
	*server = NULL;
}

unsigned
http_server_count(const struct http_server *s)
{
	return s->count;
}

static struct watch *
find_watch(struct http_server *s, int fd)
{
	for (size_t i = 0; i < HTTP_WATCHES_MAX; i++)
		if (s->watches[i].fd == fd)
			return &s->watches[i];
	return NULL;
}

static int
watch(
    struct http_server *s, int fd, unsigned what, http_watch_fn *fn, void *ctx)
{
	struct watch *w = find_watch(s, fd);

	if (w == NULL)
		w = find_watch(s, -1);
	must(w != NULL);
	*w = (struct watch){
		.source = SOURCE_WATCH, .fd = fd, .fn = fn, .ctx = ctx
	};
	return event_set(s->set, fd, what, w);
}

int
http_server_watch(struct http_server *s, int fd, bool is_reading,
    bool is_writing, http_watch_fn *fn, void *ctx)
{
	return watch(s, fd,
	    (is_reading ? EVENT_READ : 0u) | (is_writing ? EVENT_WRITE : 0u),
	    fn, ctx);
}

int
http_server_watch_shared(
    struct http_server *s, int fd, http_watch_fn *fn, void *ctx)
{
	must(find_watch(s, fd) == NULL);
	return watch(s, fd, EVENT_READ | EVENT_ONE, fn, ctx);
}

void
http_server_unwatch(struct http_server *s, int fd)
{
	struct watch *w = find_watch(s, fd);

	if (w == NULL)
		return;
	event_drop(s->set, fd);
	w->fd = -1;
}

/*
 * True when the other side is slower than we bear. The library itself only
 * knows inactivity, which a byte a minute defeats.
 */
static bool
is_too_slow(const struct http_request *r, uint64_t now)
{
	uint64_t begin = r->queued != 0 ? r->queued : r->since;
	uint64_t spent = now - begin, bytes = r->received;

	if (r->queued != 0 && r->answer->pull != NULL &&
	    !r->server->options.is_patient)
		bytes = http_request_sent(r);
	else if (r->queued != 0)
		bytes = r->answer->size;
	else if (r->server->options.is_patient)
		return false;
	if (spent < RATE_GRACE_MS + r->forgiven)
		return false;
	spent -= RATE_GRACE_MS + r->forgiven;
	return bytes / HTTP_RATE_MIN < spent / 1000;
}

/*
 * True when no more will come of a request that is not whole. The library takes
 * what is there and then waits for an event; when the end came together with
 * the last bytes there is none.
 */
static bool
has_ended(const struct http_request *r)
{
	char byte;

	return r->phase != PHASE_END && r->answer == NULL && !r->is_paused &&
	       !r->is_resumed &&
	       recv(r->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

static void
tick(struct http_server *s, uint64_t now)
{
	struct http_request *r, *next;

	for (r = s->first; r != NULL; r = next) {
		next = r->next;
		switch (r->stage) {
		case STAGE_PEEK:
			if (now - r->since > HTTP_HEAD_SECONDS * 1000u)
				http_connection_free(r);
			break;
		case STAGE_LINGER:
			if (now - r->since > HTTP_LINGER_SECONDS * 1000u)
				http_connection_free(r);
			break;
		case STAGE_GONE:
			break;
		case STAGE_SERVE:
			if (r->connection == NULL) {
				if (now - r->since > TICK_MS)
					http_connection_lost(r);
				break;
			}
			if (r->is_paused)
				r->forgiven += now - s->ticked;
			if (is_too_slow(r, now) || has_ended(r))
				http_request_abort(r);
			break;
		}
	}
	s->ticked = now;
}

/* How long may be waited, when the caller would wait timeout_ms. */
static int
patience(struct http_server *s, int timeout_ms)
{
	uint64_t now = http_now(), ms = UINT64_MAX, tick_ms;
	unsigned long long library_ms;

	if (timeout_ms >= 0)
		ms = (uint64_t)timeout_ms;
	if (MHD_get_timeout(s->daemon, &library_ms) == MHD_YES) {
		ms = library_ms < ms ? library_ms : ms;
		s->is_due |= library_ms == 0;
	}
	if (s->count > 0) {
		tick_ms =
		    now - s->ticked < TICK_MS ? s->ticked + TICK_MS - now : 0;
		if (tick_ms < ms)
			ms = tick_ms;
	}
	if (ms == UINT64_MAX)
		return -1;
	return ms < INT32_MAX ? (int)ms : INT32_MAX;
}

int
http_server_run(struct http_server *s, int timeout_ms)
{
	struct event events[EVENTS_AT_ONCE];
	uint64_t now;
	size_t n;
	int err;

	if ((err = event_wait(s->set, events, patience(s, timeout_ms), &n)) !=
	    0)
		return err;
	for (size_t i = 0; i < n; i++) {
		struct watch *w;

		switch (*(enum source *)events[i].tag) {
		case SOURCE_WATCH:
			w = events[i].tag;
			if (w->fd >= 0)
				w->fn(w->ctx, w->fd);
			break;
		case SOURCE_CONNECTION:
			http_connection_event(events[i].tag, events[i].what);
			break;
		case SOURCE_LIBRARY:
			s->is_due = true;
			break;
		}
	}
	now = http_now();
	if (s->count > 0 && now - s->ticked >= TICK_MS) {
		tick(s, now);
		s->is_due = true;
	}
	if (s->is_due || n == 0) {
		s->is_due = false;
		MHD_run(s->daemon);
	}
	http_connection_sweep(s);
	return 0;
}
