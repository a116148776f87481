#include "source/board_read.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/secret.h"

#define INDEX_MAX (64u << 20)
#define EDITIONS_MAX 4096

struct reading {
	struct board_read *board;
	struct http_client *client;
	const uint8_t *newsroom;
	const struct thread_keys *keys;
	struct http_call *call;
	/* the edition whose slots are here */
	const struct edition_view *edition;
	struct buf slots;
	/* editions with a slot of this thread, oldest first */
	uint32_t hits[EDITIONS_MAX];
	size_t hits_n;
};

static int
fetch_index(struct reading *r)
{
	*r->call =
	    (struct http_call){ .method = "GET", .path = "/v1/board/index" };
	return http_client_fetch(r->client, r->call, &r->board->index);
}

/* Every edition of the index follows the one before it. */
static int
walk(struct reading *r)
{
	struct board_read *b = r->board;
	struct edition_view view, *more;
	struct cursor c;
	size_t cap = 0;
	int err;

	cursor_init(&c, b->index.p, b->index.n);
	for (;;) {
		err = edition_next(&c, r->newsroom,
		    b->n > 0 ? &b->editions[b->n - 1] : NULL, &view);
		if (err != 0)
			break;
		if (b->n == EDITIONS_MAX)
			return ERR_LIMIT;
		if (b->n == cap) {
			cap = cap == 0 ? 64 : cap * 2;
			if ((more = mem_resize(
				 b->editions, cap, sizeof(*more))) == NULL)
				return ERR_NOMEM;
			b->editions = more;
		}
		b->editions[b->n++] = view;
	}
	return err == ERR_NOT_FOUND ? 0 : err;
}

static int
note_hit(void *ctx, size_t number)
{
	(void)number;
	*(bool *)ctx = true;
	return 0;
}

static int
scan(struct reading *r)
{
	struct board_read *b = r->board;
	const struct edition_view *v;
	bool is_hit;
	size_t i;
	int err;

	for (i = 0; i < b->n; i++) {
		v = &b->editions[i];
		is_hit = false;
		if ((err = slot_scan(r->keys->pub.slot, v->index, v->head.slots,
			 note_hit, &is_hit)) != 0)
			return err;
		if (is_hit)
			r->hits[r->hits_n++] = v->head.number;
		if ((err = strip_scan(r->keys->pub.slot, v->strip,
			 v->head.strips, v->head.number, &b->code)) == 0)
			b->has_code = true;
		else if (err != ERR_NOT_FOUND)
			return err;
	}
	return 0;
}

static bool
is_known(const struct board_read *b, const struct answer *a)
{
	size_t i;

	for (i = 0; i < b->parts_n; i++)
		if (b->parts[i].answer.part == a->part &&
		    memcmp(b->parts[i].answer.id, a->id, sizeof(a->id)) == 0)
			return true;
	return false;
}

static int
open_hit(void *ctx, size_t number)
{
	struct reading *r = ctx;
	struct board_read *b = r->board;
	struct board_part part = { .edition = r->edition->head.number };
	int err;

	if (b->parts_n == BOARD_PARTS_MAX)
		return ERR_LIMIT;
	if ((part.plain = secret_new(SLOT_PLAIN_SIZE)) == NULL)
		return ERR_NOMEM;
	err = slot_open(r->slots.p + number * SLOT_SIZE, r->keys, r->newsroom,
	    part.plain, &part.answer);
	/* Our tag on it, and it does not open: nobody at the desk makes such
	 * a slot. */
	if (err != 0 && err != ERR_NOMEM)
		b->unopened++;
	if (err != 0 || is_known(b, &part.answer))
		secret_free(&part.plain);
	else
		b->parts[b->parts_n++] = part;
	return err == ERR_NOMEM ? err : 0;
}

static int
take_edition(struct reading *r, const struct edition_view *v)
{
	char path[64];
	int err;

	snprintf(path, sizeof(path), "/v1/board/%u", v->head.number);
	*r->call = (struct http_call){ .method = "GET", .path = path };
	buf_init(&r->slots, (size_t)v->head.slots * SLOT_SIZE);
	r->edition = v;
	if ((err = http_client_fetch(r->client, r->call, &r->slots)) == 0 &&
	    (err = edition_check_slots(v, r->slots.p, r->slots.n)) == 0)
		err = slot_scan(
		    r->keys->pub.slot, v->index, v->head.slots, open_hit, r);
	buf_fini(&r->slots);
	if (err == ERR_DIGEST || err == ERR_NOT_FOUND || err == ERR_LIMIT ||
	    err == ERR_TRUNCATED) {
		r->board->wrong = v->head.number;
		r->board->wrong_err = err;
		return 0;
	}
	return err;
}

static bool
is_wanted(const struct board_pattern *p, uint32_t number)
{
	size_t i;

	for (i = 0; i < p->n; i++)
		if (p->number[i] == number)
			return true;
	return p->is_whole;
}

/* Newest first, as the page does it too. */
static int
take_slots(struct reading *r)
{
	struct board_read *b = r->board;
	struct board_pattern pattern;
	uint32_t *live;
	uint64_t bytes = 0;
	size_t i;
	int err = 0;

	if (b->n == 0)
		return 0;
	if ((live = mem_new(b->n, sizeof(*live))) == NULL)
		return ERR_NOMEM;
	for (i = 0; i < b->n; i++) {
		live[i] = b->editions[i].head.number;
		bytes += (uint64_t)b->editions[i].head.slots * SLOT_SIZE;
	}
	board_pattern(live, b->n, bytes, r->hits, r->hits_n, &pattern);
	mem_free(live);
	for (i = b->n; i-- > 0 && err == 0;)
		if (is_wanted(&pattern, b->editions[i].head.number))
			err = take_edition(r, &b->editions[i]);
	for (i = 0; i < r->hits_n; i++)
		if (!is_wanted(&pattern, r->hits[i]))
			b->has_more = true;
	return err;
}

static int
compare_parts(const void *a, const void *b)
{
	const struct board_part *p = a, *q = b;

	if (p->edition != q->edition)
		return p->edition < q->edition ? -1 : 1;
	return p->answer.part < q->answer.part
		   ? -1
		   : p->answer.part > q->answer.part;
}

int
board_read_new(struct http_client *c, const uint8_t newsroom[static 16],
    const struct thread_keys *keys, struct board_read **ret_board,
    struct http_call *ret_call)
{
	struct reading *r;
	struct board_read *b;
	int err = ERR_NOMEM;

	b = mem_new(1, sizeof(*b));
	r = mem_new(1, sizeof(*r));
	if (b == NULL || r == NULL)
		goto out;
	buf_init(&b->index, INDEX_MAX);
	*r = (struct reading){ .board = b,
		.client = c,
		.newsroom = newsroom,
		.keys = keys,
		.call = ret_call };
	if ((b->parts = mem_new(BOARD_PARTS_MAX, sizeof(*b->parts))) == NULL)
		goto out;
	if ((err = fetch_index(r)) != 0 || (err = walk(r)) != 0 ||
	    (err = scan(r)) != 0 || (err = take_slots(r)) != 0)
		goto out;
	qsort(b->parts, b->parts_n, sizeof(*b->parts), compare_parts);
	*ret_board = b;
	b = NULL;
out:
	mem_free(r);
	board_read_free(&b);
	return err;
}

void
board_read_free(struct board_read **board)
{
	struct board_read *b = *board;
	size_t i;

	if (b == NULL)
		return;
	for (i = 0; b->parts != NULL && i < b->parts_n; i++)
		secret_free(&b->parts[i].plain);
	mem_free(b->parts);
	mem_free(b->editions);
	buf_fini(&b->index);
	mem_free(b);
	*board = NULL;
}
