/* What each event does to its thread. */
#include <string.h>

#include "base/err.h"
#include "book/fold.h"

static int
side(struct folding *f, const char *text, const char *types, struct text value,
    int64_t author, uint32_t day)
{
	f->has_sides = true;
	if (strcmp(types, "lt") == 0)
		return sql_run(&f->book->sql, text, types, f->thread, value);
	if (strcmp(types, "ll") == 0)
		return sql_run(&f->book->sql, text, types, f->thread, author);
	return sql_run(&f->book->sql, text, types, f->thread, author, day);
}

static int
set_label(struct folding *f, const struct saying_row *r)
{
	return side(f,
	    r->is_off ? "DELETE FROM label WHERE thread = ? AND label = ?"
		      : "INSERT OR IGNORE INTO label VALUES (?, ?)",
	    "lt", r->value, 0, 0);
}

static int
set_answering(struct folding *f, int64_t author, bool is_off, uint32_t day)
{
	if (is_off)
		return side(f,
		    "DELETE FROM answering WHERE thread = ? AND author = ?",
		    "ll", TEXT(""), author, 0);
	return side(f, "INSERT OR REPLACE INTO answering VALUES (?, ?, ?)",
	    "llu", TEXT(""), author, day);
}

static void
handle(struct folding *f, const struct saying_row *r)
{
	f->is_handled = true;
	if (r->seen > f->handled)
		f->handled = r->seen;
}

static int
answer(struct folding *f, const struct saying_row *r)
{
	bool is_repeat;
	int err;

	if ((err = ids_note(&f->answer_ids, r->answer, &is_repeat)) != 0 ||
	    is_repeat)
		return err;
	f->answers++;
	f->answered_day = r->eday != 0 ? r->eday : r->day;
	f->is_opened = f->is_told = f->is_informed = true;
	handle(f, r);
	return set_answering(f, r->author, true, 0);
}

static void
tell(struct folding *f, const struct saying_row *r)
{
	size_t n = r->value.n < sizeof(f->told) ? r->value.n : 0;

	memcpy(f->told, r->value.p, n);
	f->told[n] = '\0';
	f->told_day = r->day;
	f->is_told = true;
	if (strcmp(f->told, "opened") != 0 && strcmp(f->told, "working") != 0)
		f->is_informed = true;
}

/* To open a thread again says that what came until now was looked at, but does
 * not end the matter. */
static int
set_status(struct folding *f, const struct saying_row *r)
{
	f->is_opened = true;
	if (!text_is(r->value, "open") || f->is_handled)
		handle(f, r);
	return field_take(f, FIELD_STATUS, r);
}

static int
set_flag(struct folding *f, const struct saying_row *r)
{
	if (text_is(r->value, "plant"))
		f->is_plant = !r->is_off;
	else
		f->is_danger = !r->is_off;
	return 0;
}

/* Did the author sit at this desk, by the newest card they had seen? */
static int
sat_at(struct folding *f, const struct saying_row *r, struct text desk,
    bool *ret_sat)
{
	int64_t one;
	/* What a desk had that is no more is anybody's. */
	int err = sql_number(&f->book->sql, &one,
	    "WITH now AS (SELECT max(seq) AS card FROM card WHERE seq <= ?3)"
	    " SELECT 1 FROM now WHERE card IS NOT NULL AND (EXISTS"
	    " (SELECT 1 FROM sits WHERE sits.card = now.card AND author = ?1"
	    " AND sits.desk = ?2) OR NOT EXISTS"
	    " (SELECT 1 FROM desk WHERE desk.card = now.card AND id = ?2))",
	    "ltl", r->author, desk, r->seen);

	*ret_sat = err == 0;
	return err == ERR_NOT_FOUND ? 0 : err;
}

/*
 * A thread is handed on by those who have it: the desk it went to first, and
 * whom it was handed to. Anybody at the newsroom knows the numbers and digests of
 * letters; who could say that their desk has a thread would be told all that is
 * said about it from then on.
 */
static int
hand(struct folding *f, const struct saying_row *r)
{
	bool may = false;
	size_t at;
	int err = 0;

	if (f->holders.n == 0) {
		err = fold_home(
		    f, f->first != 0 ? f->first : f->first_claim, &f->holders);
		buf_put_u8(&f->holders, 0);
	}
	for (at = 0; err == 0 && !may && at < f->holders.n;) {
		struct text desk = text_from((const char *)f->holders.p + at);

		err = sat_at(f, r, desk, &may);
		at += desk.n + 1;
	}
	if (err != 0 || !may)
		return err;
	if (f->holders.n + r->value.n + 1 > HOLDERS_MAX)
		return 0;
	buf_put_text(&f->holders, r->value);
	buf_put_u8(&f->holders, 0);
	if ((err = buf_finish(&f->holders)) != 0)
		return err;
	return field_take(f, FIELD_DESK, r);
}

int
fold_event(struct folding *f, const struct saying_row *r)
{
	switch (r->kind) {
	case EVENT_OPENED:
		f->is_opened = true;
		return side(f, "INSERT OR IGNORE INTO seen VALUES (?, ?)", "ll",
		    TEXT(""), r->author, 0);
	case EVENT_ANSWERED:
		return answer(f, r);
	case EVENT_TOLD:
		tell(f, r);
		return 0;
	case EVENT_ASSIGNED:
		return field_take(f, FIELD_ASSIGNED, r);
	case EVENT_STATUS:
		return set_status(f, r);
	case EVENT_FLAG:
		return set_flag(f, r);
	case EVENT_LABEL:
		return set_label(f, r);
	case EVENT_SUMMARY:
		return field_take(f, FIELD_SUMMARY, r);
	case EVENT_HANDED:
		return hand(f, r);
	case EVENT_ANSWERING:
		return set_answering(f, r->author, r->is_off, r->day);
	default:
		return 0;
	}
}
