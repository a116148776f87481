/*
 * One real request through everything, before a jail closes: libmicrohttpd
 * opens /etc/localtime at its first answer, the C library its tables.
 */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/err.h"
#include "http/problem.h"
#include "http/server.h"

#define ROUNDS_MAX 1000

static int
pull(struct http_request *r, uint64_t offset, uint8_t *out, size_t n,
    size_t *ret_n)
{
	(void)r, (void)offset;
	*ret_n = n;
	memset(out, ' ', n);
	return 0;
}

static void
head(void *ctx, struct http_request *r)
{
	(void)ctx, (void)r;
}

static size_t
body(void *ctx, struct http_request *r, const uint8_t *p, size_t n)
{
	(void)ctx, (void)r, (void)p;
	return n;
}

static void
end(void *ctx, struct http_request *r)
{
	struct http_answer *a;

	(void)ctx;
	if (http_answer_new_pull(200, "text/plain", 1, pull, &a) != 0) {
		http_problem_err(r, ERR_NOMEM);
		return;
	}
	http_answer(r, a);
	http_answer_free(&a);
}

static void
closed(void *ctx, struct http_request *r, bool is_whole)
{
	bool *is_done = ctx;

	(void)r;
	*is_done = is_whole;
}

int
http_warm(void)
{
	static const char request[] =
	    "POST / HTTP/1.1\r\nHost: warm\r\nContent-Length: 4\r\n\r\nwarm";
	const struct http_options options = { .connections = 1,
		.buffer = 32 * 1024 };
	bool is_done = false;
	const struct http_handler handler = { .head = head,
		.body = body,
		.end = end,
		.closed = closed,
		.ctx = &is_done };
	struct http_server *s = NULL;
	int fds[2] = { -1, -1 };
	int err;

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, fds) != 0)
		return err_from_errno(errno);
	if ((err = http_server_new(&options, &handler, &s)) != 0)
		goto out;
	err = http_server_add(s, fds[0], 0);
	fds[0] = -1;
	if (err != 0)
		goto out;
	if (send(fds[1], request, sizeof(request) - 1, MSG_NOSIGNAL) < 0) {
		err = err_from_errno(errno);
		goto out;
	}
	for (int i = 0; i < ROUNDS_MAX && !is_done && err == 0; i++)
		err = http_server_run(s, 10);
	if (err == 0 && !is_done)
		err = ERR_SYS;
out:
	http_server_free(&s);
	if (fds[0] >= 0)
		close(fds[0]);
	close(fds[1]);
	return err;
}
