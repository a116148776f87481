#include "relay/board.h"

#include "base/err.h"
#include "base/mem.h"
#include "http/problem.h"
#include "relay/job.h"
#include "relay/stream.h"

#define TRIES_MAX 3
#define INDEX_PATH "/v1/board/index"
#define SLOTS_PATH "/v1/board/"
#define PART_SIZE 8

/* A request that waits for the index. */
struct waiter {
	struct job job;
	struct board *board;
	uint32_t number; /* wants the slots of this edition; 0: the index */
	uint32_t after;  /* of the index: behind this edition */
	struct waiter *next, *previous;
};

struct board {
	struct link *link;
	struct link_call call;
	struct waiter *first;
	struct http_answer *answer; /* NULL: not known */
	bool is_loading;
	bool is_stale;  /* forgotten while it was loading */
	bool has_after; /* the index is cut for those who ask */
	unsigned tries;
	uint32_t wanted, newest; /* editions; wanted 0: the list is */
	struct buf bytes;
	uint32_t oldest; /* of the index */
	struct buf
	    parts; /* of each edition of the index: u32 slots, u32 start */
};

static void load(struct board *b);
static void answer(
    struct board *b, struct http_request *r, uint32_t number, uint32_t after);

int
board_new(struct link *l, struct board **ret_board)
{
	struct board *b;

	if ((b = mem_new(1, sizeof(*b))) == NULL)
		return ERR_NOMEM;
	b->link = l;
	buf_init(&b->parts, BOARD_EDITIONS_MAX * PART_SIZE);
	*ret_board = b;
	return 0;
}

void
board_cut(struct board *b)
{
	b->has_after = true;
}

void
board_free(struct board **board)
{
	struct board *b = *board;

	if (b == NULL)
		return;
	link_end(&b->call, false);
	http_answer_free(&b->answer);
	buf_fini(&b->bytes);
	buf_fini(&b->parts);
	mem_free(b);
	*board = NULL;
}

void
board_forget(struct board *b)
{
	b->is_stale = b->is_loading;
	http_answer_free(&b->answer);
}

static void
waiter_end(struct job *j)
{
	http_request_pause(j->request);
}

static void
waiter_free(struct job *j)
{
	struct waiter *w = (struct waiter *)j;

	if (w->previous != NULL)
		w->previous->next = w->next;
	else
		w->board->first = w->next;
	if (w->next != NULL)
		w->next->previous = w->previous;
	mem_free(w);
}

static const struct job_kind waiter_kind = { .end = waiter_end,
	.free = waiter_free };

/* Ends the load for all who wait. err 0: they get the answer. */
static void
tell(struct board *b, int err)
{
	struct waiter *w, *next;

	link_end(&b->call, false);
	if (err != 0 || !b->has_after)
		buf_fini(&b->bytes);
	b->is_loading = false;
	for (w = b->first; w != NULL; w = next) {
		struct http_request *r = w->job.request;
		uint32_t number = w->number, after = w->after;

		next = w->next;
		if (err == 0) {
			waiter_free(&w->job);
			http_request_set_ctx(r, NULL);
			answer(b, r, number, after);
		} else {
			http_problem_err(r, err);
		}
	}
	if (b->is_stale)
		http_answer_free(&b->answer);
	b->is_stale = false;
}

/* Asks for the list, or for the edition that comes next. */
static void
ask(struct board *b)
{
	uint8_t number[4];
	int err;

	u32_write(number, b->wanted);
	if (b->wanted == 0)
		err = link_send(&b->call, WIRE_BOARD_LIST, 0, NULL, 0, NULL, 0);
	else
		err = link_send(&b->call, WIRE_BOARD_INDEX, 0, number,
		    sizeof(number), NULL, 0);
	if (err != 0 && err != ERR_AGAIN)
		tell(b, err);
}

static void
on_ready(struct link_call *c)
{
	ask(c->ctx);
}

/* How many slots each edition has, by its head, and where it starts. */
static int
find_parts(struct board *b)
{
	struct edition_head head;
	struct cursor c;
	uint32_t number = b->oldest, start;
	int err;

	buf_clear(&b->parts);
	cursor_init(&c, b->bytes.p, b->bytes.n);
	while (c.n > 0) {
		start = (uint32_t)(b->bytes.n - c.n);
		if ((err = edition_head_read(&c, &head)) != 0)
			return err;
		if (head.number != number++ || head.slots > EDITION_SLOTS_MAX ||
		    head.strips > EDITION_SLOTS_MAX)
			return ERR_IO;
		cursor_take(&c, (size_t)head.strips * STRIP_ENTRY_SIZE);
		cursor_take(&c, (size_t)head.slots * SLOT_INDEX_SIZE);
		buf_put_u32(&b->parts, head.slots);
		buf_put_u32(&b->parts, start);
	}
	if (c.err != 0 || (b->oldest != 0 && number != b->newest + 1))
		return ERR_IO;
	return buf_finish(&b->parts);
}

static void
publish(struct board *b)
{
	int err = buf_finish(&b->bytes);

	if (err == 0 && find_parts(b) != 0)
		err = ERR_IO;
	if (err == 0)
		err = http_answer_new(200, STREAM_TYPE, b->bytes.p, b->bytes.n,
		    HTTP_COPY, &b->answer);
	tell(b, err);
}

static void
take_list(struct board *b, const struct wire_message *m)
{
	struct cursor c;

	cursor_init(&c, m->body, m->n);
	b->oldest = cursor_u32(&c);
	b->newest = cursor_u32(&c);
	if (cursor_finish(&c) != 0 || b->oldest > b->newest ||
	    (b->oldest == 0) != (b->newest == 0)) {
		tell(b, ERR_IO);
		return;
	}
	if (b->newest - b->oldest >= BOARD_EDITIONS_MAX)
		b->oldest = b->newest - BOARD_EDITIONS_MAX + 1;
	b->wanted = b->oldest;
	if (b->oldest == 0)
		publish(b);
	else
		ask(b);
}

static void
on_answer(struct link_call *c, const struct wire_message *m)
{
	struct board *b = c->ctx;
	uint32_t detail;
	int err = ERR_IO;

	if (m->type == WIRE_FAIL) {
		(void)wire_fail_read(m, &err, &detail);
		/* The oldest expired between two questions. */
		if (err == ERR_NOT_FOUND && ++b->tries < TRIES_MAX)
			load(b);
		else
			tell(b, err);
	} else if (m->type != WIRE_DATA) {
		tell(b, err);
	} else if (b->wanted == 0) {
		take_list(b, m);
	} else {
		buf_put(&b->bytes, m->body, m->n);
		if (b->wanted++ < b->newest)
			ask(b);
		else
			publish(b);
	}
}

static void
load(struct board *b)
{
	b->wanted = 0;
	buf_fini(&b->bytes);
	buf_init(&b->bytes, BOARD_INDEX_MAX);
	ask(b);
}

/* Puts r among those who wait, and sees that there is something to wait for. */
static void
wait_for_index(
    struct board *b, struct http_request *r, uint32_t number, uint32_t after)
{
	struct waiter *w;
	int err;

	if ((w = mem_new(1, sizeof(*w))) == NULL) {
		http_problem_err(r, ERR_NOMEM);
		return;
	}
	w->board = b;
	w->number = number;
	w->after = after;
	w->next = b->first;
	if (b->first != NULL)
		b->first->previous = w;
	b->first = w;
	job_start(&w->job, &waiter_kind, r);
	if (b->is_loading)
		return;
	b->call = (struct link_call){
		.ready = on_ready, .answer = on_answer, .ctx = b
	};
	b->is_loading = true;
	b->tries = 0;
	if ((err = link_begin(b->link, &b->call)) != 0)
		tell(b, err);
	else
		load(b);
}

static int
slots_ask(struct link_call *c, const struct stream *s)
{
	const struct stream_what *w = stream_what(s);
	uint8_t body[8];

	u32_write(body, (uint32_t)w->number);
	u32_write(body + 4, (uint32_t)w->offset);
	return link_send(c, WIRE_BOARD_SLOTS, 0, body, sizeof(body), NULL, 0);
}

static int
slots_find(const struct stream *s, const struct wire_message *m,
    struct text *ret_bytes, uint64_t *ret_total)
{
	*ret_bytes = (struct text){ (const char *)m->body, m->n };
	*ret_total = stream_what(s)->total;
	return 0;
}

static const struct stream_source slots_source = { .ask = slots_ask,
	.find = slots_find };

static void
answer_slots(struct board *b, struct http_request *r, uint32_t number)
{
	uint32_t slots;

	if (b->oldest == 0 || number < b->oldest || number > b->newest) {
		http_problem_err(r, ERR_NOT_FOUND);
		return;
	}
	slots = u32_read(b->parts.p + (number - b->oldest) * PART_SIZE);
	stream_start(r, b->link, &slots_source, number,
	    (uint64_t)slots * SLOT_SIZE, false);
}

/* What stands behind an edition; all of it, when that one has expired. */
static void
answer_after(struct board *b, struct http_request *r, uint32_t after)
{
	size_t start = 0;

	if (after >= b->newest)
		start = b->bytes.n;
	else if (after >= b->oldest)
		start = u32_read(
		    b->parts.p + (after + 1 - b->oldest) * PART_SIZE + 4);
	http_reply(r, 200, STREAM_TYPE, b->bytes.p + start, b->bytes.n - start);
}

static void
answer(struct board *b, struct http_request *r, uint32_t number, uint32_t after)
{
	if (number != 0)
		answer_slots(b, r, number);
	else if (after != 0 && b->has_after)
		answer_after(b, r, after);
	else
		http_answer(r, b->answer);
}

/* The edition that the reader has, of those who may say so. */
static int
read_after(
    const struct board *b, const struct http_request *r, uint32_t *ret_after)
{
	uint64_t after = 0;
	struct text value;
	int err;

	if (b->has_after) {
		err = http_query_find(
		    http_request_head(r)->query, "after", &value);
		if (err == 0)
			err = text_to_u64(value, UINT32_MAX, &after);
		if (err != 0 && err != ERR_NOT_FOUND)
			return ERR_FORMAT;
	}
	*ret_after = (uint32_t)after;
	return 0;
}

bool
board_answer(struct board *b, struct http_request *r, struct text path)
{
	bool is_index = text_is(path, INDEX_PATH);
	uint64_t number = 0;
	uint32_t after;

	if (!text_has_prefix(path, SLOTS_PATH))
		return false;
	path.p += sizeof(SLOTS_PATH) - 1;
	path.n -= sizeof(SLOTS_PATH) - 1;
	if (!is_index && (text_to_u64(path, UINT32_MAX, &number) != 0 ||
			     number == 0 || path.p[0] == '0'))
		http_problem_err(r, ERR_NOT_FOUND);
	else if (http_request_head(r)->method > HTTP_HEAD)
		http_problem_method(r, "GET, HEAD");
	else if (read_after(b, r, &after) != 0)
		http_problem_err(r, ERR_FORMAT);
	else if (b->answer == NULL)
		wait_for_index(b, r, (uint32_t)number, after);
	else
		answer(b, r, (uint32_t)number, after);
	return true;
}
