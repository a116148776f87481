#include "relay/stream.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "http/problem.h"
#include "relay/job.h"

#define FIELD_MAX 96

struct stream {
	struct job job;
	struct link_call call;
	const struct stream_source *source;
	struct stream_what what;
	bool is_ranged;
	bool is_known; /* the size is, and the answer under way */
	bool is_asked;
	uint64_t first;    /* of the answer's bytes in all there are */
	uint64_t piece_at; /* where the piece stands */
	struct buf piece;
};

const struct stream_what *
stream_what(const struct stream *s)
{
	return &s->what;
}

static void
fail(struct stream *s, int err)
{
	link_end(&s->call, false);
	if (s->is_known)
		http_request_abort(s->job.request);
	else
		http_problem_err(s->job.request, err);
}

/* Asks for the piece at what.offset; waits in line when it must. */
static void
ask(struct stream *s)
{
	int err = s->source->ask(&s->call, s);

	s->is_asked = err == 0;
	if (err != 0 && err != ERR_AGAIN)
		fail(s, err);
}

static void
on_ready(struct link_call *c)
{
	ask(c->ctx);
}

static int
pull(struct http_request *r, uint64_t offset, uint8_t *out, size_t n,
    size_t *ret_n)
{
	struct stream *s = http_request_ctx(r);
	uint64_t at = s->first + offset;
	size_t skip;

	if (!link_is_open(&s->call))
		return ERR_CLOSED;
	if (at < s->piece_at || at - s->piece_at >= s->piece.n) {
		s->what.offset = at;
		http_request_pause(r);
		ask(s);
		return link_is_open(&s->call) ? 0 : ERR_CLOSED;
	}
	skip = (size_t)(at - s->piece_at);
	n = n < s->piece.n - skip ? n : s->piece.n - skip;
	memcpy(out, s->piece.p + skip, n);
	*ret_n = n;
	return 0;
}

static int
begin_answer(struct stream *s, unsigned status, uint64_t total)
{
	struct http_answer *a;
	char field[FIELD_MAX];
	int err;

	err = http_answer_new_pull(
	    status, STREAM_TYPE, s->what.end - s->first, pull, &a);
	if (err != 0)
		return err;
	snprintf(field, sizeof(field), "bytes %" PRIu64 "-%" PRIu64 "/%" PRIu64,
	    s->first, s->what.end - 1, total);
	if (status == 206)
		err = http_answer_set(a, "Content-Range", field);
	if (err == 0) {
		s->is_known = true;
		http_answer(s->job.request, a);
	}
	http_answer_free(&a);
	return err;
}

static int
answer_unsatisfied(struct stream *s, uint64_t total)
{
	struct http_answer *a;
	char field[FIELD_MAX];
	int err;

	if ((err = http_answer_new(416, NULL, "", 0, HTTP_BORROW, &a)) != 0)
		return err;
	snprintf(field, sizeof(field), "bytes */%" PRIu64, total);
	if ((err = http_answer_set(a, "Content-Range", field)) == 0)
		http_answer(s->job.request, a);
	http_answer_free(&a);
	return err;
}

/* With the first piece comes the size of the whole, and so the answer's. */
static int
decide(struct stream *s, uint64_t total)
{
	const struct http_head *h = http_request_head(s->job.request);
	uint64_t first = 0, last = 0;
	int err = ERR_NOT_FOUND;

	if (s->is_ranged)
		err = http_range_read(h->range, total, &first, &last);
	if (err == ERR_LIMIT)
		return answer_unsatisfied(s, total);
	s->first = first;
	s->what.end = err == 0 ? last + 1 : total;
	return begin_answer(s, err == 0 ? 206 : 200, total);
}

static int
take_piece(struct stream *s, const struct wire_message *m)
{
	struct text bytes;
	uint64_t total;
	int err;

	if ((err = s->source->find(s, m, &bytes, &total)) != 0)
		return err;
	buf_clear(&s->piece);
	buf_put(&s->piece, bytes.p, bytes.n);
	if ((err = buf_finish(&s->piece)) != 0)
		return err;
	s->piece_at = s->what.offset;
	if (!s->is_known)
		return decide(s, total);
	if (bytes.n == 0)
		return ERR_TRUNCATED;
	http_request_resume(s->job.request);
	return 0;
}

static void
on_answer(struct link_call *c, const struct wire_message *m)
{
	struct stream *s = c->ctx;
	uint32_t detail;
	int err = ERR_IO;

	if (m->type == WIRE_DATA && s->is_asked)
		err = take_piece(s, m);
	else if (m->type == WIRE_FAIL)
		(void)wire_fail_read(m, &err, &detail);
	s->is_asked = false;
	if (err != 0)
		fail(s, err);
}

static void
stream_end(struct job *j)
{
	/* The first piece is on its way, and the answer with it. */
	http_request_pause(j->request);
}

static void
stream_free(struct job *j)
{
	struct stream *s = (struct stream *)j;

	link_end(&s->call, false);
	buf_fini(&s->piece);
	mem_free(s);
}

static const struct job_kind stream_kind = { .end = stream_end,
	.free = stream_free };

void
stream_start(struct http_request *r, struct link *l,
    const struct stream_source *source, uint64_t number, uint64_t total,
    bool is_ranged)
{
	const struct http_head *h = http_request_head(r);
	uint64_t first, last;
	struct stream *s;
	int err;

	if ((s = mem_new(1, sizeof(*s))) == NULL) {
		http_problem_err(r, ERR_NOMEM);
		return;
	}
	buf_init(&s->piece, WIRE_BODY_MAX);
	s->source = source;
	s->is_ranged = is_ranged;
	s->what.number = number;
	s->what.total = total;
	s->what.end = UINT64_MAX;
	s->call = (struct link_call){
		.ready = on_ready, .answer = on_answer, .ctx = s
	};
	if ((err = link_begin(l, &s->call)) != 0) {
		http_problem_err(r, err);
		stream_free(&s->job);
		return;
	}
	/* A good guess saves a question: begin where the reader will. */
	if (is_ranged && !text_has_prefix(h->range, "bytes=-") &&
	    http_range_read(h->range, INT64_MAX, &first, &last) == 0) {
		s->what.offset = first;
		s->what.end = last + 1;
	}
	job_start(&s->job, &stream_kind, r);
	ask(s);
}
