/*
 * pistad-form: takes one connection from the queue, reads one form, seals or
 * opens what it asks for, answers, exits. It may hold one person's words and
 * never learns an address.
 */
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/day.h"
#include "base/err.h"
#include "crypto/random.h"
#include "form/act.h"
#include "form/answer.h"
#include "form/give.h"
#include "form/keep.h"
#include "form/pace.h"
#include "form/send.h"
#include "os/process.h"
#include "os/sock.h"

#define HTTP_BUFFER (32 * 1024)
#define ROOM (16 * 1024)          /* locked, beside the form's fields */
#define IN_VAIN_MIN (1024 * 1024) /* bytes still to come */
#define HEAD_MS 2000              /* for the head, when others wait */

struct life {
	struct form form;
	struct pace pace;
	uint64_t taken;   /* when the connection was, milliseconds */
	bool is_given_up; /* nothing came of it */
};

_Noreturn static void
stop(const char *doing, int err)
{
	fprintf(stderr, "pistad-form: %s: %s\n", doing, err_text(err));
	exit(EXIT_FAILURE);
}

static int
warm(const struct wire_start *start)
{
	int err;

	(void)start;
	if ((err = crypto_init()) != 0)
		return err;
	return http_warm();
}

static int
prepare(struct form *f, struct text content_type)
{
	int err;

	if ((err = secret_arena_new(POST_ARENA + ROOM, &f->arena)) != 0)
		return err;
	if ((f->secret = secret_take(f->arena, sizeof(*f->secret))) == NULL)
		return ERR_NOMEM;
	if ((err = letter_out_new(f)) != 0)
		return err;
	return post_new(f->arena, content_type, &letter_out_files, f, &f->post);
}

static bool
is_our_path(const struct form *f, struct text path)
{
	const char *prefix = f->child.start.prefix;

	return text_has_prefix(path, prefix) &&
	       text_is((struct text){ path.p + strlen(prefix),
			   path.n - strlen(prefix) },
		   "/");
}

static void
on_head(void *ctx, struct http_request *r)
{
	const struct http_head *h = http_request_head(r);
	struct form *f = ctx;
	int err;

	f->request = r;
	f->has_head = true;
	http_request_set_ctx(r, f);
	f->today = day_today();
	keep_place(f);
	if (!is_our_path(f, h->path))
		answer_error(f, 404);
	else if (h->method != HTTP_POST)
		answer_error(f, 405);
	else if (http_head_is_foreign(h))
		answer_error(f, 403);
	else if ((err = prepare(f, h->content_type)) != 0)
		answer_error(f, err == ERR_NOMEM ? 503 : 400);
}

static size_t
on_body(void *ctx, struct http_request *r, const uint8_t *p, size_t n)
{
	struct form *f = ctx;
	enum view_problem problem;

	if (f->is_stopped)
		return n;
	post_put(f->post, p, n);
	problem = letter_out_problem(f);
	/* Nobody should send for hours what is lost already. */
	if (problem != PROBLEM_NONE &&
	    http_request_head(r)->content_length - http_request_received(r) >
		IN_VAIN_MIN) {
		f->linger = HTTP_PATIENT_SECONDS;
		act_stop(f, problem);
	}
	return n;
}

static void
on_end(void *ctx, struct http_request *r)
{
	struct form *f = ctx;

	if (f->is_stopped)
		http_request_abort(r);
	else
		act(f);
}

static void
on_closed(void *ctx, struct http_request *r, bool is_whole)
{
	struct form *f = ctx;

	(void)r, (void)is_whole;
	f->request = NULL;
}

/* Bytes either way. */
static uint64_t
moved(const struct form *f)
{
	return http_request_received(f->request) +
	       http_request_sent(f->request);
}

static void
note_pace(struct life *l)
{
	const struct http_request *r = l->form.request;

	if (r != NULL)
		pace_note(&l->pace, http_request_seconds(r), moved(&l->form),
		    http_request_is_answered(r));
}

/* No form is left, and somebody waits for one. */
static void
give_way(struct life *l)
{
	struct form *f = &l->form;

	if (!f->has_head) {
		l->is_given_up = process_now_ms() - l->taken >= HEAD_MS;
		return;
	}
	if (f->is_stopped || f->request == NULL ||
	    !pace_is_slow(&l->pace, http_request_seconds(f->request), moved(f)))
		return;
	if (http_request_is_answered(f->request)) {
		http_request_abort(f->request);
	} else if (f->post != NULL) {
		f->linger = HTTP_LINGER_SECONDS;
		act_stop(f, PROBLEM_SLOW);
	}
}

/* The parent speaks while a form is under way: DRAIN lets it end by itself. */
static void
on_control(void *ctx, int fd)
{
	struct life *l = ctx;
	struct wire_message m;

	if (wire_receive(l->form.child.control, &m) != 0)
		http_server_unwatch(l->form.http, fd);
	else if (m.type == WIRE_PRESSURE)
		give_way(l);
}

/* Waits for a connection; the queue belongs to all spare forms. False when
 * there will be none. */
static bool
take_connection(struct form *f, struct wire_peer *queue, int *ret_fd)
{
	struct pollfd fds[] = {
		{ .fd = wire_peer_fd(queue), .events = POLLIN },
		{ .fd = wire_peer_fd(f->child.control), .events = POLLIN },
	};
	struct wire_message m;
	int err;

	for (;;) {
		if (poll(fds, 2, -1) < 0)
			continue;
		if (fds[1].revents != 0 &&
		    (wire_receive(f->child.control, &m) != 0 ||
			m.type == WIRE_DRAIN))
			return false;
		if (fds[0].revents == 0)
			continue;
		err = wire_receive(queue, &m);
		if (err == ERR_AGAIN)
			continue;
		if (err != 0 || m.n != 1 || m.body[0] >= f->child.start.entries)
			return false;
		f->entry = m.body[0];
		*ret_fd = m.fd;
		return true;
	}
}

static void
open_all(struct life *l, struct wire_peer **ret_queue)
{
	static const struct http_options options = {
		.connections = 1, .buffer = HTTP_BUFFER, .is_patient = true
	};
	const struct http_handler handler = { .head = on_head,
		.body = on_body,
		.end = on_end,
		.closed = on_closed,
		.ctx = &l->form };
	const uint8_t *newsroom = l->form.child.start.newsroom;
	struct form *f = &l->form;
	int err;

	if ((err = sock_set_nonblocking(CHILD_FORM_QUEUE, true)) != 0 ||
	    (err = wire_peer_new(CHILD_FORM_QUEUE, WIRE_FORM, WIRE_GATE,
		 newsroom, ret_queue)) != 0 ||
	    (err = wire_peer_new(CHILD_FORM_KEEP, WIRE_FORM, WIRE_KEEP,
		 newsroom, &f->keep)) != 0 ||
	    (err = http_server_new(&options, &handler, &f->http)) != 0 ||
	    (err = http_server_watch(f->http, wire_peer_fd(f->child.control),
		 true, false, on_control, l)) != 0)
		stop("opening", err);
}

static void
serve(struct life *l, int fd)
{
	struct form *f = &l->form;
	int err;

	if ((f->spare = fcntl(fd, F_DUPFD_CLOEXEC, 0)) < 0)
		stop("connection", ERR_SYS);
	if ((err = http_server_add(f->http, fd, f->entry)) != 0)
		stop("connection", err);
	l->taken = process_now_ms();
	while (!f->is_stopped && !l->is_given_up &&
	       http_server_count(f->http) > 0) {
		if ((err = http_server_run(f->http, 1000)) != 0)
			stop("serving", err);
		note_pace(l);
	}
	if (f->is_stopped)
		give_linger(f, f->linger);
}

int
main(void)
{
	static struct life l;
	struct wire_peer *queue = NULL;
	struct form *f = &l.form;
	int fd;

	child_begin(WIRE_FORM, CHILD_FORM_KEEP + 1, warm, &f->child);
	open_all(&l, &queue);
	child_ready(&f->child);
	if (!take_connection(f, queue, &fd))
		return EXIT_SUCCESS;
	if (wire_send_empty(f->child.control, WIRE_TAKEN, 0) != 0)
		return EXIT_FAILURE;
	wire_peer_free(&queue);
	serve(&l, fd);
	/* What was secret is wiped before the memory goes back. */
	letter_out_drop(f, PROBLEM_OURS);
	secret_free(&f->page);
	secret_arena_free(&f->arena);
	return EXIT_SUCCESS;
}
