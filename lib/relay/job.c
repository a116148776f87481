#include "relay/job.h"

#include "base/err.h"

void
job_start(struct job *j, const struct job_kind *kind, struct http_request *r)
{
	j->kind = kind;
	j->request = r;
	http_request_set_ctx(r, j);
}

size_t
job_body(void *ctx, struct http_request *r, const uint8_t *p, size_t n)
{
	struct job *j = http_request_ctx(r);

	(void)ctx;
	return j->kind->body != NULL ? j->kind->body(j, p, n) : n;
}

void
job_end(void *ctx, struct http_request *r)
{
	struct job *j = http_request_ctx(r);

	(void)ctx;
	must(j != NULL);
	j->kind->end(j);
}

void
job_closed(void *ctx, struct http_request *r, bool is_whole)
{
	struct job *j = http_request_ctx(r);

	(void)ctx, (void)is_whole;
	if (j != NULL)
		j->kind->free(j);
}
