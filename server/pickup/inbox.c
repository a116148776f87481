#include "pickup/inbox.h"

#include <inttypes.h>

#include "base/day.h"
#include "base/err.h"
#include "base/mem.h"
#include "http/problem.h"
#include "relay/job.h"
#include "relay/stream.h"

#define LIST_TEXT_MAX (512 * 1024)
#define READ_PIECE (64 * 1024)
#define LEAF_SIZE 32
#define LEAVES_HEAD (2 * LEAF_SIZE) /* H(head), H(chunk 0) */

struct list {
	struct job job;
	struct link_call call;
	uint64_t after;
};

static void
fail(struct list *l, int err)
{
	link_end(&l->call, false);
	http_problem_err(l->job.request, err);
}

static void
ask(struct list *l)
{
	uint8_t after[8];
	int err;

	u64_write(after, l->after);
	err = link_send(
	    &l->call, WIRE_INBOX_LIST, 0, after, sizeof(after), NULL, 0);
	if (err != 0 && err != ERR_AGAIN)
		fail(l, err);
}

static void
on_ready(struct link_call *c)
{
	ask(c->ctx);
}

static const char *
state_text(uint8_t state)
{
	if ((state & WIRE_ENTRY_GONE) != 0)
		return "gone";
	return (state & WIRE_ENTRY_DELETED) != 0 ? "deleted" : "whole";
}

static void
entry_put(struct buf *b, const struct wire_entry *e)
{
	char day[DAY_TEXT_SIZE + 1];

	day_write(day, e->day);
	buf_putf(b,
	    "{\"seq\":%" PRIu64 ",\"type\":%u,\"day\":\"%s\",\"size\":%" PRIu64
	    ",\"state\":\"%s\",\"digest\":\"",
	    e->seq, e->type, day, e->size, state_text(e->state));
	buf_put_hex(b, e->digest, sizeof(e->digest));
	buf_puts(b, "\",\"link\":\"");
	buf_put_hex(b, e->link, sizeof(e->link));
	buf_puts(b, "\"}");
}

static int
list_put(struct buf *b, const struct wire_message *m, uint64_t after)
{
	struct wire_entry e;
	struct cursor c;
	int err;

	buf_puts(b, "{\"entries\":[");
	cursor_init(&c, m->body, m->n);
	for (size_t i = 0; c.n > 0 && i < WIRE_ENTRIES_AT_ONCE; i++) {
		if ((err = wire_entry_read(&c, &e)) != 0)
			return err;
		buf_puts(b, i > 0 ? ",\n" : "\n");
		entry_put(b, &e);
		after = e.seq;
	}
	buf_putf(b, "],\"next\":%" PRIu64 "}\n", after);
	return buf_finish(b);
}

static void
on_answer(struct link_call *c, const struct wire_message *m)
{
	struct list *l = c->ctx;
	uint32_t detail;
	struct buf b;
	int err = ERR_IO;

	buf_init(&b, LIST_TEXT_MAX);
	if (m->type == WIRE_FAIL)
		(void)wire_fail_read(m, &err, &detail);
	else if (m->type == WIRE_DATA && list_put(&b, m, l->after) == 0)
		err = 0;
	if (err != 0) {
		fail(l, err);
	} else {
		link_end(c, false);
		http_reply(l->job.request, 200, "application/json", b.p, b.n);
	}
	buf_fini(&b);
}

static void
list_end(struct job *j)
{
	http_request_pause(j->request);
}

static void
list_free(struct job *j)
{
	struct list *l = (struct list *)j;

	link_end(&l->call, false);
	mem_free(l);
}

static const struct job_kind list_kind = { .end = list_end, .free = list_free };

void
inbox_list(struct station *s, struct http_request *r)
{
	const struct http_head *h = http_request_head(r);
	struct text value;
	uint64_t after = 0;
	struct list *l;
	int err;

	if (http_query_find(h->query, "after", &value) == 0 &&
	    text_to_u64(value, INT64_MAX, &after) != 0) {
		http_problem_err(r, ERR_FORMAT);
		return;
	}
	if ((l = mem_new(1, sizeof(*l))) == NULL) {
		http_problem_err(r, ERR_NOMEM);
		return;
	}
	l->after = after;
	l->call = (struct link_call){
		.ready = on_ready, .answer = on_answer, .ctx = l
	};
	if ((err = link_begin(s->link, &l->call)) != 0) {
		http_problem_err(r, err);
		list_free(&l->job);
		return;
	}
	job_start(&l->job, &list_kind, r);
	ask(l);
}

static int
entry_ask(struct link_call *c, const struct stream *s)
{
	const struct stream_what *w = stream_what(s);
	uint64_t n = w->end - w->offset;
	uint8_t body[20];

	u64_write(body, w->number);
	u64_write(body + 8, w->offset);
	u32_write(body + 16, n < READ_PIECE ? (uint32_t)n : READ_PIECE);
	return link_send(c, WIRE_INBOX_READ, 0, body, sizeof(body), NULL, 0);
}

static int
entry_find(const struct stream *s, const struct wire_message *m,
    struct text *ret_bytes, uint64_t *ret_total)
{
	struct cursor c;

	(void)s;
	cursor_init(&c, m->body, m->n);
	*ret_total = cursor_u64(&c);
	*ret_bytes = (struct text){ (const char *)c.p, c.n };
	return c.err;
}

static const struct stream_source entry_source = { entry_ask, entry_find };

void
inbox_read(struct station *s, struct http_request *r, uint64_t seq)
{
	stream_start(r, s->link, &entry_source, seq, 0, true);
}

/* Of the answer's bytes: two hashes, then leaves. A piece always ends behind a
 * whole leaf. */
static int
leaves_ask(struct link_call *c, const struct stream *s)
{
	const struct stream_what *w = stream_what(s);
	uint64_t first = 0;
	uint8_t body[16];

	if (w->offset > LEAVES_HEAD)
		first = (w->offset - LEAVES_HEAD) / LEAF_SIZE;
	u64_write(body, w->number);
	u64_write(body + 8, first);
	return link_send(c, WIRE_INBOX_LEAVES, 0, body, sizeof(body), NULL, 0);
}

static int
leaves_find(const struct stream *s, const struct wire_message *m,
    struct text *ret_bytes, uint64_t *ret_total)
{
	uint64_t leaves;
	struct cursor c;

	cursor_init(&c, m->body, m->n);
	leaves = cursor_u64(&c);
	if (stream_what(s)->offset > 0)
		cursor_take(&c, LEAVES_HEAD);
	if (c.err != 0 || c.n % LEAF_SIZE != 0 || leaves > UINT32_MAX)
		return ERR_IO;
	*ret_total = LEAVES_HEAD + leaves * LEAF_SIZE;
	*ret_bytes = (struct text){ (const char *)c.p, c.n };
	return 0;
}

static const struct stream_source leaves_source = { leaves_ask, leaves_find };

void
inbox_leaves(struct station *s, struct http_request *r, uint64_t seq)
{
	stream_start(r, s->link, &leaves_source, seq, 0, false);
}
