/*
 * The raw head of a request, checked byte by byte before libmicrohttpd sees
 * it: RFC 9112 without its leniencies. Whatever two parsers could read in two
 * ways is refused, so a proxy in front and the library behind agree with us.
 */
#ifndef PISTA_HTTP_HEAD_H
#define PISTA_HTTP_HEAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

#define HTTP_HEAD_MAX 8192	/* bytes, with the empty line */
#define HTTP_FIELDS_MAX 64

enum http_method {
	HTTP_GET, HTTP_HEAD, HTTP_POST, HTTP_PUT, HTTP_PATCH, HTTP_DELETE,
	HTTP_OPTIONS, HTTP_OTHER
};
const char *http_method_text(enum http_method method);	/* "" for OTHER */

/* A complete, good head. Every text is borrowed from the bytes. A field that
 * is absent is empty text with p NULL. */
struct http_head {
	enum http_method method;
	bool is_1_0;
	struct text target;	/* path and query as they came */
	struct text path;	/* up to the '?', not unescaped */
	struct text query;	/* behind the '?' */
	uint64_t content_length;	/* 0 for methods without a body */
	struct text host, content_type, sec_fetch_site,
	    idempotency_key, range;
	bool is_expecting;	/* Expect: 100-continue; libmicrohttpd answers it */
	struct text fields;	/* all field lines, for http_head_find */
	size_t size;		/* bytes of the head, with the empty line */
};

/* Why a head was refused: a status and a few plain English words (static). */
struct http_refusal {
	unsigned status;
	const char *reason;
};

/*
 * Looks at n bytes that stand at the start of a connection. *scan is 0 at
 * first and is moved on, so that all calls over the growing bytes together
 * read each byte once before the last.
 * 0: complete and good, *ret_head is set. ERR_AGAIN: good so far, more must
 * come. ERR_FORMAT: refused, *ret_refusal is set. Among the refused: bare LF,
 * folded lines, NUL and other control bytes, white space before a colon,
 * repeated Host or Content-Length or any other field named above, a missing
 * Host, any Transfer-Encoding (411), POST, PUT or PATCH without Content-Length (411),
 * another known method with a body, a Content-Length that is not plain digits, versions
 * other than HTTP/1.0 and 1.1 (505), targets that do not begin with '/', heads
 * over HTTP_HEAD_MAX or HTTP_FIELDS_MAX (431), an Expect we do not know (417).
 */
int http_head_check(const void *p, size_t n, size_t *scan,
    struct http_head *ret_head, struct http_refusal *ret_refusal);

/* The value of a field (name in lower case). ERR_NOT_FOUND; ERR_FORMAT when it
 * stands there twice. */
int http_head_find(const struct http_head *h, const char *name,
    struct text *ret_value);

/* The value of a query parameter, as it stands there; percent signs are not
 * unescaped, since no value we know has one. ERR_NOT_FOUND; ERR_FORMAT when it
 * stands there twice. */
int http_query_find(struct text query, const char *name,
    struct text *ret_value);

/* True when a browser says that another site made it send this. */
bool http_head_is_foreign(const struct http_head *h);

/* True when the content type is `type`, whatever its parameters. */
bool http_head_is_type(const struct http_head *h, const char *type);

/* One byte range of "bytes=a-b", "a-" or "-n" over size bytes. 0: first and
 * last (inclusive). ERR_NOT_FOUND: no range, or one we need not understand
 * (give all). ERR_LIMIT: 416. */
int http_range_read(struct text range, uint64_t size, uint64_t *ret_first,
    uint64_t *ret_last);

#endif
