/*
 * HTTP on connections that somebody else accepted, over libmicrohttpd: one
 * request a connection, bodies streamed, deadlines of our own. One thread, one
 * loop, into which the caller hangs its other descriptors.
 *
 * A connection is peeked at until its head is complete (http/head.h); a bad
 * head gets a tiny fixed answer. Then come the callbacks, in this order:
 *
 *   admit   may be NULL. Before libmicrohttpd has the connection: false refuses
 *           it with *ret_refusal from the head alone, nothing more is read.
 *   head    once. May answer at once; the body is then not looked at. May set
 *           the request's own context, may pause.
 *   body    for every piece. Returns how many bytes it took; taking less than
 *           all is only allowed after pausing, the rest comes again. An answer
 *           given here waits until the rest was read and dropped.
 *   end     when the body is whole (also when it is empty). Must answer, or
 *           pause and answer later.
 *   closed  once after head, whatever happened; the request is freed behind
 *           it. is_whole: the answer went out to its last byte.
 *
 * Every callback runs inside http_server_run, admit also inside http_server_add.
 * Nobody's address is asked for.
 */
#ifndef PISTA_HTTP_SERVER_H
#define PISTA_HTTP_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "http/head.h"

#define HTTP_HEAD_SECONDS 20	/* for the head to be complete */
#define HTTP_IDLE_SECONDS 60	/* without a byte either way */
#define HTTP_PATIENT_SECONDS 7200 /* the same for people: circuits stall */
#define HTTP_RATE_MIN 1024	/* bytes a second, both ways, over the request */
#define HTTP_LINGER_SECONDS 5	/* reading on behind an early answer */

struct http_server;
struct http_request;
struct http_answer;

struct http_handler {
	bool (*admit)(void *ctx, const struct http_head *h, unsigned entry,
	    struct http_refusal *ret_refusal);
	void (*head)(void *ctx, struct http_request *r);
	size_t (*body)(void *ctx, struct http_request *r, const uint8_t *p,
	    size_t n);
	void (*end)(void *ctx, struct http_request *r);
	void (*closed)(void *ctx, struct http_request *r, bool is_whole);
	void *ctx;
};

struct http_options {
	unsigned connections;	/* at most at a time; form: 1 */
	size_t buffer;		/* bytes of libmicrohttpd's buffer a connection */
	bool is_patient;	/* form: time for people; no minimal rate, the
				 * caller decides */
};

/*
 * Runs requests with bodies and answers through a server of its own on a
 * socket pair, so that every library path has opened and allocated what it
 * ever does. Before the jail. ERR_SYS.
 */
int http_warm(void);

/* The server keeps a copy of handler. Behind the jail this needs epoll and
 * eventfd descriptors. ERR_NOMEM, ERR_SYS. */
int http_server_new(const struct http_options *options,
    const struct http_handler *handler, struct http_server **ret_server);
/* Cuts every connection; their closed callbacks run. */
void http_server_free(struct http_server **server);

/* Takes over a connected stream socket, also on failure. entry: what the caller
 * knows about where it came in; given back by http_request_entry. ERR_LIMIT
 * when there are `connections` already. */
int http_server_add(struct http_server *s, int fd, unsigned entry);
unsigned http_server_count(const struct http_server *s);

/*
 * Other descriptors in the same loop: fn runs when fd can be read (or written),
 * or was closed. At most HTTP_WATCHES_MAX. Watching one again changes it;
 * neither reading nor writing asks for nothing but the end. watch_shared reads
 * what several processes read from: only one of them is woken.
 */
#define HTTP_WATCHES_MAX 8
typedef void http_watch_fn(void *ctx, int fd);
int http_server_watch(struct http_server *s, int fd, bool is_reading,
    bool is_writing, http_watch_fn *fn, void *ctx);
int http_server_watch_shared(struct http_server *s, int fd, http_watch_fn *fn,
    void *ctx);
void http_server_unwatch(struct http_server *s, int fd);

/* Waits at most timeout_ms (-1: for ever) and serves what came. Returns after
 * one round. ERR_SYS. */
int http_server_run(struct http_server *s, int timeout_ms);

/* What was asked. Borrowed until closed has returned. */
const struct http_head *http_request_head(const struct http_request *r);
unsigned http_request_entry(const struct http_request *r);
/* Bytes of an answer that is pulled that went so far; 0 for any other. */
uint64_t http_request_sent(const struct http_request *r);
/* Bytes of the body so far, and seconds since the head was complete. */
uint64_t http_request_received(const struct http_request *r);
unsigned http_request_seconds(const struct http_request *r);
void http_request_set_ctx(struct http_request *r, void *ctx);
void *http_request_ctx(const struct http_request *r);
bool http_request_is_answered(const struct http_request *r);

/*
 * Stops reading the body (or pulling the answer) until http_request_resume;
 * only inside a callback of this request. After end has paused, end is not
 * called again: http_answer resumes by itself. Time spent so is not held against
 * the other side.
 */
void http_request_pause(struct http_request *r);
void http_request_resume(struct http_request *r);	/* harmless when not paused */
/* Cuts the connection; closed follows in the next round. */
void http_request_abort(struct http_request *r);

/*
 * Answers. One can be built once and given many times; it lives until it was
 * freed and the last connection using it has gone. Each carries Connection:
 * close, Cache-Control: no-store, no-transform, X-Content-Type-Options: nosniff,
 * Referrer-Policy: same-origin, a Content-Security-Policy (HTTP_CSP unless
 * changed), and no Date, Server, ETag or Last-Modified. HEAD is cut by the
 * server. ERR_NOMEM.
 */
#define HTTP_CSP                                                               \
	"default-src 'none'; base-uri 'none'; form-action 'self'; "           \
	"frame-ancestors 'none'"

enum http_bytes {
	HTTP_COPY,	/* copied now */
	HTTP_BORROW,	/* stays valid as long as the process */
};
int http_answer_new(unsigned status, const char *type, const void *p, size_t n,
    enum http_bytes bytes, struct http_answer **ret_answer);

/*
 * Pulled while it is sent: n bytes at most into out from offset on; returns how
 * many, 0 after http_request_pause, or an error, which cuts the connection. Such
 * an answer is given once, and no copy of its bytes stays behind. size is exact.
 */
typedef int http_pull_fn(struct http_request *r, uint64_t offset, uint8_t *out,
    size_t n, size_t *ret_n);
int http_answer_new_pull(unsigned status, const char *type, uint64_t size,
    http_pull_fn *pull, struct http_answer **ret_answer);

/* The words behind a status. */
const char *http_reason(unsigned status);

/* Adds a field, or changes one of the common ones. */
int http_answer_set(struct http_answer *a, const char *name, const char *value);
void http_answer_free(struct http_answer **a);

/* Answers r with a, which stays the caller's. Only the first answer of a
 * request counts; later ones are dropped. */
void http_answer(struct http_request *r, struct http_answer *a);

/* Builds, gives and frees one that is copied. Without memory the connection is
 * cut. A short one given while more than a megabyte of the body is still to come
 * goes out at once. */
void http_reply(struct http_request *r, unsigned status, const char *type,
    const void *p, size_t n);

#endif
