#include <stdio.h>

#include "unit.h"

#include "base/err.h"
#include "http/head.h"

#define GOOD                                                               \
	"POST /tips/?a=1&b=2 HTTP/1.1\r\nHost: place.example:80\r\n"       \
	"content-LENGTH: 12\r\nContent-Type: multipart/form-data; b=x\r\n" \
	"Sec-Fetch-Site: same-origin\r\nX-Other:\t two words \r\n\r\n"

static int
check(const char *head, struct http_head *h, struct http_refusal *r)
{
	size_t scan = 0;

	*r = (struct http_refusal){ 0 };
	return http_head_check(head, strlen(head), &scan, h, r);
}

static void
reads_a_good_head(void **state)
{
	struct http_refusal r;
	struct http_head h;
	struct text value;

	(void)state;
	assert_int_equal(check(GOOD "body", &h, &r), 0);
	assert_int_equal(h.method, HTTP_POST);
	assert_text(h.target, "/tips/?a=1&b=2");
	assert_text(h.path, "/tips/");
	assert_text(h.query, "a=1&b=2");
	assert_text(h.host, "place.example:80");
	assert_int_equal(h.content_length, 12);
	assert_int_equal(h.size, strlen(GOOD));
	assert_true(http_head_is_type(&h, "multipart/form-data"));
	assert_false(http_head_is_type(&h, "multipart"));
	assert_false(http_head_is_foreign(&h));
	assert_int_equal(http_head_find(&h, "x-other", &value), 0);
	assert_text(value, "two words");
	assert_int_equal(http_head_find(&h, "x-none", &value), ERR_NOT_FOUND);
}

/* However the bytes are cut, the answer is the same. */
static void
goes_on_where_it_was(void **state)
{
	struct http_refusal r;
	struct http_head h;
	size_t scan = 0, n = strlen(GOOD);

	(void)state;
	for (size_t i = 0; i < n; i++)
		assert_int_equal(
		    http_head_check(GOOD, i, &scan, &h, &r), ERR_AGAIN);
	assert_int_equal(http_head_check(GOOD, n, &scan, &h, &r), 0);
	assert_int_equal(h.size, n);
}

static void
names_the_status(void **state)
{
	static const struct {
		const char *head;
		unsigned status;
	} cases[] = {
		{ "POST / HTTP/1.1\r\nHost: a\r\n\r\n", 411 },
		{ "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n"
		  "Transfer-Encoding: chunked\r\n\r\n",
		    411 },
		{ "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: x\r\n\r\n",
		    411 },
		{ "GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505 },
		{ "GET / HTTP/1.2\r\nHost: a\r\n\r\n", 505 },
		{ "GET / HTTP/1.1\r\nHost: a\r\nExpect: tea\r\n\r\n", 417 },
		{ "POST / HTTP/1.1\r\nHost: a\r\n"
		  "Content-Length: 99999999999999999999\r\n\r\n",
		    413 },
		{ "GET / HTTP/1.1\r\n\r\n", 400 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct http_refusal r;
		struct http_head h;

		assert_int_equal(check(cases[i].head, &h, &r), ERR_FORMAT);
		assert_int_equal(r.status, cases[i].status);
	}
}

static void
refuses_what_is_too_long(void **state)
{
	char head[HTTP_HEAD_MAX + 100];
	struct http_refusal r;
	struct http_head h;
	size_t scan = 0, n;

	(void)state;
	n = (size_t)snprintf(head, sizeof(head), "GET / HTTP/1.1\r\nHost: ");
	memset(head + n, 'a', sizeof(head) - n);
	assert_int_equal(
	    http_head_check(head, HTTP_HEAD_MAX - 1, &scan, &h, &r), ERR_AGAIN);
	assert_int_equal(
	    http_head_check(head, sizeof(head), &scan, &h, &r), ERR_FORMAT);
	assert_int_equal(r.status, 431);
	n = (size_t)snprintf(head, sizeof(head), "GET / HTTP/1.1\r\nHost: a");
	for (int i = 0; i < HTTP_FIELDS_MAX; i++)
		n += (size_t)snprintf(
		    head + n, sizeof(head) - n, "\r\nX: %d", i);
	snprintf(head + n, sizeof(head) - n, "\r\n\r\n");
	assert_int_equal(check(head, &h, &r), ERR_FORMAT);
	assert_int_equal(r.status, 431);
}

static void
reads_queries(void **state)
{
	struct text q = TEXT("lang=es&story=a-1&empty&twice=1&twice=2"), value;

	(void)state;
	assert_int_equal(http_query_find(q, "story", &value), 0);
	assert_text(value, "a-1");
	assert_int_equal(http_query_find(q, "empty", &value), 0);
	assert_int_equal(value.n, 0);
	assert_int_equal(http_query_find(q, "twice", &value), ERR_FORMAT);
	assert_int_equal(http_query_find(q, "sto", &value), ERR_NOT_FOUND);
}

static void
reads_ranges(void **state)
{
	static const struct {
		const char *range;
		int err;
		uint64_t first, last;
	} cases[] = {
		{ "bytes=0-0", 0, 0, 0 },
		{ "bytes=5-", 0, 5, 99 },
		{ "bytes=5-1000", 0, 5, 99 },
		{ "bytes=-10", 0, 90, 99 },
		{ "bytes=-1000", 0, 0, 99 },
		{ "bytes=100-", ERR_LIMIT, 0, 0 },
		{ "bytes=-0", ERR_LIMIT, 0, 0 },
		{ "bytes=99999999999999999999999-", ERR_LIMIT, 0, 0 },
		{ "bytes=6-5", ERR_NOT_FOUND, 0, 0 },
		{ "bytes=1-2,4-5", ERR_NOT_FOUND, 0, 0 },
		{ "bytes=+1-2", ERR_NOT_FOUND, 0, 0 },
		{ "lines=1-2", ERR_NOT_FOUND, 0, 0 },
		{ "bytes=", ERR_NOT_FOUND, 0, 0 },
		{ "", ERR_NOT_FOUND, 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		uint64_t first = 0, last = 0;

		assert_int_equal(http_range_read(text_from(cases[i].range), 100,
				     &first, &last),
		    cases[i].err);
		assert_int_equal(first, cases[i].first);
		assert_int_equal(last, cases[i].last);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_a_good_head),
		cmocka_unit_test(goes_on_where_it_was),
		cmocka_unit_test(names_the_status),
		cmocka_unit_test(refuses_what_is_too_long),
		cmocka_unit_test(reads_queries),
		cmocka_unit_test(reads_ranges),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
