/* Undoing what colleagues have already: the opposite event. */
#include <string.h>

#include "base/err.h"
#include "book/inside.h"

/* Kinds where each value is a field of its own, or each author has one. */
static bool
is_by_value(enum event_kind kind)
{
	return kind == EVENT_FLAG || kind == EVENT_LABEL;
}

static bool
is_by_author(enum event_kind kind)
{
	return kind == EVENT_ANSWERING || kind == EVENT_AWAY;
}

static bool
is_same(const struct event *a, const struct event *b)
{
	return text_is_equal(a->value, b->value) && a->is_off == b->is_off &&
	       a->from == b->from && a->until == b->until &&
	       text_is_equal(a->reason, b->reason);
}

/* The row of what stood before the event to undo, or of what stands now when
 * that event is not there; 0 when nobody said anything. */
static int
find_row(
    struct book *b, const struct event *e, int64_t thread, int64_t *ret_row)
{
	static const char text[] =
	    "SELECT n, author, " EVENT_COLUMNS " FROM event WHERE kind = ?1"
	    " AND (?2 = 0 AND thread IS NULL OR thread = ?2) AND"
	    " (?3 = 0 OR author = ?3) AND (?4 IS NULL OR value = ?4)"
	    " ORDER BY ord, line";
	sqlite3_stmt *st = sql_ask(&b->sql, text, "ilix", (int)e->kind, thread,
	    is_by_author(e->kind) ? AUTHOR_ME : 0);
	int64_t last = 0, before = 0;
	struct event now;
	bool is_found = false;
	int row;

	if (st != NULL && is_by_value(e->kind))
		sql_bind(st, 4, "t", e->value);
	while ((row = sql_row(st)) > 0) {
		event_from_row(st, 2, &now);
		if (sqlite3_column_int64(st, 1) == AUTHOR_ME &&
		    is_same(&now, e)) {
			before = last;
			is_found = true;
		}
		last = sqlite3_column_int64(st, 0);
	}
	*ret_row = is_found ? before : last;
	return row;
}

/* What a field says when nobody said anything. */
static int
unsaid(struct book *b, const struct event *e, int64_t thread,
    struct event *ret_event)
{
	struct event first = { .kind = e->kind };
	sqlite3_stmt *st;
	int row;

	first.value = first.reason = first.by = first.text = TEXT("");
	if (is_by_value(e->kind))
		first.value = e->value;
	first.is_off = is_by_value(e->kind) || e->kind == EVENT_ANSWERING;
	if (e->kind == EVENT_AWAY) {
		first.from = e->from;
		first.until = e->from - (e->from > 0);
	} else if (e->kind == EVENT_STATUS) {
		first.value = TEXT("open");
	} else if (e->kind == EVENT_HANDED) {
		st = sql_ask(&b->sql, "SELECT home FROM thread WHERE n = ?",
		    "l", thread);
		if ((row = sql_row(st)) <= 0)
			return row < 0 ? row : ERR_NOT_FOUND;
		buf_put_text(&b->said, sql_text(st, 0));
		sql_end(st);
		first.value = buf_text(&b->said);
	}
	*ret_event = first;
	return buf_finish(&b->said);
}

static int
load(struct book *b, int64_t n, struct event *ret_event)
{
	sqlite3_stmt *st = sql_ask(
	    &b->sql, "SELECT " EVENT_COLUMNS " FROM event WHERE n = ?", "l", n);
	struct event e;
	int row, err;

	if ((row = sql_row(st)) <= 0)
		return row < 0 ? row : ERR_NOT_FOUND;
	event_from_row(st, 0, &e);
	err = event_copy(&b->said, &e, ret_event);
	sql_end(st);
	return err;
}

static int
find_before(struct book *b, const struct event *e, struct event *ret_event)
{
	int64_t thread = 0, row;
	int err;

	if (e->kind != EVENT_AWAY &&
	    (err = sql_number(&b->sql, &thread,
		 "SELECT thread FROM letter WHERE seq = ?"
		 " AND thread IS NOT NULL",
		 "l", e->seq)) != 0)
		return err;
	if ((err = find_row(b, e, thread, &row)) != 0)
		return err;
	return row != 0 ? load(b, row, ret_event)
			: unsaid(b, e, thread, ret_event);
}

int
book_inverse(struct book *b, const struct event *e, struct event *ret_event)
{
	struct event inverse = *e;
	int err;

	buf_clear(&b->said);
	switch (e->kind) {
	case EVENT_DELETED:
		inverse.kind = EVENT_RESTORED;
		break;
	case EVENT_RESTORED:
		inverse.kind = EVENT_DELETED;
		break;
	case EVENT_ASSIGNED:
	case EVENT_STATUS:
	case EVENT_FLAG:
	case EVENT_LABEL:
	case EVENT_SUMMARY:
	case EVENT_HANDED:
	case EVENT_ANSWERING:
	case EVENT_AWAY:
		if ((err = find_before(b, e, &inverse)) != 0)
			return err;
		inverse.seq = e->seq;
		memcpy(inverse.digest, e->digest, sizeof(inverse.digest));
		break;
	default:
		return ERR_UNSUPPORTED;
	}
	*ret_event = inverse;
	return 0;
}
