#include "desk/ask.h"

#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/secret.h"
#include "desk/desk.h"
#include "desk/file.h"
#include "desk/pages.h"
#include "desk/routes.h"
#include "os/process.h"

#define OUT_MAX (64 * 1024 * 1024)
#define PROBLEM_MAX 512
#define FIRST_MAX 512 /* of a body without the token */
#define PROBLEM_TYPE "application/problem+json"

/* What our error codes are to the page. */
static const struct {
	int err;
	unsigned status;
	const char *code, *title;
} problems[] = {
	{ ERR_NOT_FOUND, 404, "not-found", "There is nothing here." },
	{ ERR_FORMAT, 400, "format", "This is malformed." },
	{ ERR_UNSUPPORTED, 400, "format", "This cannot be done." },
	{ ERR_LIMIT, 413, "limit", "This is larger than allowed." },
	{ ERR_CONFLICT, 409, "conflict", "Something else was first." },
	{ ERR_EXISTS, 409, "conflict", "This is so already." },
	{ ERR_DENIED, 403, "denied", "This is not allowed." },
	{ ERR_NO_KEY, 403, "denied", "This cannot be opened with your key." },
	{ ERR_PASSPHRASE, 403, "passphrase", "The passphrase is wrong." },
	{ ERR_BUSY, 503, "busy", "Not now." },
	{ ERR_AGAIN, 503, "busy", "Nothing has been heard of the server yet." },
	{ ERR_NEWSROOM, 409, "newsroom", "This is of another newsroom." },
	{ ERR_EXPIRED, 409, "newsroom", "The masthead has expired." },
};

static int
pull(struct http_request *r, uint64_t offset, uint8_t *out, size_t n,
    size_t *ret_n)
{
	const struct ask *a = http_request_ctx(r);

	if (n > a->out.n - offset)
		n = (size_t)(a->out.n - offset);
	memcpy(out, a->out.p + offset, n);
	*ret_n = n;
	return 0;
}

/* What stands in a->out, which is wiped when it has gone. */
static void
send_out(struct ask *a, unsigned status, const char *type)
{
	struct http_answer *answer = NULL;

	if (buf_finish(&a->out) == 0 &&
	    http_answer_new_pull(status, type, a->out.n, pull, &answer) == 0 &&
	    pages_guard(answer) == 0)
		http_answer(a->request, answer);
	else
		http_request_abort(a->request);
	http_answer_free(&answer);
}

void
ask_answer(struct ask *a, json_t *out)
{
	buf_clear(&a->out);
	if (out != NULL)
		json_put(&a->out, out, JSON_COMPACT);
	else
		buf_puts(&a->out, "{}");
	json_decref(out);
	send_out(a, 200, "application/json");
}

void
ask_problem(struct ask *a, unsigned status, const char *code, const char *title)
{
	char text[PROBLEM_MAX];
	int n = snprintf(text, sizeof(text),
	    "{\"title\":\"%s\",\"status\":%u,\"code\":\"%s\"}", title, status,
	    code);

	must(n > 0 && (size_t)n < sizeof(text));
	http_reply(a->request, status, PROBLEM_TYPE, text, (size_t)n);
}

void
ask_error(struct ask *a, int err)
{
	for (size_t i = 0; i < sizeof(problems) / sizeof(*problems); i++) {
		if (problems[i].err != err)
			continue;
		ask_problem(
		    a, problems[i].status, problems[i].code, problems[i].title);
		return;
	}
	ask_problem(a, 500, "io", err_text(err));
}

void
ask_wait(struct ask *a, uint64_t until)
{
	a->until = until;
	a->next = a->desk->waiting;
	a->desk->waiting = a;
}

void
ask_unwait(struct ask *a)
{
	struct ask **at = &a->desk->waiting;

	while (*at != NULL && *at != a)
		at = &(*at)->next;
	if (*at != NULL)
		*at = a->next;
	a->next = NULL;
}

static void
deny(struct ask *a)
{
	ask_problem(a, 403, "denied", "Only our own page may ask this.");
}

/* The body of a request that may be asked. */
static void
expect(struct ask *a)
{
	const struct http_head *h = http_request_head(a->request);
	bool has_body = h->method == HTTP_POST || h->method == HTTP_PUT;
	/* Locked memory is scarce, and not there for whoever finds our port. */
	size_t max = a->route->is_first ? FIRST_MAX : ASK_BODY_MAX;

	if (h->content_length > max)
		ask_error(a, ERR_LIMIT);
	else if (has_body && !http_head_is_type(h, "application/json"))
		ask_problem(a, 415, "format", "This is no JSON.");
	else if (h->content_length > 0 &&
		 (a->body = secret_new((size_t)h->content_length)) == NULL)
		ask_error(a, ERR_NOMEM);
}

/* The token comes before everything else, so that nobody without it learns even
 * what can be asked. */
static void
look_up(struct ask *a)
{
	const struct http_head *h = http_request_head(a->request);
	struct desk *d = a->desk;

	if (!door_is_ours(&d->door, h)) {
		deny(a);
		return;
	}
	a->route = routes_find(h->path, h->method);
	if ((a->route == NULL || !a->route->is_first) &&
	    !door_has_token(&d->door, h))
		ask_problem(a, 403, "token", "The token is missing or old.");
	else if (a->route == NULL)
		ask_error(a, ERR_NOT_FOUND);
	else if (d->phase != PHASE_READY && !a->route->is_always)
		ask_problem(a, 423, "locked", "The desk is locked.");
	else
		expect(a);
	if (a->route != NULL && !a->route->is_quiet &&
	    !http_request_is_answered(a->request))
		d->chores.used_at = process_now_ms();
}

static void
on_head(void *ctx, struct http_request *r)
{
	struct desk *d = ctx;
	const struct http_head *h = http_request_head(r);
	const struct pages_file *page = pages_find(h->path);
	struct ask *a = mem_new(1, sizeof(*a));

	if (a == NULL) {
		http_request_abort(r);
		return;
	}
	a->desk = d;
	a->request = r;
	buf_init(&a->out, OUT_MAX);
	http_request_set_ctx(r, a);
	if (page != NULL && h->method <= HTTP_HEAD) {
		if (door_is_open(&d->door, h))
			pages_answer(page, r);
		else
			deny(a);
	} else if (text_is(h->path, "/v1/file") && h->method == HTTP_GET) {
		/* A browser that saves a file sends no header of ours. */
		if (door_is_ours(&d->door, h))
			file_answer(a);
		else
			deny(a);
	} else {
		look_up(a);
	}
}

static size_t
on_body(void *ctx, struct http_request *r, const uint8_t *p, size_t n)
{
	struct ask *a = http_request_ctx(r);

	(void)ctx;
	memcpy(a->body + a->body_n, p, n);
	a->body_n += n;
	return n;
}

static int
read_body(struct ask *a)
{
	const struct text body = { (const char *)a->body, a->body_n };
	int err;

	if (body.n == 0)
		return (a->in = json_object()) != NULL ? 0 : ERR_NOMEM;
	if ((err = json_read(body, ASK_BODY_MAX, &a->in)) != 0)
		return err;
	secret_free(&a->body);
	return json_is_object(a->in) ? 0 : ERR_FORMAT;
}

static void
on_end(void *ctx, struct http_request *r)
{
	struct ask *a = http_request_ctx(r);
	json_t *out = NULL;
	int err;

	if (a->route->method != HTTP_GET && (err = read_body(a)) != 0) {
		ask_error(a, err);
		return;
	}
	if ((err = a->route->fn(ctx, a, &out)) == 0)
		ask_answer(a, out);
	else if (http_request_is_answered(r))
		json_decref(out);
	else if (err == ASK_LATER)
		http_request_pause(r);
	else
		ask_error(a, err);
}

static void
on_closed(void *ctx, struct http_request *r, bool is_whole)
{
	struct ask *a = http_request_ctx(r);
	struct desk *d = ctx;

	(void)is_whole;
	if (a == NULL)
		return;
	ask_unwait(a);
	if (d->trying == a)
		d->trying = NULL;
	file_end(&a->saving);
	json_decref(a->in);
	secret_free(&a->body);
	buf_fini(&a->out);
	mem_free(a);
}

const struct http_handler ask_callbacks = {
	.head = on_head, .body = on_body, .end = on_end, .closed = on_closed
};
