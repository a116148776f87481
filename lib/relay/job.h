/*
 * What a request that is not answered at its head is doing. A job hangs in the
 * request's own context; these functions are the server's callbacks for it.
 */
#ifndef PISTA_RELAY_JOB_H
#define PISTA_RELAY_JOB_H

#include "http/server.h"

struct job {
	const struct job_kind *kind;
	struct http_request *request;
};

struct job_kind {
	size_t (*body)(struct job *j, const uint8_t *p, size_t n); /* or NULL:
	    dropped */
	void (*end)(struct job *j);
	void (*free)(struct job *j); /* also when cut */
};

/* Gives the request its job. */
void job_start(
    struct job *j, const struct job_kind *kind, struct http_request *r);

/* For struct http_handler. */
size_t job_body(void *ctx, struct http_request *r, const uint8_t *p, size_t n);
void job_end(void *ctx, struct http_request *r);
void job_closed(void *ctx, struct http_request *r, bool is_whole);

#endif
