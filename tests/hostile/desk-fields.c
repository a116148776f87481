/* Each file is the field lines of a request; the good one is made here, so
 * that what differs is what is refused. */
#include "each.h"

#include "base/err.h"
#include "http/desk.h"

static const char *
attempt(const char *name, struct text content)
{
	struct http_refusal refusal;
	struct desk_signature s;
	struct http_head head;
	struct buf b;
	size_t scan = 0;
	const char *told = NULL;

	(void)name;
	buf_init(&b, HTTP_HEAD_MAX);
	buf_puts(&b, "GET /v1/inbox HTTP/1.1\r\nHost: a\r\n");
	buf_put_text(&b, content);
	buf_puts(&b, "\r\n");
	if (buf_finish(&b) != 0 ||
	    http_head_check(b.p, b.n, &scan, &head, &refusal) != 0)
		told = "was no head at all";
	else if (desk_fields_read(&head, &s) == 0)
		told = "was taken";
	buf_fini(&b);
	return told;
}

int
main(int argc, char **argv)
{
	return argc == 2 ? each_file(argv[1], attempt) : 2;
}
