/*
 * HTTP for pista, over libcurl: one request at a time to a unix socket or a
 * URL, through a proxy where one is named, signed for the desk where a key is
 * given. Its own library: no server program links it.
 */
#ifndef PISTA_HTTP_CLIENT_H
#define PISTA_HTTP_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/text.h"

#define HTTP_TITLE_MAX 128

struct http_client;

struct http_client_options {
	const char *socket;	/* path of a unix socket, or NULL */
	const char *url;	/* "http://host[:port][/prefix]" without a slash at
				 * the end; needed without socket, NULL with it */
	const char *proxy;	/* "socks5h://127.0.0.1:9050", or NULL: none, also
				 * when the environment names one */
	const char *ca_file;	/* certificates to trust, or NULL: the system's */
	unsigned connect_seconds;	/* 0: 60 */
	unsigned idle_seconds;	/* without a byte; 0: 120 */
	unsigned call_seconds;	/* for one call in all; 0: without an end */
	const uint8_t *seed;	/* 32 bytes of a request key in secret memory,
				 * borrowed; NULL: requests are not signed */
	uint8_t newsroom[16];	/* when signing */
};
/* ERR_NOMEM, ERR_FORMAT (url), ERR_USAGE. */
int http_client_new(const struct http_client_options *options,
    struct http_client **ret_client);
void http_client_free(struct http_client **client);

/* From now on fn runs about once a second while a call waits; an error ends the
 * call with it. */
void http_client_set_tick(
    struct http_client *c, int (*fn)(void *ctx), void *ctx);

struct http_call {
	const char *method;	/* "GET", "POST", "PUT" */
	const char *path;	/* "/v1/inbox?after=0", behind socket or url */
	const char *type;	/* content type of the body, or NULL */
	const char *range;	/* "0-4095", or NULL */
	const char *idempotency_key;	/* or NULL */
	const char *fields;	/* field lines, each ending in a line feed, with
				 * those that name a program and what it takes;
				 * NULL: nothing is named */
	/* A body in memory, or read piece by piece. */
	const void *body;
	uint64_t body_n;
	/* 0 and at most n bytes (0 bytes: too early an end). */
	int (*read)(void *ctx, void *out, size_t n, size_t *ret_n);
	const uint8_t *body_hash;	/* H of what read gives, when signing */
	/* The answer of a 2xx, piece by piece; an error ends the call with it.
	 * NULL: dropped. */
	int (*write)(void *ctx, const void *p, size_t n);
	/* Now and then: bytes so far and in all (0: unknown) of whichever way
	 * is moving. An error ends the call with it. */
	int (*progress)(void *ctx, uint64_t done, uint64_t total);
	void *ctx;
	/* Not NULL: the head of the last answer replaces what is in it, its
	 * status line and field lines as they came, and every status is an
	 * answer like a 2xx. */
	struct buf *head;
	bool is_unpacked;	/* gzip is asked for and taken off the answer */
	/* results */
	unsigned status;	/* 0 when there was no answer */
	uint64_t next;		/* member "next" of a problem, 0: none */
	char title[HTTP_TITLE_MAX];	/* title of a problem, or why there was
					 * no answer; printable */
};

/*
 * Makes one request. 0 for a 2xx. Otherwise what fits: ERR_CLOSED (no answer),
 * ERR_NOT_FOUND, ERR_DENIED (401, 403), ERR_CONFLICT, ERR_LIMIT (413),
 * ERR_FULL (507), ERR_BUSY (429, 503; also when the server has just started and
 * a body that is read piece by piece must come once more), ERR_EXPIRED (410), ERR_FORMAT (other
 * 4xx), ERR_IO (5xx); or what a callback said.
 */
int http_client_call(struct http_client *c, struct http_call *call);

/* The same with the whole answer appended to out (its maximum counts). */
int http_client_fetch(struct http_client *c, struct http_call *call,
    struct buf *out);

#endif
