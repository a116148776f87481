#include "fuzz.h"

#include <string.h>

#include "base/err.h"
#include "http/desk.h"

/* The input stands in the fields of a good request; what is read is written
 * back the same. */
int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct http_refusal refusal;
	struct desk_signature s, again;
	struct http_head h;
	struct buf b, c;
	size_t scan = 0;

	buf_init(&b, HTTP_HEAD_MAX);
	buf_init(&c, HTTP_HEAD_MAX);
	buf_puts(&b, "GET /v1/inbox HTTP/1.1\r\nHost: a\r\n");
	buf_put(&b, p, n);
	buf_puts(&b, "\r\n");
	if (buf_finish(&b) != 0 ||
	    http_head_check(b.p, b.n, &scan, &h, &refusal) != 0 ||
	    desk_fields_read(&h, &s) != 0)
		goto out;
	buf_puts(&c, "GET /v1/inbox HTTP/1.1\r\nHost: a\r\n");
	desk_fields_put(&c, &s);
	buf_puts(&c, "\r\n");
	scan = 0;
	must(buf_finish(&c) == 0);
	must(http_head_check(c.p, c.n, &scan, &h, &refusal) == 0);
	must(desk_fields_read(&h, &again) == 0);
	must(s.minute == again.minute);
	must(memcmp(s.signature, again.signature, sizeof(s.signature)) == 0);
out:
	buf_fini(&b);
	buf_fini(&c);
	return 0;
}
