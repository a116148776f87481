/*
 * What a new edition asks for: statuses that were sealed for another one, and
 * this member's slots, of which there are as many whether or not there is
 * something to say.
 */
#include <string.h>

#include "base/day.h"
#include "base/err.h"
#include "base/secret.h"
#include "crypto/random.h"
#include "dispatch/inside.h"

#define RECENT_DAYS (BOARD_DAYS / 2) /* an answer is posted again behind them */
#define INDEX_MAX (256 * EDITION_SLOTS_MAX * SLOT_INDEX_SIZE)
#define TOLD_MAX 1000      /* more are not told in one post */
#define LOOKED_AT_MAX 5000 /* threads an edition */

struct telling {
	const struct board_post *old;
	uint32_t next;
	struct buf *strips;
};

/* If one of the old entries is for this thread, the same for the next
 * edition. */
static int
tell_again(void *ctx, const struct book_thread *t)
{
	struct telling *r = ctx;
	uint8_t strip[STRIP_ENTRY_SIZE];
	enum strip_code code;

	if (strip_scan(t->keys.slot, r->old->strips, r->old->strips_n,
		r->old->edition, &code) != 0)
		return 0;
	strip_seal(strip, t->keys.slot, r->next, code);
	buf_put(r->strips, strip, sizeof(strip));
	return buf_finish(r->strips);
}

static int
renew_post(struct dispatch *d, const struct mirror_out *out, uint32_t next)
{
	struct board_post old = { .edition = 0 };
	struct telling r = { .old = &old, .next = next };
	struct parcel *p;
	struct parcels ps;
	struct buf strips;
	int err;

	parcels_init(&ps);
	buf_init(&strips, EDITION_SLOTS_MAX * STRIP_ENTRY_SIZE);
	r.strips = &strips;
	if ((err = board_post_read(out->bytes.p, out->bytes.n, &old)) != 0 ||
	    (err = book_each_told(
		 d->book, old.edition, TOLD_MAX, tell_again, &r)) != 0)
		goto out;
	err = strips.n > 0 ? strips_post(d, &strips, next, &ps, &p)
			   : parcels_add(&ps, MIRROR_BOARD, &p);
	if (err == 0) {
		p->replaces = out->number;
		err = parcels_lay(d, &ps);
	}
out:
	buf_fini(&strips);
	parcels_fini(&ps);
	return err;
}

int
renew_statuses(struct dispatch *d)
{
	struct mirror_out out;
	uint64_t after = 0;
	uint32_t next;
	int err;

	if ((err = mirror_edition_next(d->mirror, &next)) != 0 || next == 0)
		return err;
	while ((err = mirror_out_get(d->mirror, after, &out)) == 0) {
		after = out.number;
		if (out.kind == MIRROR_BOARD && out.edition != 0 &&
		    out.edition != next)
			err = renew_post(d, &out, next);
		buf_fini(&out.bytes);
		if (err != 0)
			return err;
	}
	return err == ERR_NOT_FOUND ? 0 : err;
}

struct again {
	struct dispatch *d;
	struct buf index; /* of recent editions */
	size_t *most;     /* HMACs that may be done */
	struct slots slots;
	uint64_t since; /* first handle of what was pended; UINT64_MAX: none */
};

static int
is_recent(void *ctx, const struct edition_head *head, size_t first)
{
	(void)ctx, (void)first;
	return head->day + RECENT_DAYS > day_today() ? 0 : BOARD_SKIP;
}

static int
stop(void *ctx, size_t number)
{
	(void)ctx, (void)number;
	return ERR_EXISTS;
}

/* 0 when the thread's newest answer must be posted again, ERR_EXISTS when it
 * need not. */
static int
is_due(struct again *a, const struct found_thread *t)
{
	size_t n = a->index.n / SLOT_INDEX_SIZE;
	struct event e;
	int err;

	err = book_last_answer(a->d->book, t->thread, &e);
	if (err != 0)
		return err == ERR_NOT_FOUND ? ERR_EXISTS : err;
	if (e.day + RECENT_DAYS > day_today() || n > *a->most)
		return ERR_EXISTS;
	*a->most -= n;
	return slot_scan(t->slot, a->index.p, n, stop, NULL);
}

static int
post_again(struct again *a, const struct found_thread *f)
{
	struct event e, posted = { .kind = EVENT_POSTED };
	char name[2 + 2 * THREAD_SIZE + 1] = "t:";
	struct answer answer;
	struct book_thread t;
	uint64_t handle;
	size_t parts, n = slots_n(&a->slots);
	int err;

	hex_write(name + 2, f->thread, THREAD_SIZE);
	if ((err = book_find(a->d->book, name, &t)) != 0 ||
	    (err = book_last_answer(a->d->book, f->thread, &e)) != 0)
		goto out;
	answer = (struct answer){ .day = e.day,
		.serial = book_card(a->d->book)->serial,
		.by = e.by,
		.text = e.text };
	memcpy(answer.id, e.answer, sizeof(answer.id));
	parts = answer_parts(&answer);
	/* A longer one needs a post for itself. */
	if (parts == 0 || (n > 0 && n + parts > POST_SLOTS))
		goto out;
	posted.seq = t.seq;
	memcpy(posted.digest, t.digest, sizeof(posted.digest));
	memcpy(posted.answer, e.answer, sizeof(posted.answer));
	if ((err = slots_answer(a->d, &a->slots, &t.keys, &answer, &posted)) ==
		0 &&
	    (err = book_pend(a->d->book, &posted, &handle)) == 0 &&
	    handle < a->since)
		a->since = handle;
out:
	secret_wipe(&t, sizeof(t));
	return err;
}

/* In any order, so that members do not all post the same. */
static int
choose(struct again *a)
{
	struct found_thread *threads = NULL;
	size_t n, i;
	int err;

	if ((err = board_index(a->d, 0, is_recent, NULL, &a->index)) != 0 ||
	    (err = threads_collect(a->d, &threads, &n)) != 0)
		return err;
	if (n > 1)
		random_shuffle(threads, n, sizeof(*threads));
	n = n < LOOKED_AT_MAX ? n : LOOKED_AT_MAX;
	for (i = 0; i < n && err == 0 && slots_n(&a->slots) < POST_SLOTS; i++) {
		err = is_due(a, &threads[i]);
		if (err == 0)
			err = post_again(a, &threads[i]);
		else if (err == ERR_EXISTS)
			err = 0;
	}
	secret_free(&threads);
	return err;
}

/* True when slots wait to be sent: the network is away, or the board full. */
static int
is_waiting(struct dispatch *d, bool *ret_is_waiting)
{
	struct mirror_out out;
	uint64_t after = 0;
	int err;

	while ((err = mirror_out_get(d->mirror, after, &out)) == 0) {
		after = out.number;
		buf_fini(&out.bytes);
		if (out.kind == MIRROR_BOARD && out.edition == 0)
			break;
	}
	if (err != 0 && err != ERR_NOT_FOUND)
		return err;
	*ret_is_waiting = err == 0;
	return 0;
}

static int
post_slots(struct dispatch *d, size_t *most)
{
	struct again a = { .d = d, .most = most, .since = UINT64_MAX };
	struct parcels ps;
	int err;

	parcels_init(&ps);
	slots_init(&a.slots);
	buf_init(&a.index, INDEX_MAX);
	if ((err = choose(&a)) != 0 ||
	    (err = slots_post(d, &a.slots, &ps)) != 0 ||
	    (err = flush_since(d, a.since, &ps)) != 0)
		if (a.since != UINT64_MAX)
			flush_undo(d, a.since);
	buf_fini(&a.index);
	slots_fini(&a.slots);
	parcels_fini(&ps);
	return err;
}

int
renew_slots(struct dispatch *d, size_t *most)
{
	bool is_already;
	uint64_t posted;
	uint32_t next;
	int err;

	if ((err = mirror_edition_next(d->mirror, &next)) != 0 ||
	    (err = mirror_done(d->mirror, MIRROR_POSTED, &posted)) != 0)
		return err;
	/* A drill makes editions only when something waits: filler would make
	 * one after the other. */
	if (next == 0 || next == posted ||
	    book_card(d->book)->edition_seconds > 0)
		return 0;
	if ((err = is_waiting(d, &is_already)) != 0 ||
	    (!is_already && (err = post_slots(d, most)) != 0))
		return err;
	return mirror_set_done(d->mirror, MIRROR_POSTED, next);
}
