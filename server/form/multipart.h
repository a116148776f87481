/*
 * multipart/form-data (RFC 7578) as it streams past: nothing is held back but
 * the headers of the part being read, and nothing of the body is copied.
 */
#ifndef PISTA_FORM_MULTIPART_H
#define PISTA_FORM_MULTIPART_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

#define MULTIPART_BOUNDARY_MAX 70  /* RFC 2046 */
#define MULTIPART_HEADERS_MAX 2048 /* bytes of a part's headers */
#define MULTIPART_PARTS_MAX 128

struct multipart_part {
	struct text name;
	bool is_file;     /* has a file name, perhaps an empty one */
	struct text file; /* the name without any directory */
};

/* What comes, in this order a part. The first error is returned by
 * multipart_put and ends the reading. */
struct multipart_events {
	int (*begin)(void *ctx, const struct multipart_part *part);
	int (*data)(void *ctx, const uint8_t *p, size_t n);
	int (*end)(void *ctx);
};

enum multipart_state {
	MULTIPART_PREAMBLE,
	MULTIPART_BODY,
	MULTIPART_BEHIND, /* behind a delimiter: CRLF or -- */
	MULTIPART_HEADERS,
	MULTIPART_DONE
};

struct multipart {
	const struct multipart_events *events;
	void *ctx;
	enum multipart_state state;
	int err;
	char delimiter[4 + MULTIPART_BOUNDARY_MAX]; /* CRLF -- boundary */
	size_t delimiter_n;
	size_t matched; /* bytes of the delimiter seen */
	char headers[MULTIPART_HEADERS_MAX];
	size_t headers_n;
	char behind;
	unsigned parts;
};

/* The boundary in a Content-Type. ERR_UNSUPPORTED when it is another type,
 * ERR_FORMAT when there is no usable boundary. */
int multipart_boundary(struct text content_type, struct text *ret_boundary);

void multipart_init(struct multipart *m, struct text boundary,
    const struct multipart_events *events, void *ctx);

/* ERR_FORMAT, ERR_LIMIT, or what an event returned; remembered. */
int multipart_put(struct multipart *m, const uint8_t *p, size_t n);

/* 0 when the last delimiter was seen, else ERR_TRUNCATED or the first error. */
int multipart_finish(const struct multipart *m);

#endif
