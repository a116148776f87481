/*
 * Bytes that keep has, pulled piece by piece as the reader takes them. One
 * piece is held at a time.
 */
#ifndef PISTA_RELAY_STREAM_H
#define PISTA_RELAY_STREAM_H

#include "http/server.h"
#include "relay/link.h"

struct stream;

struct stream_source {
	/* Asks keep for what stream_what says, with link_send; its errors. */
	int (*ask)(struct link_call *c, const struct stream *s);
	/* Finds the bytes in a DATA message, and all there are (*ret_total).
	 * ERR_FORMAT. */
	int (*find)(const struct stream *s, const struct wire_message *m,
	    struct text *ret_bytes, uint64_t *ret_total);
};

/* What the sources may look at. */
struct stream_what {
	uint64_t number; /* seq or edition */
	uint64_t total;	 /* bytes there are, when the caller knows, or 0 */
	uint64_t offset; /* of the piece that is asked for */
	uint64_t end;	 /* nothing behind it is of use; a guess at first */
};
const struct stream_what *stream_what(const struct stream *s);

#define STREAM_TYPE "application/octet-stream"

/*
 * Answers r with what source has for number, inside the head callback or in
 * place of another job whose request is paused in its end: 200, or 206 and 416 when is_ranged and the head asks for a range. What keep refuses
 * becomes a problem.
 */
void stream_start(struct http_request *r, struct link *l,
    const struct stream_source *source, uint64_t number, uint64_t total,
    bool is_ranged);

#endif
