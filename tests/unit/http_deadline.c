/* The deadlines, by a clock that the test turns. */
#include <stdio.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "unit.h"

#include "base/err.h"
#include "http/server.h"

#define LARGE (1u << 20)

static time_t ahead;

int __real_clock_gettime(clockid_t id, struct timespec *t);
int __wrap_clock_gettime(clockid_t id, struct timespec *t);

int
__wrap_clock_gettime(clockid_t id, struct timespec *t)
{
	int done = __real_clock_gettime(id, t);

	t->tv_sec += ahead;
	return done;
}

struct play {
	struct http_server *s;
	struct http_request *paused;
	bool is_pausing, is_pulled;
	unsigned heads, ends, closeds;
	int client;
};

static void
on_head(void *ctx, struct http_request *r)
{
	struct play *p = ctx;

	p->heads++;
	if (!p->is_pausing)
		return;
	http_request_pause(r);
	p->paused = r;
}

static size_t
on_body(void *ctx, struct http_request *r, const uint8_t *bytes, size_t n)
{
	(void)ctx, (void)r, (void)bytes;
	return n;
}

static int
pull(struct http_request *r, uint64_t offset, uint8_t *out, size_t n,
    size_t *ret_n)
{
	(void)r, (void)offset;
	memset(out, ' ', n);
	*ret_n = n;
	return 0;
}

static void
on_end(void *ctx, struct http_request *r)
{
	static uint8_t bytes[LARGE];

	struct play *p = ctx;
	struct http_answer *a;

	p->ends++;
	if (!p->is_pulled) {
		http_reply(r, 200, "text/plain", bytes, sizeof(bytes));
		return;
	}
	assert_int_equal(
	    http_answer_new_pull(200, "text/plain", LARGE, pull, &a), 0);
	http_answer(r, a);
	http_answer_free(&a);
}

static void
on_closed(void *ctx, struct http_request *r, bool is_whole)
{
	struct play *p = ctx;

	(void)r, (void)is_whole;
	p->closeds++;
}

static void
run(struct play *p)
{
	for (int i = 0; i < 5; i++)
		assert_int_equal(http_server_run(p->s, 0), 0);
}

/* Lets seconds pass, one at a time, sending n bytes in each. */
static void
pass(struct play *p, unsigned seconds, size_t n)
{
	static const char bytes[4096];

	for (unsigned i = 0; i < seconds; i++) {
		ahead++;
		if (n > 0)
			(void)!send(p->client, bytes, n, MSG_NOSIGNAL);
		run(p);
	}
}

static void
begin(struct play *p, bool is_patient, const char *head)
{
	const struct http_options options = {
		.connections = 2, .buffer = 32 * 1024, .is_patient = is_patient
	};
	const struct http_handler handler = { .head = on_head,
		.body = on_body,
		.end = on_end,
		.closed = on_closed,
		.ctx = p };
	int fds[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	assert_int_equal(http_server_new(&options, &handler, &p->s), 0);
	p->client = fds[1];
	assert_true(send(p->client, head, strlen(head), 0) > 0);
	assert_int_equal(http_server_add(p->s, fds[0], 0), 0);
	run(p);
}

static void
finish(struct play *p)
{
	http_server_free(&p->s);
	close(p->client);
	assert_int_equal(p->closeds, p->heads);
}

#define POST "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4000000\r\n\r\n"

static void
waits_for_the_head_only_so_long(void **state)
{
	struct play p = { .s = NULL };

	(void)state;
	begin(&p, false, "GET / HTTP/1.1\r\nX: ");
	pass(&p, HTTP_HEAD_SECONDS - 2, 0);
	assert_int_equal(http_server_count(p.s), 1);
	pass(&p, 4, 0);
	assert_int_equal(http_server_count(p.s), 0);
	assert_int_equal(p.heads, 0);
	finish(&p);
}

/* A byte a second defeats every time-out for inactivity. */
static void
cuts_who_trickles(void **state)
{
	struct play p = { .s = NULL };

	(void)state;
	begin(&p, false, POST);
	pass(&p, 29, 1);
	assert_int_equal(http_server_count(p.s), 1);
	pass(&p, 5, 1);
	assert_int_equal(http_server_count(p.s), 0);
	assert_int_equal(p.closeds, 1);
	finish(&p);
}

static void
bears_who_is_slow(void **state)
{
	struct play p = { .s = NULL };

	(void)state;
	begin(&p, false, POST);
	pass(&p, 200, HTTP_RATE_MIN + 1);
	assert_int_equal(http_server_count(p.s), 1);
	finish(&p);
	p = (struct play){ .s = NULL };
	begin(&p, true, POST);
	pass(&p, 200, 1);
	assert_int_equal(http_server_count(p.s), 1);
	finish(&p);
}

/* What we did not read is not the other side's fault. */
static void
forgives_its_own_pauses(void **state)
{
	struct play p = { .is_pausing = true };

	(void)state;
	begin(&p, false, POST);
	pass(&p, 300, 0);
	assert_int_equal(http_server_count(p.s), 1);
	http_request_resume(p.paused);
	pass(&p, 28, 1);
	assert_int_equal(http_server_count(p.s), 1);
	pass(&p, 6, 1);
	assert_int_equal(http_server_count(p.s), 0);
	finish(&p);
}

/* The end came long ago, the bytes before it were held back. */
static void
takes_what_came_before_the_end(void **state)
{
	struct play p = { .is_pausing = true };

	(void)state;
	begin(&p, false,
	    "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody");
	assert_int_equal(shutdown(p.client, SHUT_WR), 0);
	pass(&p, 3, 0);
	assert_int_equal(http_server_count(p.s), 1);
	/* Resumed in the very round that looks at the clock. */
	ahead += 2;
	http_request_resume(p.paused);
	run(&p);
	assert_int_equal(p.ends, 1);
	finish(&p);
}

/* An answer nobody takes does not stay for ever. */
static void
cuts_who_does_not_read(void **state)
{
	static char bytes[4096];
	struct play p = { .s = NULL };
	unsigned seconds = LARGE / HTTP_RATE_MIN + 30;

	(void)state;
	begin(&p, false, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
	/* A little now and then, so that it is not inactive. */
	for (unsigned i = 0; i < seconds; i += 50) {
		assert_int_equal(http_server_count(p.s), 1);
		(void)!recv(p.client, bytes, sizeof(bytes), MSG_DONTWAIT);
		pass(&p, 50, 0);
	}
	pass(&p, 50, 0);
	assert_int_equal(http_server_count(p.s), 0);
	finish(&p);
}

/* What was taken counts, not how much there is to take. */
static void
cuts_who_takes_little_of_much(void **state)
{
	static char bytes[4096];
	struct play p = { .is_pulled = true };

	(void)state;
	begin(&p, false, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
	for (unsigned i = 0; i < 400; i += 50) {
		(void)!recv(p.client, bytes, sizeof(bytes), MSG_DONTWAIT);
		pass(&p, 50, 0);
	}
	assert_int_equal(http_server_count(p.s), 0);
	finish(&p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(waits_for_the_head_only_so_long),
		cmocka_unit_test(cuts_who_trickles),
		cmocka_unit_test(bears_who_is_slow),
		cmocka_unit_test(forgives_its_own_pauses),
		cmocka_unit_test(cuts_who_does_not_read),
		cmocka_unit_test(takes_what_came_before_the_end),
		cmocka_unit_test(cuts_who_takes_little_of_much),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
