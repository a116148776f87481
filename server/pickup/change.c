#include "pickup/change.h"

#include <string.h>

#include "base/day.h"
#include "base/err.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/secret.h"
#include "board/edition.h"
#include "http/problem.h"
#include "relay/job.h"

#define DELETE_BODY_MAX (128 * 1024)
#define DELETE_MAX 4000 /* letters in one request */
#define FRAME_MAX (4 + MASTHEAD_MAX + MINISIG_MAX)
#define PIECE_MAX (128 * 1024)

struct change;

struct change_kind {
	size_t max; /* bytes of the body */
	enum wire_type type;
	/* Checks the body and appends what keep is told. */
	int (*read)(
	    const struct station *s, struct text body, struct buf *message);
	/* keep did it; may be NULL. */
	void (*done)(struct station *s, struct text body);
};

struct change {
	struct job job;
	struct link_call call;
	struct station *station;
	const struct change_kind *kind;
	bool is_hashed;
	uint8_t expected[HASH_SIZE];
	struct buf body;
	struct buf message;
	size_t sent;
};

static void
fail(struct change *c, int err, uint32_t detail)
{
	link_end(&c->call, false);
	if (err == ERR_CONFLICT && c->kind == &change_board)
		http_problem_with(c->job.request, 409,
		    "Another edition is the next one.", "next", detail);
	else
		http_problem_err(c->job.request, err);
}

/* Sends what is left of the message, in as many pieces as it takes. */
static void
send_message(struct change *c)
{
	size_t piece;
	int err = 0;

	while (c->sent < c->message.n && err == 0) {
		piece = c->message.n - c->sent;
		piece = piece < PIECE_MAX ? piece : PIECE_MAX;
		if (c->kind != &change_board)
			piece = c->message.n;
		err = link_send(&c->call, c->kind->type,
		    c->sent + piece < c->message.n ? WIRE_MORE : 0,
		    c->message.p + c->sent, piece, NULL, 0);
		if (err == 0)
			c->sent += piece;
	}
	if (err != 0 && err != ERR_AGAIN)
		fail(c, err, 0);
}

static void
on_ready(struct link_call *call)
{
	send_message(call->ctx);
}

static void
on_answer(struct link_call *call, const struct wire_message *m)
{
	struct change *c = call->ctx;
	uint32_t detail = 0;
	int err = ERR_IO;

	if (m->type != WIRE_DONE || c->sent < c->message.n) {
		if (m->type == WIRE_FAIL)
			(void)wire_fail_read(m, &err, &detail);
		fail(c, err, detail);
		return;
	}
	link_end(call, false);
	if (c->kind->done != NULL)
		c->kind->done(c->station, buf_text(&c->body));
	http_reply(c->job.request, 200, "application/json", "{}", 2);
}

static size_t
change_body(struct job *j, const uint8_t *p, size_t n)
{
	struct change *c = (struct change *)j;

	buf_put(&c->body, p, n);
	if (buf_finish(&c->body) != 0)
		fail(c, buf_finish(&c->body), 0);
	return n;
}

static void
change_end(struct job *j)
{
	struct change *c = (struct change *)j;
	uint8_t hash[HASH_SIZE];
	int err = 0;

	hash_once(hash, c->body.p, c->body.n);
	if (c->is_hashed && !secret_is_equal(hash, c->expected, sizeof(hash)))
		err = ERR_DIGEST;
	if (err == 0)
		err =
		    c->kind->read(c->station, buf_text(&c->body), &c->message);
	if (err == 0)
		err = buf_finish(&c->message);
	if (err != 0) {
		fail(c, err, 0);
		return;
	}
	send_message(c);
	if (!http_request_is_answered(j->request))
		http_request_pause(j->request);
}

static void
change_free(struct job *j)
{
	struct change *c = (struct change *)j;

	link_end(&c->call, false);
	buf_fini(&c->body);
	buf_fini(&c->message);
	mem_free(c);
}

static const struct job_kind job = {
	.body = change_body, .end = change_end, .free = change_free
};

void
change_start(struct station *s, struct http_request *r,
    const struct change_kind *kind, const uint8_t *body_hash)
{
	struct change *c;
	int err;

	if (http_request_head(r)->content_length > kind->max) {
		http_problem_err(r, ERR_LIMIT);
		return;
	}
	if ((c = mem_new(1, sizeof(*c))) == NULL) {
		http_problem_err(r, ERR_NOMEM);
		return;
	}
	c->station = s;
	c->kind = kind;
	buf_init(&c->body, kind->max);
	buf_init(&c->message, kind->max + 8);
	c->call = (struct link_call){
		.ready = on_ready, .answer = on_answer, .ctx = c
	};
	if ((err = link_begin(s->link, &c->call)) != 0) {
		http_problem_err(r, err);
		change_free(&c->job);
		return;
	}
	if (body_hash != NULL) {
		c->is_hashed = true;
		memcpy(c->expected, body_hash, sizeof(c->expected));
	}
	job_start(&c->job, &job, r);
}

static int
put_numbers(struct buf *message, const json_t *list)
{
	const json_t *item;
	size_t i;

	json_array_foreach (list, i, item) {
		if (!json_is_integer(item) || json_integer_value(item) <= 0)
			return ERR_FORMAT;
		buf_put_u64(message, (uint64_t)json_integer_value(item));
	}
	return 0;
}

static int
read_delete(const struct station *s, struct text body, struct buf *message)
{
	json_t *root = NULL, *deletes = NULL, *restores = NULL;
	int err;

	(void)s;
	if ((err = json_read(body, DELETE_BODY_MAX, &root)) != 0)
		return err;
	if (json_has(root, "delete"))
		err = json_list(root, "delete", DELETE_MAX, &deletes);
	if (err == 0 && json_has(root, "restore"))
		err = json_list(root, "restore", DELETE_MAX, &restores);
	if (err == 0 &&
	    json_array_size(deletes) + json_array_size(restores) > DELETE_MAX)
		err = ERR_LIMIT;
	if (err == 0) {
		buf_put_u32(message, (uint32_t)json_array_size(deletes));
		buf_put_u32(message, (uint32_t)json_array_size(restores));
		err = put_numbers(message, deletes);
	}
	if (err == 0)
		err = put_numbers(message, restores);
	json_decref(root);
	return err;
}

static int
read_board(const struct station *s, struct text body, struct buf *message)
{
	struct board_post post;
	int err;

	(void)s;
	err = board_post_read((const uint8_t *)body.p, body.n, &post);
	if (err == 0)
		buf_put_text(message, body);
	return err;
}

static int
read_stories(const struct station *s, struct text body, struct buf *message)
{
	struct stories *stories = NULL;
	int err;

	(void)s;
	if ((err = stories_read(body, &stories)) == 0)
		buf_put_text(message, body);
	stories_free(&stories);
	return err;
}

static int
read_masthead(const struct station *s, struct text body, struct buf *message)
{
	const struct place *p = &s->place;
	struct masthead *card = NULL;
	struct text json, minisig;
	int err;

	if ((err = masthead_frame_read(body, &json, &minisig)) != 0 ||
	    (err = masthead_read(
		 json, minisig, &p->pin, p->newsroom, s->day, &card)) != 0)
		return err;
	if (p->card != NULL && card->serial <= p->card->serial)
		err = ERR_SERIAL;
	buf_put_u64(message, card->serial);
	buf_put_text(message, body);
	masthead_free(&card);
	return err;
}

/* keep tells it too, perhaps only after the client's next request. */
static void
take_masthead(struct station *s, struct text body)
{
	const struct wire_message m = { .type = WIRE_CARD,
		.body = (const uint8_t *)body.p,
		.n = body.n,
		.fd = -1 };

	place_take(&s->place, &m);
}

const struct change_kind change_delete = { DELETE_BODY_MAX, WIRE_INBOX_DELETE,
	read_delete, NULL };
const struct change_kind change_board = { BOARD_POST_MAX, WIRE_BOARD_POST,
	read_board, NULL };
const struct change_kind change_stories = { STORIES_MAX, WIRE_STORIES_PUT,
	read_stories, NULL };
const struct change_kind change_masthead = { FRAME_MAX, WIRE_CARD_PUT,
	read_masthead, take_masthead };
