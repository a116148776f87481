/* What people do at their desks. */
#include "world.h"

#include <stdio.h>
#include <string.h>

#include "base/day.h"
#include "base/err.h"
#include "chain/chain.h"
#include "crypto/random.h"

static bool
find_thread(struct world *w, struct person *p, struct book_thread *t)
{
	char name[2 * THREAD_SIZE + 1] = "";
	const struct source *s;

	if (w->sources_n == 0)
		return false;
	s = &w->sources[pick(w, (uint32_t)w->sources_n)];
	hex_write(name, s->keys.thread, THREAD_SIZE);
	return book_find(p->book, name, t) == 0;
}

/* One of n words. */
#define ONE_OF(w, words) \
	text_from((words)[pick((w), sizeof(words) / sizeof((words)[0]))])

static struct event
draw_event(struct world *w)
{
	static const char *const members[] = { "", "ana", "ben", "cleo",
		"ana cleo", "cleo ben", "dan", "nobody" };
	static const char *const statuses[] = { "open", "parked", "closed",
		"bin" };
	static const char *const reasons[] = { "", "an advert", "no news" };
	static const char *const labels[] = { "elections", "to verify",
		"ni\xc3\xb1os", "-" };
	static const char *const summaries[] = { "", "one line",
		"another \"line\"" };
	static const char *const flags[] = { "plant", "danger" };
	struct event e = { 0 };

	switch (pick(w, 10)) {
	case 0:
		e.kind = EVENT_OPENED;
		break;
	case 1:
	case 2:
		e.kind = EVENT_ASSIGNED;
		e.value = ONE_OF(w, members);
		break;
	case 3:
	case 4:
		e.kind = EVENT_STATUS;
		e.value = ONE_OF(w, statuses);
		e.reason = ONE_OF(w, reasons);
		if (text_is(e.value, "parked") && chance(w, 50))
			e.until = day_today() + 5 + pick(w, 20);
		break;
	case 5:
		e.kind = EVENT_FLAG;
		e.value = ONE_OF(w, flags);
		e.is_off = chance(w, 40);
		break;
	case 6:
	case 7:
		e.kind = EVENT_LABEL;
		e.value = ONE_OF(w, labels);
		e.is_off = chance(w, 40);
		break;
	case 8:
		e.kind = EVENT_SUMMARY;
		e.value = ONE_OF(w, summaries);
		break;
	default:
		e.kind = EVENT_ANSWERING;
		e.is_off = chance(w, 40);
		break;
	}
	return e;
}

static void
tell_event(struct person *p, const char *act, const struct book_thread *t,
    const struct event *e, uint64_t handle, int err)
{
	char thread[2 * THREAD_SIZE];

	hex_write(thread, t->thread, THREAD_SIZE);
	tell(json_pack(
	    "{s:s, s:s, s:s, s:s%, s:s, s:s%, s:s%, s:b, s:i, s:I, s:i}", "op",
	    "act", "by", p->id, "act", act, "thread", thread, sizeof(thread),
	    "kind", event_kind_text(e->kind), "value",
	    e->value.n > 0 ? e->value.p : "", e->value.n, "reason",
	    e->reason.n > 0 ? e->reason.p : "", e->reason.n, "off",
	    (int)e->is_off, "until", (int)e->until, "handle",
	    (json_int_t)handle, "err", err));
}

static void
remember(struct world *w, struct person *p, const struct book_thread *t,
    const struct event *e, uint64_t handle)
{
	struct act *a =
	    &p->acts[p->acts_n < ACTS ? p->acts_n++ : pick(w, ACTS)];

	*a = (struct act){ handle, *t, *e };
}

static void
says(struct world *w, struct person *p, const struct book_thread *t)
{
	struct event e = draw_event(w);
	uint64_t handle = 0;
	int err = dispatch_event(p->dispatch, t, &e, &handle);

	must(err == 0 || err == ERR_NOT_FOUND || err == ERR_FORMAT);
	tell_event(p, "event", t, &e, handle, err);
	if (err == 0)
		remember(w, p, t, &e, handle);
}

static void
undoes(struct world *w, struct person *p)
{
	struct act *a;
	struct event e, inverse;
	char value[EVENT_VALUE_MAX], reason[EVENT_VALUE_MAX];
	uint64_t handle = 0;
	int err;

	if (p->acts_n == 0)
		return;
	a = &p->acts[pick(w, (uint32_t)p->acts_n)];
	err = book_unpend(p->book, a->handle);
	tell_event(p, "undo", &a->thread, &a->event, a->handle, err);
	if (err == 0)
		return;
	must(err == ERR_CONFLICT || err == ERR_NOT_FOUND);
	e = a->event;
	e.seq = a->thread.seq;
	memcpy(e.digest, a->thread.digest, sizeof(e.digest));
	err = book_inverse(p->book, &e, &inverse);
	must(err == 0 || err == ERR_UNSUPPORTED || err == ERR_NOT_FOUND);
	if (err != 0)
		return;
	memcpy(value, inverse.value.p, inverse.value.n);
	memcpy(reason, inverse.reason.p, inverse.reason.n);
	inverse.value.p = value;
	inverse.reason.p = reason;
	err = dispatch_event(p->dispatch, &a->thread, &inverse, &handle);
	/* Whoever has left is assigned no more. */
	must(err == 0 || err == ERR_NOT_FOUND || err == ERR_FORMAT);
	tell_event(p, "inverse", &a->thread, &inverse, handle, err);
}

static void
answers(struct world *w, struct person *p, const struct book_thread *t)
{
	static const char *const texts[] = { "Thank you.",
		"Can you say more?\nWhere was it?", "\"Yes\"\tand no" };
	const struct event e = { .kind = EVENT_ANSWERED };
	bool is_question = chance(w, 30);
	uint32_t parts;
	int err = dispatch_answer(
	    p->dispatch, t, ONE_OF(w, texts), TEXT(""), is_question, &parts);

	must(err == 0);
	tell_event(p, is_question ? "ask" : "answer", t, &e, 0, err);
}

static void
tells(struct world *w, struct person *p, const struct book_thread *t)
{
	const struct event e = { .kind = EVENT_TOLD };
	enum strip_code code = (enum strip_code)(1 + pick(w, 6));
	int err = dispatch_tell(p->dispatch, t, code);

	must(err == 0);
	tell_event(p, "tell", t, &e, 0, err);
}

static void
notes(struct world *w, struct person *p, const struct book_thread *t)
{
	static const char *const texts[] = { "Called the mayor.",
		"Two sources\nsay so.", "<b>\"no\"</b>" };
	const struct event e = { .kind = EVENT_SUMMARY };
	int err = dispatch_note(p->dispatch, t, ONE_OF(w, texts));

	must(err == 0);
	tell_event(p, "note", t, &e, 0, err);
}

static void
hands_over(struct world *w, struct person *p, const struct book_thread *t)
{
	const char *to = strcmp(t->desk, "news") == 0 ? "ombuds" : "news";
	const struct event e = { .kind = EVENT_HANDED, .value = text_from(to) };
	int err = dispatch_hand_over(p->dispatch, t, text_from(to));

	(void)w;
	must(err == 0 || err == ERR_NO_KEY || err == ERR_DENIED);
	tell_event(p, "hand", t, &e, 0, err);
}

static void
deletes(struct world *w, struct person *p)
{
	uint64_t seq, last = book_seq(p->book);
	bool is_restore = chance(w, 50);
	int err;

	if (last == 0)
		return;
	seq = 1 + pick(w, (uint32_t)last);
	if (w->posts[seq - 1].entry.type != CHAIN_LETTER)
		return;
	err = dispatch_delete(p->dispatch, &seq, 1, is_restore);
	must(err == 0);
	tell(json_pack("{s:s, s:s, s:s, s:I, s:b, s:i}", "op", "act", "by",
	    p->id, "act", "delete", "seq", (json_int_t)seq, "off",
	    (int)is_restore, "err", err));
}

static void
tell_shown(struct person *p, const struct book_thread *t)
{
	char thread[2 * THREAD_SIZE];
	json_t *shown;

	must(book_show(p->book, t->thread, NULL, &shown) == 0);
	hex_write(thread, t->thread, THREAD_SIZE);
	tell(json_pack("{s:s, s:s, s:s%, s:o}", "op", "now", "by", p->id,
	    "thread", thread, sizeof(thread), "shown", shown));
}

void
person_acts(struct world *w, struct person *p)
{
	struct book_thread t;
	uint32_t which = pick(w, 100);

	if (which < 8) {
		undoes(w, p);
	} else if (which < 11) {
		deletes(w, p);
	} else if (find_thread(w, p, &t)) {
		if (which < 82)
			says(w, p, &t);
		else if (which < 86)
			notes(w, p, &t);
		else if (which < 91)
			answers(w, p, &t);
		else if (which < 96)
			tells(w, p, &t);
		else
			hands_over(w, p, &t);
		if (chance(w, 20))
			tell_shown(p, &t);
	}
	tell_out(w, p);
}
