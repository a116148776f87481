#include "desk/chores.h"

#include <stdio.h>

#include "base/day.h"
#include "base/err.h"
#include "desk/opening.h"
#include "desk/round.h"

#define TAKE_AT_ONCE 256
#define SCAN_AT_ONCE 20000 /* HMACs: some ten milliseconds */
#define MINUTE_MS UINT64_C(60000)
#define ROUND_MS (5 * MINUTE_MS)
#define DRILL_ROUND_MS 5000
#define AGAIN_MS 5000 /* between rounds we ask for unasked */
#define SAVE_SOON_MS (10 * MINUTE_MS)
#define SAVE_MS (60 * MINUTE_MS)
#define SAVE_NEW 200 /* letters that are worth a snapshot soon */

/* Another file has taken the copy's place, or must: unlocking opens it. */
static bool
is_lost(const struct desk *d)
{
	return mirror_is_moved(d->mirror) || mirror_is_damaged(d->mirror);
}

/* What is lost is told where it is made anew. ERR_BUSY: fetch is writing, or
 * pretends to; who calls tries again. */
static void
complain(const struct desk *d, const char *what, int err)
{
	if (err != ERR_BUSY && !is_lost(d) && !opening_is_shut())
		fprintf(stderr, "pista-desk: %s: %s\n", what, err_text(err));
}

static uint64_t
laid_out(struct desk *d)
{
	uint64_t n = 0;

	(void)mirror_out_count(d->mirror, &n);
	return n;
}

static void
take_news(struct desk *d)
{
	uint64_t version = book_version(d->book), waiting = laid_out(d);
	uint64_t left = 0;
	int err;

	if ((err = book_take(d->book, TAKE_AT_ONCE, &left)) == 0)
		err = mirror_settle(d->mirror);
	if (err != 0)
		complain(d, "the local copy of the inbox", err);
	d->chores.has_news = err == ERR_BUSY || (err == 0 && left > 0);
	d->chores.is_indexing = true;
	if (book_version(d->book) != version || laid_out(d) != waiting)
		desk_changed(d);
}

/* A little at a time: who asks for a page meanwhile gets it. */
static void
do_index(struct desk *d)
{
	bool is_done = true;
	int err;

	if ((err = book_index(d->book, &is_done)) != 0)
		complain(d, "the index of words", err);
	d->chores.is_indexing = err == 0 && !is_done;
}

/* Answers and statuses for the edition that comes. */
static void
do_edition(struct desk *d)
{
	struct chores *c = &d->chores;
	uint64_t version = book_version(d->book);
	bool is_done = true;
	int err;

	if (!c->is_scanning)
		c->laid_out = laid_out(d);
	c->is_scanning = true;
	if ((err = dispatch_edition(d->dispatch, SCAN_AT_ONCE, &is_done)) != 0)
		complain(d, "the next edition", err);
	if (err == ERR_BUSY || (err == 0 && !is_done))
		return;
	c->is_edition = c->is_scanning = false;
	c->is_round |= laid_out(d) > c->laid_out;
	if (book_version(d->book) != version)
		desk_changed(d);
}

static void
do_round(struct desk *d, uint64_t now)
{
	const struct masthead *card = book_card(d->book);
	struct chores *c = &d->chores;
	int err;

	if (now >= c->round_at) {
		c->round_at =
		    now + (card != NULL && card->is_drill ? DRILL_ROUND_MS
							  : ROUND_MS);
		if (round_waiting(d) > 0) {
			if ((err = round_flush(d)) != 0)
				complain(d, "what waits to be sent", err);
			if (err == ERR_BUSY)
				c->round_at = now + AGAIN_MS;
			c->is_round = true;
		}
	}
	if (c->is_round && now >= c->asked_at + AGAIN_MS)
		round_ask(d);
}

static void
do_snapshot(struct desk *d, uint64_t now)
{
	struct chores *c = &d->chores;
	uint64_t more = book_seq(d->book) - c->saved_seq;
	/* Opening everything again is what a first snapshot spares. */
	bool is_due =
	    now >= c->saved_at + SAVE_MS ||
	    (more >= SAVE_NEW &&
		(c->saved_seq == 0 || now >= c->saved_at + SAVE_SOON_MS));
	int err;

	/* It would make the whole index at once. */
	if (!is_due || c->is_indexing ||
	    c->saved_version == book_version(d->book))
		return;
	c->saved_at = now;
	c->saved_seq = book_seq(d->book);
	c->saved_version = book_version(d->book);
	if ((err = book_save(d->book, DESK_DIRECTORY)) != 0)
		complain(d, "the snapshot", err);
}

bool
chores_step(struct desk *d, uint64_t now)
{
	struct chores *c = &d->chores;
	uint32_t day = day_today();

	/* A copy that somebody has for ever keeps no key in memory for ever. */
	if ((d->phase == PHASE_OPENING || d->phase == PHASE_READY) &&
	    now - c->used_at >= d->start.idle_minutes * MINUTE_MS) {
		opening_close(d, DESK_REASON_IDLE);
		return false;
	}
	if (d->phase == PHASE_UNLOCKING || d->phase == PHASE_OPENING) {
		opening_step(d, now);
		return true;
	}
	if (d->phase != PHASE_READY)
		return false;
	if (opening_is_shut() || is_lost(d)) {
		opening_close_lost(d);
		return false;
	}
	if (day != c->day)
		desk_changed(d);
	c->day = day;
	if (c->has_news)
		take_news(d);
	else if (c->is_edition)
		do_edition(d);
	else if (c->is_indexing)
		do_index(d);
	do_round(d, now);
	do_snapshot(d, now);
	return c->has_news || c->is_edition || c->is_indexing;
}
