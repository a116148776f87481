#include "http/problem.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/err.h"

#define PROBLEM_MAX 512
#define PROBLEM_TYPE "application/problem+json"

/* What a program is told for our own error codes, and for all others. */
static const struct {
	int err;
	unsigned status;
	const char *title;
} codes[] = {
	{ ERR_NOT_FOUND, 404, "There is nothing here." },
	{ ERR_LIMIT, 413, "This is larger than allowed." },
	{ ERR_FORMAT, 400, "This is malformed." },
	{ ERR_VERSION, 400, "This has an unknown version." },
	{ ERR_UNSUPPORTED, 400, "This is not supported here." },
	{ ERR_TRUNCATED, 400, "This ends too early." },
	{ ERR_DIGEST, 400, "The body is not the one that was signed." },
	{ ERR_SIGNATURE, 403, "The signature does not fit." },
	{ ERR_NEWSROOM, 403, "This belongs to another newsroom." },
	{ ERR_DENIED, 403, "This is not allowed." },
	{ ERR_SERIAL, 409, "A newer one is known already." },
	{ ERR_CONFLICT, 409, "This is no longer the current one." },
	{ ERR_EXISTS, 409, "This exists already." },
	{ ERR_EXPIRED, 410, "This has expired." },
	{ ERR_NOT_YET, 400, "This is not valid yet." },
	{ ERR_BUSY, 503, "Too busy just now. Try again later." },
	{ ERR_CLOSED, 503, "Not ready just now. Try again later." },
	{ ERR_NOMEM, 503, "Too busy just now. Try again later." },
	{ ERR_FULL, 507, "There is no room left just now. Try again later." },
};

void
http_problem(struct http_request *r, unsigned status, const char *title)
{
	char out[PROBLEM_MAX];
	int n;

	n = snprintf(out, sizeof(out),
	    "{\"type\":\"about:blank\",\"title\":\"%s\",\"status\":%u}\n",
	    title, status);
	must(n > 0 && (size_t)n < sizeof(out));
	http_reply(r, status, PROBLEM_TYPE, out, (size_t)n);
}

void
http_problem_with(struct http_request *r, unsigned status, const char *title,
    const char *name, uint64_t value)
{
	char out[PROBLEM_MAX];
	int n;

	n = snprintf(out, sizeof(out),
	    "{\"type\":\"about:blank\",\"title\":\"%s\",\"status\":%u,"
	    "\"%s\":%" PRIu64 "}\n",
	    title, status, name, value);
	must(n > 0 && (size_t)n < sizeof(out));
	http_reply(r, status, PROBLEM_TYPE, out, (size_t)n);
}

void
http_problem_method(struct http_request *r, const char *allow)
{
	static const char body[] =
	    "{\"type\":\"about:blank\","
	    "\"title\":\"This address does not know that method.\","
	    "\"status\":405}\n";
	struct http_answer *a;

	if (http_answer_new(405, PROBLEM_TYPE, body, sizeof(body) - 1,
		HTTP_BORROW, &a) != 0) {
		http_request_abort(r);
		return;
	}
	if (http_answer_set(a, "Allow", allow) != 0)
		http_request_abort(r);
	else
		http_answer(r, a);
	http_answer_free(&a);
}

void
http_problem_err(struct http_request *r, int err)
{
	for (size_t i = 0; i < sizeof(codes) / sizeof(*codes); i++) {
		if (codes[i].err != err)
			continue;
		http_problem(r, codes[i].status, codes[i].title);
		return;
	}
	http_problem(r, 500, "Something went wrong here.");
}

void
http_plain(struct http_request *r, unsigned status, const char *line)
{
	char out[PROBLEM_MAX];
	int n;

	n = snprintf(out, sizeof(out),
	    "<!DOCTYPE html>\n<html lang=\"en\"><meta charset=\"utf-8\">"
	    "<meta name=\"viewport\" content=\"width=device-width\">"
	    "<title>%u</title><p>%s</p></html>\n",
	    status, line);
	must(n > 0 && (size_t)n < sizeof(out));
	http_reply(r, status, "text/html; charset=utf-8", out, (size_t)n);
}
