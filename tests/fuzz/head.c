#include "fuzz.h"

#include <string.h>

#include "base/err.h"
#include "http/desk.h"
#include "http/head.h"

static bool
is_inside(struct text t, const uint8_t *p, size_t n)
{
	const uint8_t *at = (const uint8_t *)t.p;

	return t.p == NULL ||
	       (at >= p && at <= p + n && t.n <= (size_t)(p + n - at));
}

/* Everything a good head promises. */
static void
look_at(const struct http_head *h, const uint8_t *p, size_t n)
{
	struct desk_signature s;
	struct text value = { NULL, 0 };
	uint64_t first, last;

	must(h->size <= n && h->size <= HTTP_HEAD_MAX);
	must(memcmp(p + h->size - 4, "\r\n\r\n", 4) == 0);
	must(is_inside(h->target, p, n) && is_inside(h->path, p, n));
	must(is_inside(h->query, p, n) && is_inside(h->host, p, n));
	must(h->path.n > 0 && h->path.p[0] == '/' && h->host.n > 0);
	must(h->method == HTTP_POST || h->method == HTTP_PUT ||
	     h->method == HTTP_OTHER || h->content_length == 0);
	must(http_head_find(h, "host", &value) == 0);
	must(text_is_equal(value, h->host));
	must(http_head_find(h, "transfer-encoding", &value) == ERR_NOT_FOUND);
	if (http_query_find(h->query, "a", &value) == 0)
		must(is_inside(value, p, n) || value.n == 0);
	http_head_is_type(h, "text/plain");
	http_head_is_foreign(h);
	if (http_range_read(h->range, 100, &first, &last) == 0)
		must(first <= last && last < 100);
	if (desk_fields_read(h, &s) == 0)
		must(s.minute <= UINT32_MAX);
}

/* The same whether it comes at once or byte by byte. */
int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct http_refusal whole_refusal = { 0, NULL }, refusal;
	struct http_head whole, h;
	size_t scan = 0;
	int whole_err, err = ERR_AGAIN;

	whole_err = http_head_check(p, n, &scan, &whole, &whole_refusal);
	if (whole_err == 0)
		look_at(&whole, p, n);
	if (whole_err == ERR_FORMAT)
		must(whole_refusal.status >= 400 &&
		     whole_refusal.reason != NULL);
	scan = 0;
	for (size_t i = 0; i <= n && err == ERR_AGAIN; i++)
		err = http_head_check(p, i, &scan, &h, &refusal);
	must(err == whole_err);
	return 0;
}
