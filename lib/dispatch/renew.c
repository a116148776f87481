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

void
renewal_fini(struct renewal *r)
{
	secret_free(&r->keys);
	if (r->number != 0)
		buf_fini(&r->strips);
	memset(r, 0, sizeof(*r));
}

static int
collect(void *ctx, const struct book_thread *t)
{
	struct renewal *r = ctx;

	must(r->n < TOLD_MAX);
	memcpy(r->keys[r->n++], t->keys.slot, sizeof(*r->keys));
	return 0;
}

/* The first post with statuses for another edition than the next, and the
 * threads they may be for; or none. */
static int
begin(struct dispatch *d, uint32_t next)
{
	struct renewal *r = &d->renewal;
	struct mirror_out out;
	uint64_t after = 0;
	int err;

	while ((err = mirror_out_get(d->mirror, after, &out)) == 0) {
		after = out.number;
		buf_fini(&out.bytes);
		if (out.kind == MIRROR_BOARD && out.edition != 0 &&
		    out.edition != next)
			break;
	}
	if (err != 0)
		return err == ERR_NOT_FOUND ? 0 : err;
	if ((r->keys = secret_new(TOLD_MAX * sizeof(*r->keys))) == NULL)
		return ERR_NOMEM;
	r->number = out.number;
	r->next = next;
	buf_init(&r->strips, EDITION_SLOTS_MAX * STRIP_ENTRY_SIZE);
	return book_each_told(d->book, out.edition, TOLD_MAX, collect, r);
}

/* Looks through the post for one thread after the other; an entry that is for
 * one is made again for the next edition. */
static int
look(struct renewal *r, const struct board_post *old, size_t *most)
{
	uint8_t strip[STRIP_ENTRY_SIZE];
	enum strip_code code;

	for (; *most > 0 && r->at < r->n; r->at++) {
		*most -= *most < old->strips_n ? *most : old->strips_n;
		if (strip_scan(r->keys[r->at], old->strips, old->strips_n,
			old->edition, &code) != 0)
			continue;
		strip_seal(strip, r->keys[r->at], r->next, code);
		buf_put(&r->strips, strip, sizeof(strip));
	}
	return buf_finish(&r->strips);
}

/* The post with what was made again stands for the one that was looked at. */
static int
lay(struct dispatch *d)
{
	struct renewal *r = &d->renewal;
	struct parcel *p;
	struct parcels ps;
	int err;

	parcels_init(&ps);
	err = r->strips.n > 0 ? strips_post(d, &r->strips, r->next, &ps, &p)
			      : parcels_add(&ps, MIRROR_BOARD, &p);
	if (err == 0) {
		p->replaces = r->number;
		err = parcels_lay(d, &ps);
	}
	parcels_fini(&ps);
	return err;
}

static int
go_on(struct dispatch *d, size_t *most)
{
	struct renewal *r = &d->renewal;
	struct board_post old;
	struct mirror_out out;
	bool is_over;
	int err;

	/* It may have been sent or taken back meanwhile. */
	err = mirror_out_get(d->mirror, r->number - 1, &out);
	if (err == ERR_NOT_FOUND)
		renewal_fini(r);
	if (err != 0)
		return err == ERR_NOT_FOUND ? 0 : err;
	is_over = out.number != r->number;
	if (!is_over &&
	    (err = board_post_read(out.bytes.p, out.bytes.n, &old)) == 0 &&
	    (err = look(r, &old, most)) == 0 && r->at == r->n) {
		err = lay(d);
		is_over = err == 0;
	}
	buf_fini(&out.bytes);
	if (is_over)
		renewal_fini(r);
	return err;
}

int
renew_statuses(struct dispatch *d, size_t *most, bool *ret_is_done)
{
	struct renewal *r = &d->renewal;
	bool has_worked = false;
	uint32_t next;
	int err;

	if ((err = mirror_edition_next(d->mirror, &next)) != 0)
		return err;
	if (r->number != 0 && r->next != next)
		renewal_fini(r);
	while (next != 0) {
		if (r->number == 0 && (err = begin(d, next)) != 0) {
			renewal_fini(r);
			return err;
		}
		if (r->number == 0)
			break;
		has_worked = true;
		if (*most == 0)
			break;
		if ((err = go_on(d, most)) != 0)
			return err;
	}
	/* The rest of what is due wants all that one call may do. */
	*ret_is_done = !has_worked;
	return 0;
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
