/* What a member decides about threads: laid aside for the next round. */
#include "base/day.h"
#include "base/err.h"
#include "base/json.h"
#include "base/mem.h"
#include "desk/desk.h"
#include "desk/round.h"
#include "desk/routes.h"

#define ACTS_MAX 500 /* of one request */

static const enum event_kind kinds[] = { EVENT_ASSIGNED, EVENT_STATUS,
	EVENT_FLAG, EVENT_LABEL, EVENT_SUMMARY, EVENT_ANSWERING, EVENT_AWAY };

static int
read_kind(const json_t *o, enum event_kind *ret_kind)
{
	struct text word;
	int err;

	if ((err = json_text(o, "kind", EVENT_VALUE_MAX, &word)) != 0)
		return err;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (text_is(word, event_kind_text(kinds[i]))) {
			*ret_kind = kinds[i];
			return 0;
		}
	return ERR_FORMAT;
}

/* A day that may be missing or null. */
static int
read_day(const json_t *o, const char *name, uint32_t *ret_day)
{
	const json_t *v = json_object_get(o, name);
	struct text word;

	*ret_day = 0;
	if (v == NULL || json_is_null(v) ||
	    (json_text(o, name, DAY_TEXT_SIZE, &word) == 0 && word.n == 0))
		return 0;
	return json_day(o, name, ret_day);
}

/* Texts are borrowed from o. */
static int
read_act(const json_t *o, struct event *ret_event)
{
	struct event e = { 0 };
	int err;

	if (!json_is_object(o))
		return ERR_FORMAT;
	if ((err = read_kind(o, &e.kind)) != 0 ||
	    (err = ask_text(o, "value", EVENT_VALUE_MAX, &e.value)) != 0 ||
	    (err = ask_text(o, "reason", EVENT_VALUE_MAX, &e.reason)) != 0 ||
	    (err = ask_bool(o, "is_off", &e.is_off)) != 0 ||
	    (err = read_day(o, "from", &e.from)) != 0 ||
	    (err = read_day(o, "until", &e.until)) != 0)
		return err;
	*ret_event = e;
	return 0;
}

static int
act(struct desk *d, struct ask *a, const json_t *o, uint64_t *ret_handle)
{
	struct book_thread thread = { 0 };
	struct event e;
	uint64_t handle;
	int err;

	if ((err = read_act(o, &e)) != 0 ||
	    (e.kind != EVENT_AWAY && (err = ask_thread(a, o, &thread)) != 0) ||
	    (err = dispatch_event(d->dispatch,
		 e.kind == EVENT_AWAY ? NULL : &thread, &e, &handle)) != 0)
		return err;
	e.seq = thread.seq;
	for (size_t i = 0; i < sizeof(e.digest); i++)
		e.digest[i] = thread.digest[i];
	undo_keep(&d->undo, handle, thread.thread, &e);
	*ret_handle = handle;
	return 0;
}

int
act_do(struct desk *d, struct ask *a, json_t **ret_out)
{
	json_t *acts, *handles = NULL;
	uint64_t *done = NULL;
	size_t n, i;
	int err;

	if ((err = json_list(a->in, "acts", ACTS_MAX, &acts)) != 0)
		return err;
	n = json_array_size(acts);
	if ((handles = json_array()) == NULL ||
	    (done = mem_new(n + 1, sizeof(*done))) == NULL) {
		json_decref(handles);
		return ERR_NOMEM;
	}
	for (i = 0; i < n && err == 0; i++) {
		err = act(d, a, json_array_get(acts, i), &done[i]);
		if (err == 0 && json_array_append_new(handles,
				    json_integer((json_int_t)done[i])) != 0)
			err = ERR_NOMEM;
	}
	/* All of them or none. */
	while (err != 0 && i-- > 0)
		if (done[i] != 0)
			(void)book_unpend(d->book, done[i]);
	mem_free(done);
	if (err == 0)
		err = round_acted(d);
	if (err != 0) {
		json_decref(handles);
		return err;
	}
	*ret_out = json_pack("{s:o}", "handles", handles);
	return 0;
}

/* The opposite act, for what has been sent. */
static int
take_back(struct desk *d, uint64_t handle)
{
	char name[2 + 2 * THREAD_SIZE + 1] = "t:";
	const struct undo_act *old = undo_find(&d->undo, handle);
	struct book_thread thread;
	struct event inverse;
	uint64_t ignored;
	int err;

	if (old == NULL)
		return ERR_NOT_FOUND;
	if (old->event.kind != EVENT_AWAY) {
		hex_write(name + 2, old->thread, THREAD_SIZE);
		if ((err = book_find(d->book, name, &thread)) != 0)
			return err;
	}
	if ((err = book_inverse(d->book, &old->event, &inverse)) != 0)
		return err;
	return dispatch_event(d->dispatch,
	    old->event.kind == EVENT_AWAY ? NULL : &thread, &inverse, &ignored);
}

int
act_undo(struct desk *d, struct ask *a, json_t **ret_out)
{
	json_t *handles;
	size_t n;
	int err, first = 0;

	(void)ret_out;
	if ((err = json_list(a->in, "handles", ACTS_MAX, &handles)) != 0)
		return err;
	n = json_array_size(handles);
	for (size_t i = 0; i < n; i++)
		if (!json_is_integer(json_array_get(handles, i)) ||
		    json_integer_value(json_array_get(handles, i)) <= 0)
			return ERR_FORMAT;
	/* The last one first; one that cannot be undone leaves the others. */
	while (n-- > 0) {
		uint64_t handle =
		    (uint64_t)json_integer_value(json_array_get(handles, n));

		err = book_unpend(d->book, handle);
		if (err == ERR_CONFLICT || err == ERR_NOT_FOUND)
			err = take_back(d, handle);
		if (err != 0 && first == 0)
			first = err;
	}
	err = round_acted(d);
	return first != 0 ? first : err;
}
