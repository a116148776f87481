#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "unit.h"

#include "base/err.h"
#include "base/mem.h"
#include "http/problem.h"
#include "http/server.h"

#define REPLY_MAX (4 * 1024 * 1024)

/* What the handler of a test does, and what it saw. */
struct play {
	struct http_server *s;
	bool answers_in_head, answers_in_body, pauses_head, pauses_body,
	    pauses_end, refuses, is_pulled;
	uint64_t pull_size;
	unsigned heads, ends, closeds, wholes;
	uint64_t body;
	struct http_request *paused;
};

static void
on_head(void *ctx, struct http_request *r)
{
	struct play *p = ctx;

	p->heads++;
	if (p->answers_in_head)
		http_problem(r, 403, "No.");
	else if (p->pauses_head) {
		http_request_pause(r);
		p->paused = r;
	}
}

static size_t
on_body(void *ctx, struct http_request *r, const uint8_t *bytes, size_t n)
{
	struct play *p = ctx;

	(void)bytes;
	if (p->answers_in_body)
		http_problem(r, 507, "Full.");
	if (p->pauses_body && n > 1) {
		http_request_pause(r);
		p->paused = r;
		n /= 2;
	}
	p->body += n;
	return n;
}

static int
pull(struct http_request *r, uint64_t offset, uint8_t *out, size_t n,
    size_t *ret_n)
{
	struct play *p = http_request_ctx(r);

	/* Every other time there is nothing yet. */
	if (p->paused == NULL) {
		http_request_pause(r);
		p->paused = r;
		return 0;
	}
	p->paused = NULL;
	for (size_t i = 0; i < n; i++)
		out[i] = (uint8_t)('a' + (offset + i) % 26);
	*ret_n = n;
	return 0;
}

static void
on_end(void *ctx, struct http_request *r)
{
	struct play *p = ctx;
	struct http_answer *a;

	p->ends++;
	if (p->pauses_end) {
		http_request_pause(r);
		p->paused = r;
		return;
	}
	if (!p->is_pulled) {
		http_reply(r, 200, "text/plain", "good", 4);
		return;
	}
	http_request_set_ctx(r, p);
	assert_int_equal(
	    http_answer_new_pull(200, "text/plain", p->pull_size, pull, &a), 0);
	http_answer(r, a);
	http_answer_free(&a);
}

static void
on_closed(void *ctx, struct http_request *r, bool is_whole)
{
	struct play *p = ctx;

	(void)r;
	p->closeds++;
	p->wholes += is_whole;
	p->paused = NULL;
}

static bool
on_admit(void *ctx, const struct http_head *h, unsigned entry,
    struct http_refusal *ret_refusal)
{
	struct play *p = ctx;

	(void)h, (void)entry;
	*ret_refusal = (struct http_refusal){ 421, "elsewhere" };
	return !p->refuses;
}

static void
go_on(struct play *p)
{
	struct http_request *r = p->paused;

	if (r == NULL)
		return;
	if (p->is_pulled) {
		http_request_resume(r);
		return;
	}
	p->paused = NULL;
	if (p->pauses_end)
		http_reply(r, 201, "text/plain", "late", 4);
	else
		http_request_resume(r);
}

/* Sends head and n bytes of body as fast as it is read, returns the answer. */
static char *
talk(struct play *p, const char *head, size_t n, bool is_cut)
{
	static char reply[REPLY_MAX];
	const struct http_options options = { .connections = 2,
		.buffer = 32 * 1024 };
	const struct http_handler handler = { .admit = on_admit,
		.head = on_head,
		.body = on_body,
		.end = on_end,
		.closed = on_closed,
		.ctx = p };
	size_t sent = 0, all = strlen(head) + n, got = 0;
	char *bytes = mem_new(all + 1, 1);
	bool is_ended = false;
	int fds[2];

	memcpy(bytes, head, strlen(head));
	memset(bytes + strlen(head), 'x', n);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	assert_int_equal(http_server_new(&options, &handler, &p->s), 0);
	assert_int_equal(http_server_add(p->s, fds[0], 7), 0);
	for (int i = 0; i < 20000 && !is_ended; i++) {
		ssize_t done = -1;

		if (sent < all)
			done = send(fds[1], bytes + sent, all - sent,
			    MSG_NOSIGNAL | MSG_DONTWAIT);
		if (done > 0)
			sent += (size_t)done;
		if (sent == all && is_cut && i > 5) {
			shutdown(fds[1], SHUT_RDWR);
			is_cut = false;
		}
		assert_int_equal(http_server_run(p->s, 1), 0);
		go_on(p);
		while ((done = recv(fds[1], reply + got, REPLY_MAX - 1 - got,
			    MSG_DONTWAIT)) > 0)
			got += (size_t)done;
		is_ended = done == 0;
	}
	reply[got] = '\0';
	close(fds[1]);
	for (int i = 0; i < 10; i++)
		assert_int_equal(http_server_run(p->s, 1), 0);
	assert_true(is_ended);
	assert_int_equal(http_server_count(p->s), 0);
	assert_int_equal(p->closeds, p->heads);
	http_server_free(&p->s);
	mem_free(bytes);
	return reply;
}

#define GET "GET / HTTP/1.1\r\nHost: a\r\n\r\n"
#define POST(n) "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " #n "\r\n\r\n"

static void
answers_a_get(void **state)
{
	struct play p = { 0 };
	char *reply = talk(&p, GET, 0, false);

	(void)state;
	assert_memory_equal(reply, "HTTP/1.1 200 OK\r\n", 17);
	assert_non_null(strstr(reply, "\r\n\r\ngood"));
	assert_non_null(strstr(reply, "Connection: close\r\n"));
	assert_non_null(strstr(reply, "no-store, no-transform\r\n"));
	assert_null(strstr(reply, "Date:"));
	assert_null(strstr(reply, "Server:"));
	assert_int_equal(p.wholes, 1);
	assert_int_equal(p.ends, 1);
}

static void
streams_a_body(void **state)
{
	struct play p = { 0 };
	char *reply = talk(&p, POST(3000000), 3000000, false);

	(void)state;
	assert_non_null(strstr(reply, "good"));
	assert_int_equal(p.body, 3000000);
}

static void
pauses_everywhere(void **state)
{
	struct play p = { .pauses_head = true, .pauses_body = true };
	char *reply = talk(&p, POST(300000), 300000, false);

	(void)state;
	assert_non_null(strstr(reply, "good"));
	assert_int_equal(p.body, 300000);
	assert_int_equal(p.heads, 1);
	assert_int_equal(p.ends, 1);
	p = (struct play){ .pauses_end = true };
	reply = talk(&p, POST(3), 3, false);
	assert_non_null(strstr(reply, "201 Created"));
	assert_non_null(strstr(reply, "late"));
	assert_int_equal(p.ends, 1);
}

static void
pulls_an_answer(void **state)
{
	struct play p = { .is_pulled = true, .pull_size = 1000000 };
	char *reply = talk(&p, GET, 0, false), *body;

	(void)state;
	assert_non_null(strstr(reply, "Content-Length: 1000000\r\n"));
	body = strstr(reply, "\r\n\r\n") + 4;
	assert_int_equal(strlen(body), 1000000);
	for (size_t i = 0; i < 1000000; i++)
		assert_int_equal(body[i], 'a' + (int)(i % 26));
	assert_int_equal(p.wholes, 1);
}

static void
answers_early(void **state)
{
	struct play p = { .answers_in_head = true };
	char *reply = talk(&p, POST(5000000), 5000000, false);

	(void)state;
	assert_non_null(strstr(reply, "403 Forbidden"));
	assert_non_null(strstr(reply, "\"title\":\"No.\""));
	assert_int_equal(p.body + p.ends, 0);
	p = (struct play){ .answers_in_head = true };
	reply = talk(&p, POST(10), 10, false);
	assert_non_null(strstr(reply, "403 Forbidden"));
	assert_int_equal(p.body + p.ends, 0);
	p = (struct play){ .answers_in_body = true };
	reply = talk(&p, POST(500000), 500000, false);
	assert_non_null(strstr(reply, "507 Insufficient Storage"));
	assert_int_equal(p.ends, 0);
}

/* Long before the end of what was announced. */
static void
answers_before_a_long_rest(void **state)
{
	struct play p = { .answers_in_body = true };
	char *reply = talk(&p, POST(900000000), 4000000, false);

	(void)state;
	assert_non_null(strstr(reply, "507 Insufficient Storage"));
	assert_non_null(strstr(reply, "\"title\":\"Full.\""));
	assert_int_equal(p.ends + p.wholes, 0);
}

static void
refuses_from_the_head(void **state)
{
	struct play p = { .refuses = true };
	char *reply = talk(&p, GET, 0, false);

	(void)state;
	assert_memory_equal(reply, "HTTP/1.1 421 Misdirected Request\r\n", 34);
	assert_non_null(strstr(reply, "\r\n\r\nelsewhere"));
	assert_int_equal(p.heads, 0);
	/* A body that nobody reads does not destroy the answer. */
	p = (struct play){ .refuses = true };
	reply = talk(&p, POST(500000), 500000, false);
	assert_memory_equal(reply, "HTTP/1.1 421 Misdirected Request\r\n", 34);
	p = (struct play){ 0 };
	reply = talk(&p, "GET / HTTP/1.1\nHost: a\n\n", 0, false);
	assert_memory_equal(reply, "HTTP/1.1 400 Bad Request\r\n", 26);
	assert_int_equal(p.heads, 0);
}

static void
minds_expectations(void **state)
{
	static const char head[] = "POST / HTTP/1.1\r\nHost: a\r\n"
				   "Expect: 100-continue\r\n"
				   "Content-Length: 10\r\n\r\n";
	struct play p = { 0 };
	char *reply = talk(&p, head, 10, false);

	(void)state;
	/* The body came along unasked, so the invitation may be left out (RFC
	 * 9110, 10.1.1). */
	if (strncmp(reply, "HTTP/1.1 100 Continue\r\n\r\n", 25) == 0)
		reply += 25;
	assert_memory_equal(reply, "HTTP/1.1 200 OK\r\n", 17);
	p = (struct play){ .answers_in_head = true };
	reply = talk(&p, head, 0, false);
	assert_memory_equal(reply, "HTTP/1.1 403 Forbidden\r\n", 24);
}

static void
bears_cut_connections(void **state)
{
	struct play p = { 0 };

	(void)state;
	talk(&p, "GET / HT", 0, true);
	assert_int_equal(p.heads, 0);
	p = (struct play){ 0 };
	talk(&p, POST(100000), 5000, true);
	assert_int_equal(p.heads, 1);
	assert_int_equal(p.ends + p.wholes, 0);
	assert_int_equal(p.body, 5000);
}

/* Connections in every stage when the server goes. */
static void
frees_what_is_open(void **state)
{
	static const char *const heads[] = { "GET /", GET, POST(9) };
	const struct http_options options = { .connections = 3,
		.buffer = 32 * 1024 };
	struct play p = { .pauses_head = true };
	const struct http_handler handler = { .head = on_head,
		.body = on_body,
		.end = on_end,
		.closed = on_closed,
		.ctx = &p };
	int fds[3][2], more[2];

	(void)state;
	assert_int_equal(http_server_new(&options, &handler, &p.s), 0);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(
		    socketpair(AF_UNIX, SOCK_STREAM, 0, fds[i]), 0);
		assert_int_equal(http_server_add(p.s, fds[i][0], 0), 0);
		assert_true(send(fds[i][1], heads[i], strlen(heads[i]), 0) > 0);
	}
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, more), 0);
	assert_int_equal(http_server_add(p.s, more[0], 0), ERR_LIMIT);
	for (int i = 0; i < 5; i++)
		assert_int_equal(http_server_run(p.s, 1), 0);
	assert_int_equal(p.heads, 2);
	http_server_free(&p.s);
	assert_int_equal(p.closeds, 2);
	assert_int_equal(p.ends, 0);
	for (int i = 0; i < 3; i++)
		close(fds[i][1]);
	close(more[1]);
}

/* gate may still have its copy of a connection that is over here: what comes on
 * it then concerns nobody. */
static void
forgets_what_others_hold(void **state)
{
	const struct http_options options = { .connections = 3,
		.buffer = 32 * 1024 };
	struct play p = { 0 };
	const struct http_handler handler = { .head = on_head,
		.body = on_body,
		.end = on_end,
		.closed = on_closed,
		.ctx = &p };
	int fds[2], copy;

	(void)state;
	assert_int_equal(http_server_new(&options, &handler, &p.s), 0);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	assert_true((copy = dup(fds[0])) >= 0);
	assert_int_equal(http_server_add(p.s, fds[0], 0), 0);
	assert_int_equal(send(fds[1], "GET /", 5, 0), 5);
	assert_int_equal(http_server_run(p.s, 1), 0);
	/* A head that breaks off. */
	shutdown(fds[1], SHUT_WR);
	for (int i = 0; i < 5; i++)
		assert_int_equal(http_server_run(p.s, 1), 0);
	assert_int_equal(http_server_count(p.s), 0);
	close(fds[1]);
	for (int i = 0; i < 5; i++)
		assert_int_equal(http_server_run(p.s, 1), 0);
	close(copy);
	http_server_free(&p.s);
}

static void
warms_up(void **state)
{
	(void)state;
	assert_int_equal(http_warm(), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(warms_up),
		cmocka_unit_test(answers_a_get),
		cmocka_unit_test(streams_a_body),
		cmocka_unit_test(pauses_everywhere),
		cmocka_unit_test(pulls_an_answer),
		cmocka_unit_test(answers_early),
		cmocka_unit_test(answers_before_a_long_rest),
		cmocka_unit_test(refuses_from_the_head),
		cmocka_unit_test(minds_expectations),
		cmocka_unit_test(bears_cut_connections),
		cmocka_unit_test(frees_what_is_open),
		cmocka_unit_test(forgets_what_others_hold),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
