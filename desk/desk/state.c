#include "desk/state.h"

#include <time.h>

#include "base/day.h"
#include "base/err.h"
#include "base/json.h"
#include "desk/canned.h"
#include "desk/round.h"
#include "desk/routes.h"
#include "os/process.h"

#define WAIT_MS 25000
#define SHOWN_MS 1000
#define VERSION_MAX ((UINT64_C(1) << 53) - 1) /* exact in any page */
#define ACKNOWLEDGE_DAYS 7
#define FEEDBACK_DAYS 90
#define PROMISE_MAX 3650

static const char *const phases[] = { "locked", "unlocking", "opening", "ready",
	"closed" };
static const char *const reasons[] = { "start", "idle", "asked", "suspend",
	"shut" };

static json_t *
text_json(struct text t)
{
	return json_stringn(t.p != NULL ? t.p : "", t.n);
}

static json_t *
number_json(uint64_t n)
{
	return json_integer((json_int_t)n);
}

static json_t *
day_json(uint32_t day)
{
	char out[DAY_TEXT_SIZE + 1];

	day_write(out, day);
	return json_string(out);
}

/* Members of an object; the first lack of memory is remembered. */
static void
put(json_t *o, const char *name, json_t *value, int *err)
{
	if (json_object_set_new(o, name, value) != 0 && *err == 0)
		*err = ERR_NOMEM;
}

/* What the book has to say; list: the one member wanted of it, or NULL. */
static void
put_book(json_t *o, const char *name, struct desk *d,
    int (*ask)(struct book *b, json_t **ret_json), const char *list, int *err)
{
	json_t *value = NULL;
	int failed = ask(d->book, &value);

	if (failed != 0) {
		if (*err == 0)
			*err = failed;
		return;
	}
	if (list == NULL) {
		put(o, name, value, err);
		return;
	}
	put(o, name, json_incref(json_object_get(value, list)), err);
	json_decref(value);
}

static json_t *
progress_json(const struct desk *d)
{
	const struct fetch_progress *p = &d->rounds.progress;

	if (d->phase == PHASE_OPENING)
		return json_pack("{s:s,s:I,s:I}", "what", "open", "done",
		    (json_int_t)d->opened, "total",
		    (json_int_t)(d->opened + d->left));
	if (d->phase == PHASE_READY && p->total > 0)
		return json_pack("{s:s,s:I,s:I,s:I}", "what", "fetch", "done",
		    (json_int_t)p->done, "total", (json_int_t)p->total, "seq",
		    (json_int_t)p->seq);
	return json_null();
}

/* Large letters that somebody wants all of. */
static json_t *
bringing_json(const struct bring *b)
{
	json_t *seqs;

	if (b->n == 0)
		return json_null();
	seqs = json_array();
	for (size_t i = 0; i < b->n; i++)
		(void)json_array_append_new(
		    seqs, json_integer((json_int_t)b->wanted[i].seq));
	return json_pack("{s:I,s:I,s:o}", "done", (json_int_t)b->done, "total",
	    (json_int_t)(b->done + b->n), "seqs", seqs);
}

/* The codes of docs/formats/desk-page.md, for what a round met. */
static const char *
code_of(int err)
{
	switch (err) {
	case ERR_CONFLICT:
	case ERR_DIGEST:
		return "conflict";
	case ERR_DENIED:
	case ERR_SIGNATURE:
		return "denied";
	case ERR_NEWSROOM:
		return "newsroom";
	case ERR_BUSY:
		return "busy";
	default:
		return "io";
	}
}

static json_t *
sync_json(struct desk *d)
{
	const struct rounds *r = &d->rounds;
	bool is_failed = r->has_been && r->last.err != 0;
	const char *state = r->is_running ? "running"
			    : is_failed   ? "failed"
			    : r->has_been ? "ok"
					  : "never";

	return json_pack("{s:s,s:I,s:s,s:s,s:s,s:I}", "state", state, "at",
	    (json_int_t)r->good_at, "code",
	    is_failed ? code_of(r->last.err) : "", "text",
	    is_failed ? err_text(r->last.err) : "", "doing",
	    is_failed ? r->last.doing : "", "waiting",
	    (json_int_t)round_waiting(d));
}

static json_t *
edition_json(struct desk *d, const struct masthead *card)
{
	uint32_t next = 0;
	uint64_t at;

	(void)mirror_edition_next(d->mirror, &next);
	at = masthead_next_hour(card->edition_hours, (uint64_t)time(NULL));
	return json_pack("{s:I,s:I,s:I}", "next", (json_int_t)next, "at",
	    (json_int_t)(card->edition_seconds != 0 ? 0 : at), "seconds",
	    (json_int_t)card->edition_seconds);
}

static json_t *
promises_json(const struct masthead *card)
{
	json_t *policy = NULL, *promised = NULL, *feedback = json_object();
	const char *desk;
	json_t *days;

	if (json_object_of(card->root, "policy", &policy) == 0)
		(void)json_object_of(policy, "promise_days", &promised);
	json_object_foreach (promised, desk, days)
		if (json_is_integer(days) && json_integer_value(days) > 0 &&
		    json_integer_value(days) <= PROMISE_MAX)
			(void)json_object_set(feedback, desk, days);
	return json_pack("{s:i,s:o,s:i}", "acknowledge", ACKNOWLEDGE_DAYS,
	    "feedback", feedback, "feedback_default", FEEDBACK_DAYS);
}

static json_t *
newsroom_json(const struct masthead *card)
{
	json_t *o = json_object(), *languages = json_array();
	struct text one;
	int err = 0;

	for (size_t i = 0; (one = masthead_language(card, i)).n > 0; i++)
		(void)json_array_append_new(languages, text_json(one));
	one = masthead_name(card, masthead_language(card, 0));
	put(o, "name", text_json(one), &err);
	put(o, "languages", languages, &err);
	put(o, "drill", json_boolean(card->is_drill), &err);
	put(o, "expires", day_json(card->expires), &err);
	return o;
}

static json_t *
stories_json(struct desk *d)
{
	json_t *list = json_array(), *o;
	struct stories *stories = NULL;
	struct buf json;
	int err = 0;

	buf_init(&json, STORIES_MAX);
	if (mirror_stories(d->mirror, &json) == 0 && json.n > 0 &&
	    stories_read(buf_text(&json), &stories) == 0)
		for (size_t i = 0; i < stories->n; i++) {
			const struct story *s = &stories->story[i];

			o = json_object();
			put(o, "id", text_json(s->id), &err);
			put(o, "title", text_json(s->title), &err);
			put(o, "lang", text_json(s->lang), &err);
			put(o, "url", text_json(s->url), &err);
			put(o, "day", day_json(s->day), &err);
			(void)json_array_append_new(list, o);
		}
	stories_free(&stories);
	buf_fini(&json);
	return list;
}

static void
put_card(json_t *o, struct desk *d, int *err)
{
	const struct masthead *card = book_card(d->book);
	const struct masthead_member *me = book_me(d->book);
	json_t *who = json_null();

	if (me != NULL) {
		who = json_object();
		put(who, "id", text_json(me->id), err);
		put(who, "name", text_json(me->name), err);
	}
	put(o, "me", who, err);
	put(o, "newsroom", card != NULL ? newsroom_json(card) : json_null(),
	    err);
	put(o, "edition", card != NULL ? edition_json(d, card) : json_null(),
	    err);
	put(o, "promises", card != NULL ? promises_json(card) : json_null(),
	    err);
}

static void
put_ready(json_t *o, struct desk *d, int *err)
{
	put_card(o, d, err);
	put(o, "sync", sync_json(d), err);
	put(o, "bringing", bringing_json(&d->bring), err);
	put(o, "today", day_json(day_today()), err);
	put_book(o, "counts", d, book_counts, NULL, err);
	put_book(o, "people", d, book_people, NULL, err);
	put_book(o, "alarms", d, book_alarms, "alarms", err);
	put(o, "stories", stories_json(d), err);
	put(o, "canned", canned_json(memo_canned(d->memo)), err);
}

static int
state_json(struct desk *d, json_t **ret_out)
{
	json_t *o = json_object();
	int err = 0;

	put(o, "version", number_json(d->version), &err);
	put(o, "phase", json_string(phases[d->phase]), &err);
	put(o, "progress", progress_json(d), &err);
	put(o, "text", json_string(d->closed), &err);
	put(o, "lock",
	    json_pack("{s:i,s:s}", "minutes", (int)d->start.idle_minutes,
		"reason", d->is_wrong ? "wrong" : reasons[d->lock_reason]),
	    &err);
	if (d->phase == PHASE_READY)
		put_ready(o, d, &err);
	if (err != 0) {
		json_decref(o);
		return err;
	}
	*ret_out = o;
	return 0;
}

static void
answer_late(struct desk *d, struct ask *a)
{
	json_t *out = NULL;
	int err = a->late;

	ask_unwait(a);
	if (err == 0 && (err = state_json(d, &out)) == 0)
		ask_answer(a, out);
	else
		ask_error(a, err);
}

/* While many letters come in, not everything is counted again at each. */
static bool
is_settled(const struct desk *d, uint64_t now)
{
	return !d->chores.has_news || now >= d->shown_at + SHOWN_MS;
}

int
state_get(struct desk *d, struct ask *a, json_t **ret_out)
{
	uint64_t after = 0, now = process_now_ms();
	int err = ask_number(a, "after", VERSION_MAX, &after);

	if (err != 0 && err != ERR_NOT_FOUND)
		return err;
	if (err == ERR_NOT_FOUND || (after != d->version && is_settled(d, now)))
		return state_json(d, ret_out);
	d->is_changed |= after != d->version;
	ask_wait(a, now + WAIT_MS);
	return ASK_LATER;
}

void
desk_changed(struct desk *d)
{
	d->version = (d->version + 1) & VERSION_MAX;
	d->is_changed = true;
}

void
state_tick(struct desk *d, uint64_t now)
{
	bool is_changed = d->is_changed && is_settled(d, now);
	struct ask *a, *next;

	if (is_changed) {
		d->is_changed = false;
		d->shown_at = now;
	}
	for (a = d->waiting; a != NULL; a = next) {
		next = a->next;
		if (now >= a->until || (is_changed && a->late == 0))
			answer_late(d, a);
	}
}
