/*
 * Many entries in one answer: the list says which, then each comes as its
 * number, its size and its bytes, pulled from keep as the reader takes them.
 */
#include "pickup/many.h"

#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "http/problem.h"
#include "relay/job.h"
#include "relay/stream.h"

#define ENTRIES_MAX 256
#define ENTRY_MAX (1024 * 1024) /* larger ones are asked for alone */
#define BYTES_MAX (4 * 1024 * 1024)
#define READ_PIECE (64 * 1024)
#define HEAD_SIZE 16 /* u64 seq, u64 size */

struct many {
	struct job job;
	struct link_call call;
	uint64_t after, end; /* entries between them, end included */
	bool is_known;       /* which they are, and the answer under way */
	struct part {
		uint64_t seq, size;
		uint64_t at; /* of its head in the answer */
	} parts[ENTRIES_MAX];
	size_t n, reading; /* of parts; the one the piece is of */
	uint64_t total;
	uint64_t piece_at, asked_at; /* in its bytes */
	struct buf piece;
};

static void
fail(struct many *m, int err)
{
	link_end(&m->call, false);
	if (m->is_known)
		http_request_abort(m->job.request);
	else
		http_problem_err(m->job.request, err);
}

static int
send_list(struct many *m)
{
	uint8_t after[8];

	u64_write(after, m->after);
	return link_send(
	    &m->call, WIRE_INBOX_LIST, 0, after, sizeof(after), NULL, 0);
}

static int
send_read(struct many *m)
{
	const struct part *p = &m->parts[m->reading];
	uint64_t n = p->size - m->asked_at;
	uint8_t body[20];

	u64_write(body, p->seq);
	u64_write(body + 8, m->asked_at);
	u32_write(body + 16, n < READ_PIECE ? (uint32_t)n : READ_PIECE);
	return link_send(
	    &m->call, WIRE_INBOX_READ, 0, body, sizeof(body), NULL, 0);
}

/* Waits in line when it must. */
static void
ask(struct many *m)
{
	int err = m->is_known ? send_read(m) : send_list(m);

	if (err != 0 && err != ERR_AGAIN)
		fail(m, err);
}

static void
on_ready(struct link_call *c)
{
	ask(c->ctx);
}

/* The part in which byte `at` of the answer stands. They are read in order. */
static size_t
find_part(const struct many *m, uint64_t at)
{
	size_t i = m->reading;

	if (m->parts[i].at > at)
		i = 0;
	while (i + 1 < m->n && m->parts[i + 1].at <= at)
		i++;
	return i;
}

static size_t
copy(uint8_t *out, size_t n, const uint8_t *from, size_t from_n)
{
	n = n < from_n ? n : from_n;
	memcpy(out, from, n);
	return n;
}

static int
pull(struct http_request *r, uint64_t offset, uint8_t *out, size_t n,
    size_t *ret_n)
{
	struct many *m = http_request_ctx(r);
	size_t i = find_part(m, offset);
	const struct part *p = &m->parts[i];
	uint64_t at = offset - p->at;
	uint8_t head[HEAD_SIZE];

	if (!link_is_open(&m->call))
		return ERR_CLOSED;
	if (at < HEAD_SIZE) {
		u64_write(head, p->seq);
		u64_write(head + 8, p->size);
		*ret_n = copy(out, n, head + at, HEAD_SIZE - (size_t)at);
		return 0;
	}
	at -= HEAD_SIZE;
	if (i == m->reading && at >= m->piece_at &&
	    at - m->piece_at < m->piece.n) {
		at -= m->piece_at;
		*ret_n = copy(out, n, m->piece.p + at, m->piece.n - (size_t)at);
		return 0;
	}
	m->reading = i;
	m->asked_at = at;
	buf_clear(&m->piece);
	http_request_pause(r);
	ask(m);
	return link_is_open(&m->call) ? 0 : ERR_CLOSED;
}

/* True when there is no place for more. */
static bool
add(struct many *m, const struct wire_entry *e)
{
	if ((e->state & WIRE_ENTRY_GONE) != 0 || e->size == 0 ||
	    e->size > ENTRY_MAX)
		return false;
	if (m->n == ENTRIES_MAX || m->total + HEAD_SIZE + e->size > BYTES_MAX)
		return true;
	m->parts[m->n++] =
	    (struct part){ .seq = e->seq, .size = e->size, .at = m->total };
	m->total += HEAD_SIZE + e->size;
	return false;
}

static int
begin_answer(struct many *m)
{
	struct http_answer *a;
	int err;

	if (m->n == 0) {
		link_end(&m->call, false);
		http_reply(m->job.request, 200, STREAM_TYPE, "", 0);
		return 0;
	}
	if ((err = http_answer_new_pull(
		 200, STREAM_TYPE, m->total, pull, &a)) != 0)
		return err;
	m->is_known = true;
	http_answer(m->job.request, a);
	http_answer_free(&a);
	return 0;
}

static int
take_list(struct many *m, const struct wire_message *msg)
{
	struct wire_entry e;
	struct cursor c;
	int err;

	cursor_init(&c, msg->body, msg->n);
	while (c.n > 0) {
		if ((err = wire_entry_read(&c, &e)) != 0)
			return err;
		if (e.seq > m->end || add(m, &e))
			break;
	}
	return begin_answer(m);
}

/* What was listed is read as long as it is what was listed. */
static int
take_piece(struct many *m, const struct wire_message *msg)
{
	const struct part *p = &m->parts[m->reading];
	struct cursor c;
	int err;

	cursor_init(&c, msg->body, msg->n);
	if (cursor_u64(&c) != p->size || c.err != 0 || c.n == 0 ||
	    c.n > p->size - m->asked_at)
		return ERR_IO;
	buf_put(&m->piece, c.p, c.n);
	if ((err = buf_finish(&m->piece)) != 0)
		return err;
	m->piece_at = m->asked_at;
	http_request_resume(m->job.request);
	return 0;
}

static void
on_answer(struct link_call *c, const struct wire_message *msg)
{
	struct many *m = c->ctx;
	uint32_t detail;
	int err = ERR_IO;

	if (msg->type == WIRE_DATA)
		err = m->is_known ? take_piece(m, msg) : take_list(m, msg);
	else if (msg->type == WIRE_FAIL)
		(void)wire_fail_read(msg, &err, &detail);
	if (err != 0)
		fail(m, err);
}

static void
many_end(struct job *j)
{
	http_request_pause(j->request);
}

static void
many_free(struct job *j)
{
	struct many *m = (struct many *)j;

	link_end(&m->call, false);
	buf_fini(&m->piece);
	mem_free(m);
}

static const struct job_kind many_kind = { .end = many_end, .free = many_free };

static int
read_query(const struct http_head *h, struct many *m)
{
	struct text value;
	uint64_t most = ENTRIES_MAX;

	if ((http_query_find(h->query, "after", &value) == 0 &&
		text_to_u64(value, INT64_MAX, &m->after) != 0) ||
	    (http_query_find(h->query, "most", &value) == 0 &&
		text_to_u64(value, INT64_MAX, &most) != 0))
		return ERR_FORMAT;
	m->end = m->after + most;
	return 0;
}

void
inbox_many(struct station *s, struct http_request *r)
{
	struct many *m;
	int err;

	if ((m = mem_new(1, sizeof(*m))) == NULL) {
		http_problem_err(r, ERR_NOMEM);
		return;
	}
	buf_init(&m->piece, WIRE_BODY_MAX);
	m->call = (struct link_call){
		.ready = on_ready, .answer = on_answer, .ctx = m
	};
	if ((err = read_query(http_request_head(r), m)) != 0 ||
	    (err = link_begin(s->link, &m->call)) != 0) {
		http_problem_err(r, err);
		many_free(&m->job);
		return;
	}
	job_start(&m->job, &many_kind, r);
	ask(m);
}
