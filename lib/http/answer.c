#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/secret.h"
#include "http/inside.h"

#define NOW_BODY_MAX 1024
#define PULL_BLOCK (32 * 1024)

/* What the library's callback needs of an answer that is pulled. */
struct pull {
	http_pull_fn *fn;
	struct http_request *request;
	uint64_t taken; /* bytes the socket took */
	void *block;    /* the library's, for what is on its way */
	size_t block_n;
};

static const struct {
	const char *name, *value;
} common[] = {
	{ "Cache-Control", "no-store, no-transform" },
	{ "X-Content-Type-Options", "nosniff" },
	{ "Referrer-Policy", "same-origin" },
	{ "Content-Security-Policy", HTTP_CSP },
	{ "Connection", "close" },
};

static int
add_common(struct http_answer *a, const char *type)
{
	for (size_t i = 0; i < sizeof(common) / sizeof(*common); i++)
		if (MHD_add_response_header(a->response, common[i].name,
			common[i].value) != MHD_YES)
			return ERR_NOMEM;
	if (type != NULL && MHD_add_response_header(
				a->response, "Content-Type", type) != MHD_YES)
		return ERR_NOMEM;
	return 0;
}

/* Takes response, also on failure; NULL is no memory. */
static int
wrap(struct MHD_Response *response, unsigned status, const char *type,
    uint64_t size, struct http_answer **ret_answer)
{
	struct http_answer *a;

	if (response == NULL)
		return ERR_NOMEM;
	if ((a = mem_new(1, sizeof(*a))) == NULL) {
		MHD_destroy_response(response);
		return ERR_NOMEM;
	}
	*a = (struct http_answer){
		.refs = 1, .status = status, .size = size, .response = response
	};
	if (add_common(a, type) != 0) {
		http_answer_free(&a);
		return ERR_NOMEM;
	}
	*ret_answer = a;
	return 0;
}

int
http_answer_new(unsigned status, const char *type, const void *p, size_t n,
    enum http_bytes bytes, struct http_answer **ret_answer)
{
	void *copy = NULL;
	struct MHD_Response *response;

	/* The library takes a writable pointer also for what it only reads. */
	memcpy(&copy, &p, sizeof(copy));
	response = MHD_create_response_from_buffer(n, copy,
	    bytes == HTTP_COPY ? MHD_RESPMEM_MUST_COPY
			       : MHD_RESPMEM_PERSISTENT);
	return wrap(response, status, type, n, ret_answer);
}

static ssize_t
pull(void *ctx, uint64_t offset, char *out, size_t n)
{
	struct pull *p = ctx;
	size_t got = 0;

	p->taken = offset;
	p->block = out;
	if (n > p->block_n)
		p->block_n = n;
	if (p->request->is_aborted ||
	    p->fn(p->request, offset, (uint8_t *)out, n, &got) != 0)
		return MHD_CONTENT_READER_END_WITH_ERROR;
	must(got <= n && (got > 0 || p->request->is_paused));
	return (ssize_t)got;
}

static void
pull_free(void *ctx)
{
	struct pull *p = ctx;

	if (p->block != NULL)
		secret_wipe(p->block, p->block_n);
	mem_free(p);
}

int
http_answer_new_pull(unsigned status, const char *type, uint64_t size,
    http_pull_fn *fn, struct http_answer **ret_answer)
{
	struct MHD_Response *response;
	struct http_answer *a;
	struct pull *p;
	int err;

	if ((p = mem_new(1, sizeof(*p))) == NULL)
		return ERR_NOMEM;
	p->fn = fn;
	response = MHD_create_response_from_callback(
	    size, PULL_BLOCK, pull, p, pull_free);
	if (response == NULL) {
		mem_free(p);
		return ERR_NOMEM;
	}
	if ((err = wrap(response, status, type, size, &a)) != 0)
		return err;
	a->pull = p;
	*ret_answer = a;
	return 0;
}

uint64_t
http_request_sent(const struct http_request *r)
{
	if (r->answer == NULL || r->answer->pull == NULL)
		return 0;
	return r->answer->pull->taken;
}

void
http_answer_bind(struct http_answer *a, struct http_request *r)
{
	if (a->pull == NULL)
		return;
	must(a->pull->request == NULL);
	a->pull->request = r;
}

const char *
http_reason(unsigned status)
{
	return MHD_get_reason_phrase_for(status);
}

int
http_answer_set(struct http_answer *a, const char *name, const char *value)
{
	const char *old = MHD_get_response_header(a->response, name);

	if (old != NULL)
		MHD_del_response_header(a->response, name, old);
	if (MHD_add_response_header(a->response, name, value) != MHD_YES)
		return ERR_NOMEM;
	return 0;
}

void
http_answer_free(struct http_answer **answer)
{
	struct http_answer *a = *answer;

	*answer = NULL;
	if (a == NULL || --a->refs > 0)
		return;
	MHD_destroy_response(a->response);
	mem_free(a);
}

void
http_reply(struct http_request *r, unsigned status, const char *type,
    const void *p, size_t n)
{
	struct http_answer *a;

	if (n <= NOW_BODY_MAX && http_request_is_in_vain(r)) {
		http_request_answer_now(r, status, type, (struct text){ p, n });
		return;
	}
	if (http_answer_new(status, type, p, n, HTTP_COPY, &a) != 0) {
		http_request_abort(r);
		return;
	}
	http_answer(r, a);
	http_answer_free(&a);
}
