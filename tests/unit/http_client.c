/* The client against our own server in another process, on a unix socket. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "unit.h"

#include "base/cursor.h"
#include "base/err.h"
#include "crypto/hash.h"
#include "crypto/random.h"
#include "http/client.h"
#include "http/desk.h"
#include "http/problem.h"
#include "os/sock.h"

#define LARGE (3u << 20)
#define START UINT64_C(0x1234567890abcdef)

static const uint8_t seed[32] = { 7 };
static const uint8_t newsroom[16] = { 8 };
static char socket_path[64];
static pid_t server;

/* 600 times x. */
static void
reply_packed(struct http_request *r)
{
	static const char packed[] =
	    "\037\213\010\000\000\000\000\000\002\003\253\250\030\005\243\200"
	    "\372\000\000\322\024\237\337\130\002\000\000";
	struct http_answer *a;

	must(http_answer_new(200, "text/plain", packed, sizeof(packed) - 1,
		 HTTP_BORROW, &a) == 0);
	must(http_answer_set(a, "Content-Encoding", "gzip") == 0);
	http_answer(r, a);
	http_answer_free(&a);
}

/* What the server does is asked for by the path. */
static void
on_end(void *ctx, struct http_request *r)
{
	const struct http_head *h = http_request_head(r);
	struct desk_request q = { .origin = TEXT(DESK_ORIGIN_UNIX),
		.method = text_from(http_method_text(h->method)),
		.target = h->target };
	struct desk_signature s;
	char number[32];
	struct text range = h->range;

	(void)ctx;
	memcpy(q.newsroom, newsroom, sizeof(q.newsroom));
	if (text_is(h->path, "/signed")) {
		int err = desk_fields_read(h, &s);

		if (err == 0)
			err = desk_verify(&q, &s);
		http_reply(r, err == 0 ? 200 : 401, "text/plain", "yes", 3);
	} else if (text_is(h->path, "/started")) {
		if (desk_fields_read(h, &s) == 0 && u64_read(s.nonce) == START)
			http_reply(r, 200, "text/plain", "yes", 3);
		else
			http_problem_with(r, 401, "Again.", "start", START);
	} else if (text_is(h->path, "/count")) {
		int n = snprintf(number, sizeof(number), "%llu",
		    (unsigned long long)http_request_received(r));

		http_reply(r, 201, "text/plain", number, (size_t)n);
	} else if (text_is(h->path, "/range")) {
		http_reply(r, 206, "text/plain", range.p, range.n);
	} else if (text_is(h->path, "/conflict")) {
		http_problem_with(r, 409, "Another.", "next", 42);
	} else if (text_is(h->path, "/strange")) {
		http_reply(r, 500, "text/plain", "\x1b[2J not json", 14);
	} else if (text_is(h->path, "/agent")) {
		struct text agent = TEXT("nobody");

		(void)http_head_find(h, "user-agent", &agent);
		http_reply(r, 200, "text/plain", agent.p, agent.n);
	} else if (text_is(h->path, "/packed")) {
		reply_packed(r);
	} else if (text_is(h->path, "/cut")) {
		http_request_abort(r);
	} else if (text_is(h->path, "/large")) {
		static uint8_t bytes[LARGE];

		memset(bytes, 'x', sizeof(bytes));
		http_reply(r, 200, "text/plain", bytes, sizeof(bytes));
	} else {
		http_problem_err(r, ERR_NOT_FOUND);
	}
}

static void
on_head(void *ctx, struct http_request *r)
{
	(void)ctx;
	if (text_is(http_request_head(r)->path, "/early"))
		http_problem_err(r, ERR_LIMIT);
}

static size_t
on_body(void *ctx, struct http_request *r, const uint8_t *p, size_t n)
{
	(void)ctx, (void)r, (void)p;
	return n;
}

static void
on_closed(void *ctx, struct http_request *r, bool is_whole)
{
	(void)ctx, (void)r, (void)is_whole;
}

static void
on_listen(void *ctx, int listener)
{
	int fd;

	if (sock_accept(listener, &fd) == 0)
		(void)http_server_add(ctx, fd, 0);
}

_Noreturn static void
serve(int listener)
{
	const struct http_options options = { .connections = 4,
		.buffer = 32 * 1024 };
	const struct http_handler handler = { .head = on_head,
		.body = on_body,
		.end = on_end,
		.closed = on_closed };
	struct http_server *s;

	alarm(60);
	must(http_server_new(&options, &handler, &s) == 0);
	must(http_server_watch(s, listener, true, false, on_listen, s) == 0);
	while (http_server_run(s, -1) == 0)
		;
	_exit(1);
}

static int
start(void **state)
{
	char directory[] = "/tmp/pista-client-XXXXXX", address[80];
	int listener;

	(void)state;
	assert_non_null(mkdtemp(directory));
	snprintf(socket_path, sizeof(socket_path), "%s/s", directory);
	snprintf(address, sizeof(address), "unix:%s", socket_path);
	assert_int_equal(sock_listen(text_from(address), 0600, &listener), 0);
	assert_int_equal(sock_set_nonblocking(listener, true), 0);
	if ((server = fork()) == 0)
		serve(listener);
	close(listener);
	return server > 0 ? 0 : -1;
}

static int
stop(void **state)
{
	(void)state;
	kill(server, SIGKILL);
	waitpid(server, NULL, 0);
	unlink(socket_path);
	*strrchr(socket_path, '/') = '\0';
	return rmdir(socket_path);
}

static struct http_client *
client(bool is_signing)
{
	struct http_client_options o = { .socket = socket_path };
	struct http_client *c;

	memcpy(o.newsroom, newsroom, sizeof(o.newsroom));
	if (is_signing)
		o.seed = seed;
	assert_int_equal(http_client_new(&o, &c), 0);
	return c;
}

/* One GET; the answer as text. */
static int
get(struct http_client *c, const char *path, struct http_call *call,
    struct buf *out)
{
	*call = (struct http_call){ .method = "GET", .path = path };
	buf_clear(out);
	return http_client_fetch(c, call, out);
}

static void
names_what_went_wrong(void **state)
{
	struct http_client *c = client(false);
	struct http_call call;
	struct buf out;

	(void)state;
	buf_init(&out, 1000);
	assert_int_equal(get(c, "/nothing", &call, &out), ERR_NOT_FOUND);
	assert_int_equal(call.status, 404);
	assert_string_equal(call.title, "There is nothing here.");
	assert_int_equal(get(c, "/conflict", &call, &out), ERR_CONFLICT);
	assert_int_equal(call.next, 42);
	assert_int_equal(get(c, "/signed", &call, &out), ERR_DENIED);
	assert_int_equal(get(c, "/strange", &call, &out), ERR_IO);
	assert_string_equal(call.title, "the server gave no reason");
	assert_int_equal(get(c, "/cut", &call, &out), ERR_CLOSED);
	assert_int_equal(call.status, 0);
	assert_true(strlen(call.title) > 0);
	/* More than the caller has room for. */
	assert_int_equal(get(c, "/large", &call, &out), ERR_LIMIT);
	assert_int_equal(out.n, 0);
	buf_fini(&out);
	http_client_free(&c);
}

/* For who looks at a server from outside: what it says about itself, whatever
 * the status, and fields that another program would send. */
static void
shows_the_head_of_any_answer(void **state)
{
	struct http_client *c = client(false);
	struct http_call call;
	struct buf out, head;

	(void)state;
	buf_init(&out, 1000);
	buf_init(&head, 4000);
	buf_puts(&head, "of another");
	call = (struct http_call){
		.method = "GET", .path = "/strange", .head = &head
	};
	assert_int_equal(http_client_fetch(c, &call, &out), 0);
	assert_int_equal(call.status, 500);
	assert_true(text_has_prefix(buf_text(&out), "\x1b[2J not json"));
	assert_true(text_has_prefix(buf_text(&head), "HTTP/1.1 500 "));
	assert_true(text_has_suffix(buf_text(&head), "\r\n\r\n"));
	assert_non_null(strstr(buf_cstr(&head), "\r\nConnection: close\r\n"));
	buf_clear(&out);
	call = (struct http_call){ .method = "GET",
		.path = "/agent",
		.fields = "User-Agent: Somebody\nCookie: a=b\n" };
	assert_int_equal(http_client_fetch(c, &call, &out), 0);
	assert_text(buf_text(&out), "Somebody");
	/* A head that is larger than the caller takes. */
	buf_fini(&head);
	buf_init(&head, 20);
	call = (struct http_call){
		.method = "GET", .path = "/strange", .head = &head
	};
	assert_int_equal(http_client_fetch(c, &call, &out), ERR_LIMIT);
	buf_fini(&head);
	buf_fini(&out);
	http_client_free(&c);
}

/* gzip is taken off, and what it grows to counts. */
static void
takes_gzip_off(void **state)
{
	struct http_client *c = client(false);
	struct http_call call = {
		.method = "GET", .path = "/packed", .is_unpacked = true
	};
	struct buf out;

	(void)state;
	buf_init(&out, 1000);
	assert_int_equal(http_client_fetch(c, &call, &out), 0);
	assert_int_equal(out.n, 600);
	assert_int_equal(out.p[599], 'x');
	buf_fini(&out);
	buf_init(&out, 599);
	assert_int_equal(http_client_fetch(c, &call, &out), ERR_LIMIT);
	buf_fini(&out);
	http_client_free(&c);
}

static int
read_x(void *ctx, void *out, size_t n, size_t *ret_n)
{
	(void)ctx;
	memset(out, 'x', n);
	*ret_n = n;
	return 0;
}

/* Its nonces begin with the number of the start, once that is known. */
static void
signs_again_for_a_server_that_has_just_started(void **state)
{
	struct http_client *c = client(true);
	struct http_call call;
	struct buf out;

	(void)state;
	buf_init(&out, 1000);
	assert_int_equal(get(c, "/started", &call, &out), 0);
	assert_int_equal(out.n, 3);
	http_client_free(&c);
	/* A body that cannot be read twice here is the caller's to repeat. */
	c = client(true);
	for (int i = 0; i < 2; i++) {
		uint8_t hash[HASH_SIZE] = { 0 };

		call = (struct http_call){ .method = "POST",
			.path = "/started",
			.body_n = 10,
			.read = read_x,
			.body_hash = hash };
		assert_int_equal(
		    http_client_call(c, &call), i == 0 ? ERR_BUSY : 0);
	}
	buf_fini(&out);
	http_client_free(&c);
}

static void
signs_for_the_desk(void **state)
{
	struct http_client *c = client(true);
	struct http_call call;
	struct buf out;

	(void)state;
	buf_init(&out, 1000);
	assert_int_equal(get(c, "/signed?after=1", &call, &out), 0);
	assert_text(buf_text(&out), "yes");
	call = (struct http_call){
		.method = "POST", .path = "/signed", .body = "{}", .body_n = 2
	};
	assert_int_equal(http_client_call(c, &call), 0);
	call = (struct http_call){
		.method = "GET", .path = "/range", .range = "5-9"
	};
	buf_clear(&out);
	assert_int_equal(http_client_fetch(c, &call, &out), 0);
	assert_int_equal(call.status, 206);
	assert_text(buf_text(&out), "bytes=5-9");
	buf_fini(&out);
	http_client_free(&c);
}

/* A body that is read as it is sent. */
struct source {
	uint64_t left, reported, total;
	int err;
};

static int
read_some(void *ctx, void *out, size_t n, size_t *ret_n)
{
	struct source *s = ctx;

	if (s->left < LARGE / 2 && s->err != 0)
		return s->err;
	n = n < s->left ? n : (size_t)s->left;
	memset(out, 'y', n);
	s->left -= n;
	*ret_n = n;
	return 0;
}

static int
report(void *ctx, uint64_t so_far, uint64_t total)
{
	struct source *s = ctx;

	s->reported = so_far > s->reported ? so_far : s->reported;
	s->total = total;
	return 0;
}

static int
post(struct http_client *c, const char *path, struct source *s,
    struct http_call *call, struct buf *out)
{
	static const uint8_t hash[HASH_SIZE];

	*call = (struct http_call){ .method = "PUT",
		.path = path,
		.body_n = LARGE,
		.body_hash = hash,
		.read = read_some,
		.progress = report,
		.ctx = s };
	buf_clear(out);
	return http_client_fetch(c, call, out);
}

static void
streams_both_ways(void **state)
{
	struct http_client *c = client(true);
	struct source s = { .left = LARGE };
	struct http_call call;
	struct buf out;

	(void)state;
	buf_init(&out, LARGE);
	assert_int_equal(post(c, "/count", &s, &call, &out), 0);
	assert_int_equal(call.status, 201);
	assert_text(buf_text(&out), "3145728");
	assert_int_equal(s.left, 0);
	assert_int_equal(s.reported, LARGE);
	assert_int_equal(get(c, "/large", &call, &out), 0);
	assert_int_equal(out.n, LARGE);
	/* The caller's own error comes back as it is. */
	s = (struct source){ .left = LARGE, .err = ERR_DIGEST };
	assert_int_equal(post(c, "/count", &s, &call, &out), ERR_DIGEST);
	/* Too early an end. */
	s = (struct source){ .left = 1000 };
	assert_int_equal(post(c, "/count", &s, &call, &out), ERR_TRUNCATED);
	/* An answer before the end is heard. */
	s = (struct source){ .left = LARGE };
	assert_int_equal(post(c, "/early", &s, &call, &out), ERR_LIMIT);
	assert_string_equal(call.title, "This is larger than allowed.");
	buf_fini(&out);
	http_client_free(&c);
}

static int
lose_patience(void *ctx)
{
	++*(int *)ctx;
	return ERR_CLOSED;
}

/* Who uses the client can end a call that lasts. */
static void
ends_when_told(void **state)
{
	struct http_client *c = client(true);
	struct http_call call = { .method = "GET", .path = "/" };
	struct buf out;
	int ticks = 0;

	(void)state;
	buf_init(&out, 1000);
	http_client_set_tick(c, lose_patience, &ticks);
	assert_int_equal(http_client_fetch(c, &call, &out), ERR_CLOSED);
	assert_int_equal(ticks, 1);
	buf_fini(&out);
	http_client_free(&c);
}

static void
refuses_bad_addresses(void **state)
{
	static const char *const urls[] = { "", "desk.example", "ftp://a",
		"http://", "http:///x", "http://a/", "http://a/b/",
		"http://a?b", "http://u@a", "http://a b", "http://a\r\nX: y" };
	struct http_client_options o = { .url = NULL };
	struct http_client *c = NULL;

	(void)state;
	assert_int_equal(http_client_new(&o, &c), ERR_USAGE);
	for (size_t i = 0; i < sizeof(urls) / sizeof(*urls); i++) {
		o.url = urls[i];
		assert_int_equal(http_client_new(&o, &c), ERR_FORMAT);
	}
	o.url = "http://[::1]:8080/tips";
	assert_int_equal(http_client_new(&o, &c), 0);
	http_client_free(&c);
	o.socket = "/both";
	assert_int_equal(http_client_new(&o, &c), ERR_USAGE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_what_went_wrong),
		cmocka_unit_test(shows_the_head_of_any_answer),
		cmocka_unit_test(takes_gzip_off),
		cmocka_unit_test(signs_for_the_desk),
		cmocka_unit_test(
		    signs_again_for_a_server_that_has_just_started),
		cmocka_unit_test(streams_both_ways),
		cmocka_unit_test(ends_when_told),
		cmocka_unit_test(refuses_bad_addresses),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return crypto_init() == 0 ? cmocka_run_group_tests(tests, start, stop)
				  : 1;
}
