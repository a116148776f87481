#include "relay/upload.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "age/age.h"
#include "base/buf.h"
#include "base/cursor.h"
#include "base/err.h"
#include "base/mem.h"
#include "http/problem.h"
#include "relay/job.h"

#define VERSION "1.0.0"
#define EXTENSIONS "creation,termination,expiration"
#define METHODS "OPTIONS, POST, HEAD, PATCH, DELETE"
#define PATCH_TYPE "application/offset+octet-stream"
#define NUMBER_SIZE 24
#define ADDRESS_MAX 256

/* A question to keep, for one request. */
struct question {
	struct job job;
	struct link_call call;
	struct link *link;
	enum wire_type type;
	uint8_t body[PUT_ID_SIZE + 8];
	size_t body_n;
	bool is_sent;
	struct put_upload upload; /* what is asked about */
	char prefix[64];
};

/* How many bytes keep has. */
static uint64_t
offset_of(const struct put_upload *u)
{
	uint64_t offset;

	if (u->is_letter)
		return u->size;
	if (u->head_n == 0)
		return 0;
	offset = u->head_n + u->chunks * AGE_CHUNK_SEALED;
	/* All of it is no letter yet: for its last byte the sender comes again,
	 * and that makes it one. Who hears of the size is done. */
	return offset < u->size ? offset : u->size - 1;
}

/* Every answer says which protocol it speaks. */
static void
answer(struct http_request *r, unsigned status, const char *const fields[][2],
    size_t n)
{
	struct http_answer *a = NULL;
	int err = http_answer_new(status, NULL, "", 0, HTTP_BORROW, &a);

	if (err == 0)
		err = http_answer_set(a, "Tus-Resumable", VERSION);
	for (size_t i = 0; i < n && err == 0; i++)
		err = http_answer_set(a, fields[i][0], fields[i][1]);
	if (err == 0)
		http_answer(r, a);
	else
		http_request_abort(r);
	http_answer_free(&a);
}

void
upload_answer(struct http_request *r, unsigned status, uint64_t offset)
{
	char number[NUMBER_SIZE];
	const char *const fields[][2] = { { "Upload-Offset", number } };

	snprintf(number, sizeof(number), "%" PRIu64, offset);
	answer(r, status, fields, 1);
}

static void
answer_options(struct http_request *r, const struct masthead *card)
{
	char max[NUMBER_SIZE];
	const char *const fields[][2] = { { "Tus-Version", VERSION },
		{ "Tus-Extension", EXTENSIONS }, { "Tus-Max-Size", max },
		{ "Allow", METHODS } };

	snprintf(max, sizeof(max), "%" PRIu64, card->letter_max);
	answer(r, 204, fields, 4);
}

static void
answer_created(struct question *q, const uint8_t id[static PUT_ID_SIZE])
{
	char address[ADDRESS_MAX], hex[2 * PUT_ID_SIZE + 1];
	const char *const fields[][2] = { { "Location", address },
		{ "Upload-Offset", "0" } };

	hex_write(hex, id, PUT_ID_SIZE);
	hex[2 * PUT_ID_SIZE] = '\0';
	snprintf(address, sizeof(address), "%s/v1/upload/%s", q->prefix, hex);
	answer(q->job.request, 201, fields, 2);
}

static void
answer_head(struct http_request *r, const struct put_upload *u)
{
	char offset[NUMBER_SIZE], size[NUMBER_SIZE];
	const char *const fields[][2] = { { "Upload-Offset", offset },
		{ "Upload-Length", size } };

	snprintf(offset, sizeof(offset), "%" PRIu64, offset_of(u));
	snprintf(size, sizeof(size), "%" PRIu64, u->size);
	answer(r, 200, fields, 2);
}

static void
question_free(struct job *j)
{
	struct question *q = (struct question *)j;

	link_end(&q->call, false);
	mem_free(q);
}

/* Goes on where the sender says, if that is where keep is. */
static void
answer_patch(struct question *q)
{
	struct http_request *r = q->job.request;
	const struct http_head *h = http_request_head(r);
	const struct put_upload *u = &q->upload;
	struct text value;
	uint64_t offset;

	if (http_head_find(h, "upload-offset", &value) != 0 ||
	    text_to_u64(value, INT64_MAX, &offset) != 0)
		http_problem(r, 400, "An Upload-Offset is needed.");
	else if (offset != offset_of(u))
		http_problem(r, 409, "The upload is at another offset.");
	else if (h->content_length > u->size - offset)
		http_problem(r, 413, "That is more than was announced.");
	else if (u->is_letter)
		upload_answer(r, 204, u->size);
	else
		put_resume(r, q->link, u);
	/* From here on the request is the put's. */
	if (http_request_ctx(r) != &q->job)
		question_free(&q->job);
}

static void
ask(struct question *q)
{
	int err = link_send(&q->call, q->type, 0, q->body, q->body_n, NULL, 0);

	q->is_sent = err == 0;
	if (err == 0 || err == ERR_AGAIN)
		return;
	link_end(&q->call, false);
	http_problem_err(q->job.request, err);
}

static void
on_ready(struct link_call *c)
{
	struct question *q = c->ctx;

	if (!q->is_sent)
		ask(q);
}

static int
read_state(const struct wire_message *m, struct put_upload *u)
{
	struct cursor c;

	cursor_init(&c, m->body, m->n);
	u->size = cursor_u64(&c);
	u->head_n = cursor_u64(&c);
	u->chunks = cursor_u64(&c);
	u->is_letter = cursor_u8(&c) != 0;
	cursor_copy(&c, u->once, sizeof(u->once));
	if (u->head_n > u->size ||
	    u->chunks > (u->size - u->head_n) / AGE_CHUNK_SEALED + 1)
		return ERR_FORMAT;
	return cursor_finish(&c);
}

static void
on_state(struct question *q)
{
	struct http_request *r = q->job.request;

	if (http_request_head(r)->method == HTTP_HEAD)
		answer_head(r, &q->upload);
	else
		answer_patch(q);
}

static void
on_answer(struct link_call *c, const struct wire_message *m)
{
	struct question *q = c->ctx;
	uint32_t detail;
	int err = ERR_IO;

	link_end(c, false);
	if (m->type == WIRE_DATA && q->type == WIRE_UPLOAD_NEW &&
	    m->n == PUT_ID_SIZE)
		answer_created(q, m->body);
	else if (m->type == WIRE_DATA && q->type == WIRE_UPLOAD_ASK &&
		 (err = read_state(m, &q->upload)) == 0)
		on_state(q);
	else if (m->type == WIRE_DONE && q->type == WIRE_UPLOAD_END)
		answer(q->job.request, 204, NULL, 0);
	else {
		if (m->type == WIRE_FAIL)
			(void)wire_fail_read(m, &err, &detail);
		http_problem_err(q->job.request, err);
	}
}

/* The answer comes when keep's does. */
static void
question_end(struct job *j)
{
	struct question *q = (struct question *)j;

	if (!http_request_is_answered(q->job.request))
		http_request_pause(q->job.request);
}

static const struct job_kind question_kind = { .end = question_end,
	.free = question_free };

/* Asks keep and waits; nothing of the body is read before it has answered. */
static void
start_question(struct http_request *r, struct link *l, enum wire_type type,
    const void *body, size_t n, const struct put_upload *upload,
    const char *prefix)
{
	struct question *q;
	int err;

	if ((q = mem_new(1, sizeof(*q))) == NULL) {
		http_problem_err(r, ERR_NOMEM);
		return;
	}
	q->link = l;
	q->type = type;
	must(n <= sizeof(q->body));
	memcpy(q->body, body, n);
	q->body_n = n;
	q->upload = *upload;
	snprintf(q->prefix, sizeof(q->prefix), "%s", prefix);
	q->call = (struct link_call){
		.ready = on_ready, .answer = on_answer, .ctx = q
	};
	if ((err = link_begin(l, &q->call)) != 0) {
		http_problem_err(r, err);
		mem_free(q);
		return;
	}
	job_start(&q->job, &question_kind, r);
	ask(q);
	if (type == WIRE_UPLOAD_ASK && !http_request_is_answered(r))
		http_request_pause(r);
}

static void
create(struct http_request *r, struct link *l, const struct masthead *card,
    const char *prefix)
{
	const struct http_head *h = http_request_head(r);
	static const struct put_upload none;
	uint8_t body[8 + 16];
	struct text value;
	uint64_t size;

	if (h->content_length > 0)
		http_problem(r, 400, "An upload is created without a body.");
	else if (http_head_find(h, "upload-length", &value) != 0 ||
		 text_to_u64(value, INT64_MAX, &size) != 0 || size == 0)
		http_problem(r, 400, "An Upload-Length is needed.");
	else if (size > card->letter_max)
		http_problem_err(r, ERR_LIMIT);
	else if (hex_read(h->idempotency_key, body + 8, 16) != 0)
		http_problem(r, 400,
		    "An Idempotency-Key of 32 hexadecimal digits is needed.");
	else {
		u64_write(body, size);
		start_question(
		    r, l, WIRE_UPLOAD_NEW, body, sizeof(body), &none, prefix);
	}
}

static bool
is_version_right(const struct http_head *h)
{
	struct text value;

	return http_head_find(h, "tus-resumable", &value) == 0 &&
	       text_is(value, VERSION);
}

void
upload_start(struct http_request *r, struct link *l,
    const struct masthead *card, const char *prefix, struct text rest)
{
	const struct http_head *h = http_request_head(r);
	struct put_upload u = { 0 };
	bool is_one = rest.n > 0;

	if (is_one && (rest.p[0] != '/' ||
			  hex_read((struct text){ rest.p + 1, rest.n - 1 },
			      u.id, sizeof(u.id)) != 0)) {
		http_problem_err(r, ERR_NOT_FOUND);
	} else if (h->method == HTTP_OPTIONS) {
		answer_options(r, card);
	} else if (!is_version_right(h)) {
		http_problem(r, 412, "Tus-Resumable must be 1.0.0.");
	} else if (!is_one && h->method == HTTP_POST) {
		create(r, l, card, prefix);
	} else if (is_one && h->method == HTTP_DELETE) {
		start_question(
		    r, l, WIRE_UPLOAD_END, u.id, sizeof(u.id), &u, prefix);
	} else if (is_one && h->method == HTTP_HEAD) {
		start_question(
		    r, l, WIRE_UPLOAD_ASK, u.id, sizeof(u.id), &u, prefix);
	} else if (!is_one || h->method != HTTP_PATCH) {
		http_problem_method(r, METHODS);
	} else if (!http_head_is_type(h, PATCH_TYPE)) {
		http_problem(r, 415, "An upload continues as " PATCH_TYPE ".");
	} else {
		start_question(
		    r, l, WIRE_UPLOAD_ASK, u.id, sizeof(u.id), &u, prefix);
	}
}
