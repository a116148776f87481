#include <jansson.h>
#include <string.h>

#include "base/day.h"
#include "base/err.h"
#include "crypto/random.h"
#include "dispatch/inside.h"

/* Its event must fit into a letter, escaped as it is there. */
static int
check_letter(const struct event *e)
{
	struct event full = *e;
	struct buf line;
	int err;

	full.slots_n = full.parts = EVENT_SLOTS_MAX;
	buf_init(&line, LETTER_TEXT_MAX);
	event_put(&line, &full);
	err = buf_finish(&line);
	buf_fini(&line);
	return err;
}

static int
check_answer(const struct answer *a, const struct event *e)
{
	if (text_trim(a->text).n == 0 || !text_is_utf8(a->text) ||
	    !text_is_name(a->by))
		return ERR_FORMAT;
	if (a->text.n > DISPATCH_ANSWER_MAX || a->by.n > ANSWER_BY_MAX)
		return ERR_LIMIT;
	return check_letter(e);
}

/* The answer as colleagues and the next edition are told of it: both pending,
 * from *ret_since on. */
static int
pend_answer(struct dispatch *d, const struct event *answered,
    enum strip_code code, uint64_t *ret_since)
{
	struct event told = { .kind = EVENT_TOLD,
		.seq = answered->seq,
		.value = text_from(status_word(code)) };
	uint64_t handle;
	int err;

	memcpy(told.digest, answered->digest, sizeof(told.digest));
	if ((err = mirror_edition_next(d->mirror, &told.edition)) != 0 ||
	    (err = book_pend(d->book, answered, ret_since)) != 0)
		return err;
	/* Before the first look at the board nobody knows which is the next. */
	if (told.edition == 0)
		return 0;
	if ((err = book_pend(d->book, &told, &handle)) != 0)
		(void)book_unpend(d->book, *ret_since);
	return err;
}

static int
send_answer(struct dispatch *d, const struct thread_public *to,
    const struct answer *a, struct event *e, enum strip_code code)
{
	struct parcels ps;
	struct slots s;
	uint64_t since;
	uint32_t next;
	int err;

	slots_init(&s);
	parcels_init(&ps);
	if ((err = slots_answer(d, &s, to, a, e)) != 0 ||
	    (err = slots_post(d, &s, &ps)) != 0 ||
	    (err = pend_answer(d, e, code, &since)) != 0)
		goto out;
	if ((err = flush_since(d, since, &ps)) != 0) {
		flush_undo(d, since);
		goto out;
	}
	/* These were this member's slots for the next edition. */
	if (mirror_edition_next(d->mirror, &next) == 0)
		(void)mirror_set_done(d->mirror, MIRROR_POSTED, next);
out:
	parcels_fini(&ps);
	slots_fini(&s);
	return err;
}

int
dispatch_answer(struct dispatch *d, const struct book_thread *t,
    struct text answer, struct text by, bool is_question, uint32_t *ret_parts)
{
	struct event e = { .kind = EVENT_ANSWERED,
		.seq = t->seq,
		.day = day_today(),
		.text = answer };
	struct answer a = { .day = e.day, .text = answer };
	int err;

	if ((err = desks_may(d)) != 0)
		return err;
	a.by = by.n > 0 ? by : book_me(d->book)->name;
	a.serial = book_card(d->book)->serial;
	random_bytes(a.id, sizeof(a.id));
	memcpy(e.digest, t->digest, sizeof(e.digest));
	memcpy(e.answer, a.id, sizeof(e.answer));
	e.by = a.by;
	if ((err = check_answer(&a, &e)) != 0 ||
	    (err = send_answer(d, &t->keys, &a, &e,
		 is_question ? STRIP_WRITE_AGAIN : STRIP_ANSWERED)) != 0)
		return err;
	*ret_parts = e.parts;
	return 0;
}

/* What the source of a thread was told last; 0: nothing. */
static int
last_told(
    struct dispatch *d, const struct book_thread *t, enum strip_code *ret_code)
{
	const json_t *told;
	json_t *shown;
	int err;

	if ((err = book_row(d->book, t->thread, &shown)) != 0)
		return err;
	told = json_object_get(shown, "told");
	*ret_code = status_code(text_from(json_string_value(told)));
	json_decref(shown);
	return 0;
}

int
dispatch_tell(
    struct dispatch *d, const struct book_thread *t, enum strip_code code)
{
	struct event e = { .kind = EVENT_TOLD,
		.seq = t->seq,
		.value = text_from(status_word(code)) };
	enum strip_code last;
	uint64_t handle;
	int err;

	if ((err = desks_may(d)) != 0 ||
	    (err = mirror_edition_next(d->mirror, &e.edition)) != 0 ||
	    (err = last_told(d, t, &last)) != 0)
		return err;
	/* Whoever was told more knows that it was opened. */
	if (last == code || (last != 0 && code == STRIP_OPENED))
		return 0;
	if (e.edition == 0)
		return ERR_AGAIN;
	memcpy(e.digest, t->digest, sizeof(e.digest));
	return book_pend(d->book, &e, &handle);
}
