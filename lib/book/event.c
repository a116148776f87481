#include <string.h>

#include "base/err.h"
#include "book/inside.h"

#define SLOT_SHORT 8

/* The letter an event is about: its digest must be right. ERR_NOT_FOUND. */
static int
find_target(struct book *b, const struct event_origin *o, const struct event *e,
    int64_t *ret_thread)
{
	sqlite3_stmt *st;
	uint8_t digest[32];
	int row;

	*ret_thread = 0;
	if (e->kind == EVENT_AWAY)
		return 0;
	/* Nobody can know a letter that stands behind their own. */
	if (e->seq > INT64_MAX || (int64_t)e->seq >= o->ord)
		return ERR_NOT_FOUND;
	st = sql_ask(&b->sql, "SELECT digest, thread FROM letter WHERE seq = ?",
	    "l", e->seq);
	if ((row = sql_row(st)) <= 0)
		return row < 0 ? row : ERR_NOT_FOUND;
	sql_copy(st, 0, digest, sizeof(digest));
	*ret_thread = sqlite3_column_int64(st, 1);
	sql_end(st);
	return memcmp(digest, e->digest, sizeof(digest)) == 0 ? 0
							      : ERR_NOT_FOUND;
}

static int
insert(struct book *b, const struct event_origin *o, const struct event *e,
    int kind, int64_t thread)
{
	static const char text[] =
	    "INSERT INTO event (ord, line, author, seen, day, letter, thread,"
	    " kind, target, value, reason, is_off, eday, from_day, until_day,"
	    " edition, answer, parts, by_line, text, slots) VALUES"
	    " (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)";
	sqlite3_stmt *st = sql_ask(&b->sql, text, "lullubxilttiuuuubuttb",
	    o->ord, o->line, o->author, o->seen, o->day, o->letter,
	    (size_t)(o->letter != NULL ? LETTER_ID_SIZE : 0), kind, e->seq,
	    e->value, e->reason, (int)e->is_off, e->day, e->from, e->until,
	    e->edition, e->answer, sizeof(e->answer), e->parts, e->by, e->text,
	    e->slots, e->slots_n * SLOT_SHORT);

	if (st != NULL && thread != 0)
		sql_bind(st, 7, "l", thread);
	return sql_row(st);
}

static int
add_slots(struct book *b, int64_t n, const struct event *e)
{
	size_t i;
	int err = 0;

	for (i = 0; i < e->slots_n && err == 0; i++)
		err =
		    sql_run(&b->sql, "INSERT OR IGNORE INTO slot VALUES (?, ?)",
			"bl", e->slots[i], (size_t)SLOT_SHORT, n);
	return err;
}

/* What is searched for: answers and summaries. */
static int
index_text(struct book *b, int64_t n, int64_t thread, struct text text)
{
	int64_t doc;
	int err;

	if (text.n == 0)
		return 0;
	if ((err = doc_put(b, thread, text, TEXT(""), &doc)) != 0)
		return err;
	return sql_run(
	    &b->sql, "UPDATE event SET doc = ? WHERE n = ?", "ll", doc, n);
}

static struct text
text_of(const struct event *e, int kind)
{
	if (kind == EVENT_ANSWERED || kind == KIND_NOTE)
		return e->text;
	return kind == EVENT_SUMMARY ? e->value : TEXT("");
}

static int
add_known(struct book *b, const struct event_origin *o, const struct event *e,
    int kind, int64_t thread)
{
	int64_t n;
	int err;

	if ((err = insert(b, o, e, kind, thread)) != 0)
		return err;
	n = sqlite3_last_insert_rowid(b->sql.db);
	if ((err = add_slots(b, n, e)) != 0)
		return err;
	if (kind == EVENT_DELETED || kind == EVENT_RESTORED)
		return apply_announced(b, e->seq);
	if (thread == 0)
		return 0;
	if ((err = index_text(b, n, thread, text_of(e, kind))) != 0)
		return err;
	return thread_touch(b, thread);
}

int
event_add(struct book *b, const struct event_origin *o, const struct event *e)
{
	int64_t thread;
	int err;

	if ((err = find_target(b, o, e, &thread)) != 0)
		return err;
	return add_known(b, o, e, (int)e->kind, thread);
}

int
note_add(struct book *b, const struct event_origin *o,
    const uint8_t thread[static THREAD_SIZE], struct text text)
{
	struct event e = { .text = text };
	int64_t n;
	int err;

	if ((err = thread_number(b, thread, &n)) != 0)
		return err;
	return add_known(b, o, &e, KIND_NOTE, n);
}

static int
drop_slots(struct book *b, int64_t n, const struct event *e)
{
	size_t i;
	int err = 0;

	for (i = 0; i < e->slots_n && err == 0; i++)
		err = sql_run(&b->sql,
		    "DELETE FROM slot WHERE slot = ? AND event = ?", "bl",
		    e->slots[i], (size_t)SLOT_SHORT, n);
	return err;
}

/* One event with everything that hangs on it. ERR_NOT_FOUND. */
static int
drop_one(struct book *b, int64_t ord)
{
	struct event e;
	sqlite3_stmt *st = sql_ask(&b->sql,
	    "SELECT n, thread, doc, " EVENT_COLUMNS
	    " FROM event WHERE ord = ? LIMIT 1",
	    "l", ord);
	int64_t n, thread, doc;
	int row, err = 0;

	if ((row = sql_row(st)) <= 0)
		return row < 0 ? row : ERR_NOT_FOUND;
	n = sqlite3_column_int64(st, 0);
	thread = sqlite3_column_int64(st, 1);
	doc = sqlite3_column_int64(st, 2);
	event_from_row(st, 3, &e);
	sql_end(st);
	if (doc != 0)
		err = doc_drop(b, doc);
	if (err == 0)
		err = drop_slots(b, n, &e);
	if (err == 0)
		err = sql_run(&b->sql, "DELETE FROM event WHERE n = ?", "l", n);
	if (err == 0 && (e.kind == EVENT_DELETED || e.kind == EVENT_RESTORED))
		err = apply_announced(b, e.seq);
	if (err == 0 && thread != 0)
		err = thread_touch(b, thread);
	return err;
}

int
event_forget(struct book *b, int64_t ord)
{
	int err;

	while ((err = drop_one(b, ord)) == 0)
		;
	return err == ERR_NOT_FOUND ? 0 : err;
}

/* Gives one event its thread. ERR_NOT_FOUND when there is no more. */
static int
resolve_one(struct book *b, uint64_t seq, int64_t thread)
{
	sqlite3_stmt *st = sql_ask(&b->sql,
	    "SELECT n, kind, text, value FROM event"
	    " WHERE target = ? AND thread IS NULL LIMIT 1",
	    "l", seq);
	struct event e = { 0 };
	struct buf copy;
	int64_t n;
	int kind, row, err;

	if ((row = sql_row(st)) <= 0)
		return row < 0 ? row : ERR_NOT_FOUND;
	n = sqlite3_column_int64(st, 0);
	kind = sqlite3_column_int(st, 1);
	e.text = sql_text(st, 2);
	e.value = sql_text(st, 3);
	buf_init(&copy, EVENT_TEXT_MAX + EVENT_VALUE_MAX);
	buf_put_text(&copy, text_of(&e, kind));
	sql_end(st);
	if ((err = buf_finish(&copy)) == 0 &&
	    (err = sql_run(&b->sql, "UPDATE event SET thread = ? WHERE n = ?",
		 "ll", thread, n)) == 0)
		err = index_text(b, n, thread, buf_text(&copy));
	buf_fini(&copy);
	return err;
}

int
event_resolve(struct book *b, uint64_t seq, int64_t thread)
{
	int err;

	while ((err = resolve_one(b, seq, thread)) == 0)
		;
	return err == ERR_NOT_FOUND ? 0 : err;
}

void
event_from_row(sqlite3_stmt *st, int first, struct event *ret_event)
{
	struct event e = { 0 };
	struct text slots;

	e.kind = (enum event_kind)sqlite3_column_int(st, first);
	e.seq = sql_u64(st, first + 1);
	e.value = sql_text(st, first + 2);
	e.reason = sql_text(st, first + 3);
	e.is_off = sqlite3_column_int(st, first + 4) != 0;
	e.day = sql_u32(st, first + 5);
	e.from = sql_u32(st, first + 6);
	e.until = sql_u32(st, first + 7);
	e.edition = sql_u32(st, first + 8);
	sql_copy(st, first + 9, e.answer, sizeof(e.answer));
	e.parts = sql_u32(st, first + 10);
	e.by = sql_text(st, first + 11);
	e.text = sql_text(st, first + 12);
	slots.p = sqlite3_column_blob(st, first + 13);
	slots.n = (size_t)sqlite3_column_bytes(st, first + 13);
	must(slots.n <= sizeof(e.slots));
	if (slots.n > 0)
		memcpy(e.slots, slots.p, slots.n);
	e.slots_n = slots.n / SLOT_SHORT;
	*ret_event = e;
}

int
event_copy(struct buf *b, const struct event *e, struct event *ret_event)
{
	struct text *texts[] = { &ret_event->value, &ret_event->reason,
		&ret_event->by, &ret_event->text };
	size_t at[4], i;
	int err;

	*ret_event = *e;
	for (i = 0; i < 4; i++) {
		at[i] = b->n;
		buf_put_text(b, *texts[i]);
	}
	if ((err = buf_finish(b)) != 0)
		return err;
	/* Only now does the buffer stay where it is. */
	for (i = 0; i < 4; i++)
		texts[i]->p = texts[i]->n > 0 ? (const char *)b->p + at[i] : "";
	return 0;
}

int
event_fill_digest(struct book *b, struct event *e)
{
	sqlite3_stmt *st;
	int row;

	if (e->kind == EVENT_AWAY)
		return 0;
	st = sql_ask(
	    &b->sql, "SELECT digest FROM letter WHERE seq = ?", "l", e->seq);
	if ((row = sql_row(st)) <= 0)
		return row < 0 ? row : ERR_NOT_FOUND;
	sql_copy(st, 0, e->digest, sizeof(e->digest));
	sql_end(st);
	return 0;
}
