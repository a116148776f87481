/*
 * The board's index, edition by edition: the newest one that is here is fetched
 * again with what came behind it, so that a board that was changed or wound back
 * is seen, and nothing is fetched twice.
 */
#include <stdio.h>
#include <string.h>

#include "base/day.h"
#include "base/err.h"
#include "board/edition.h"
#include "sync/round.h"

#define INDEX_MAX (64u << 20)
#define EDITION_MAX          \
	(EDITION_HEAD_SIZE + \
	    EDITION_SLOTS_MAX * (STRIP_ENTRY_SIZE + SLOT_INDEX_SIZE))
#define LIVE_DAYS 30 /* on the server */
#define KEPT_DAYS 40 /* here */
#define KEPT_MAX 1000

/* An edition that is here, and its bytes. */
struct held {
	struct buf bytes;
	struct edition_view view;
};

static int
load(struct mirror *m, const uint8_t *newsroom, uint32_t number, struct held *h)
{
	struct cursor c;
	uint32_t found;
	int err;

	buf_clear(&h->bytes);
	if ((err = mirror_edition_get(m, number - 1, &found, &h->bytes)) != 0)
		return err == ERR_NOT_FOUND ? mirror_set_damaged(m) : err;
	cursor_init(&c, h->bytes.p, h->bytes.n);
	err = edition_next(&c, newsroom, NULL, &h->view);
	if (err != 0 || c.n != 0 || h->view.head.number != found)
		return mirror_set_damaged(m);
	return 0;
}

/* Editions between the newest here and the first of the server's can only be
 * missing when their time was over. */
static bool
may_be_missing(const struct round *r, const struct edition_view *newest)
{
	return r->is_drill || newest->head.day + LIVE_DAYS < day_today();
}

/* One edition of the answer: the one that is here, or one that follows it. */
static int
take(struct round *r, struct held *h, const struct edition_view *v,
    const uint8_t *p, size_t n)
{
	const struct edition_head *last = &h->view.head;
	bool has_last = h->bytes.n > 0;

	if (has_last && v->head.number < last->number)
		return 0;
	if (has_last && v->head.number == last->number)
		return h->bytes.n == n && memcmp(h->bytes.p, p, n) == 0
			   ? 0
			   : ERR_DIGEST;
	if (has_last && v->head.number == last->number + 1 &&
	    memcmp(v->head.previous, h->view.hash, 32) != 0)
		return ERR_DIGEST;
	if (has_last && v->head.number > last->number + 1 &&
	    !may_be_missing(r, &h->view))
		return ERR_DIGEST;
	return mirror_edition_put(r->o->mirror, v->head.number, p, n);
}

/* Checks all of the answer against itself and against what is here; what is new
 * of it is put into the mirror. *ret_newest 0: there is no edition. */
static int
take_all(struct round *r, struct held *h, const struct buf *index,
    uint32_t *ret_newest)
{
	struct edition_view view[2], *previous = NULL;
	struct cursor c;
	const uint8_t *p;
	uint32_t newest = 0;
	int err, i;

	cursor_init(&c, index->p, index->n);
	for (i = 0;; i = 1 - i) {
		p = c.p;
		err = edition_next(&c, r->o->newsroom, previous, &view[i]);
		if (err == ERR_NOT_FOUND)
			break;
		if (err != 0)
			return err;
		/* Behind the first new one they chain among themselves. */
		if (newest == 0 || newest <= h->view.head.number)
			err = take(r, h, &view[i], p, (size_t)(c.p - p));
		else
			err = mirror_edition_put(r->o->mirror,
			    view[i].head.number, p, (size_t)(c.p - p));
		if (err != 0)
			return err;
		newest = view[i].head.number;
		previous = &view[i];
	}
	/* The server always has its newest one. */
	if (h->bytes.n > 0 && newest < h->view.head.number)
		return ERR_DIGEST;
	*ret_newest = newest;
	return 0;
}

/* Those that are too old for anything go, a bounded number at a time. */
static int
drop_old(struct round *r, uint32_t newest)
{
	struct mirror *m = r->o->mirror;
	uint32_t below = newest > KEPT_MAX ? newest - KEPT_MAX : 0, number;
	struct held h;
	int err = 0, i;

	buf_init(&h.bytes, EDITION_MAX);
	for (i = 0; i < 100 && err == 0; i++) {
		buf_clear(&h.bytes);
		if ((err = mirror_edition_get(m, below > 0 ? below - 1 : 0,
			 &number, &h.bytes)) != 0 ||
		    (err = load(m, r->o->newsroom, number, &h)) != 0)
			break;
		if (number >= newest ||
		    h.view.head.day + KEPT_DAYS >= day_today())
			break;
		below = number + 1;
	}
	buf_fini(&h.bytes);
	if (err != 0 && err != ERR_NOT_FOUND)
		return err;
	return below > 0 ? mirror_edition_drop(m, below) : 0;
}

/* Inside a transaction. Another program may have taken some meanwhile. */
static int
keep(struct round *r, const struct buf *index)
{
	struct mirror *m = r->o->mirror;
	struct held h = { 0 };
	uint32_t last, newest;
	int err;

	buf_init(&h.bytes, EDITION_MAX);
	if ((err = mirror_edition_last(m, &last)) != 0 ||
	    (last > 0 && (err = load(m, r->o->newsroom, last, &h)) != 0) ||
	    (err = take_all(r, &h, index, &newest)) != 0 ||
	    (err = mirror_edition_set_next(m, newest + 1)) != 0)
		goto out;
	if (newest > last)
		err = drop_old(r, newest);
out:
	buf_fini(&h.bytes);
	return err;
}

int
round_board(struct round *r)
{
	struct http_call *call = &r->report.call;
	struct mirror *m = r->o->mirror;
	struct buf index;
	char path[64];
	uint32_t last;
	int err;

	if ((err = mirror_edition_last(m, &last)) != 0)
		return err;
	if (last > 1)
		snprintf(path, sizeof(path), "/v1/board/index?after=%u",
		    (unsigned)last - 1);
	else
		snprintf(path, sizeof(path), "/v1/board/index");
	buf_init(&index, INDEX_MAX);
	*call = (struct http_call){ .method = "GET", .path = path };
	err = http_client_fetch(r->o->client, call, &index);
	call->path = NULL;
	if (err != 0 || (err = mirror_begin(m)) != 0)
		goto out;
	if ((err = keep(r, &index)) == 0)
		err = mirror_commit(m);
	else
		mirror_rollback(m);
out:
	buf_fini(&index);
	return err;
}
