/* What a thread is handed over with: keys of its letters, and its state. */
#include <string.h>

#include "base/err.h"
#include "book/fold.h"

int
book_grant_letters(struct book *b, const uint8_t thread[static THREAD_SIZE],
    struct grant_letter *ret_letters, size_t max, size_t *ret_n)
{
	struct grant_letter *l;
	sqlite3_stmt *st;
	int64_t thread_n;
	size_t n;
	int row, err;

	if ((err = thread_find(b, thread, &thread_n)) != 0)
		return err;
	st = sql_ask(&b->sql,
	    "SELECT seq, digest, key FROM letter WHERE thread = ?"
	    " AND key IS NOT NULL AND repeat = 0 ORDER BY seq LIMIT ?",
	    "ll", thread_n, (uint64_t)max);
	for (n = 0; (row = sql_row(st)) > 0; n++) {
		must(n < max);
		l = &ret_letters[n];
		l->seq = sql_u64(st, 0);
		sql_copy(st, 1, l->digest, sizeof(l->digest));
		sql_copy(st, 2, l->key, sizeof(l->key));
	}
	if (row == 0)
		*ret_n = n;
	return row;
}

struct stating {
	struct book *book;
	struct buf *lines;
	struct event about; /* seq and digest of the thread */
	int64_t thread;
	struct buf answers; /* scratch */
};

/*
 * What is in force, also where that is nothing: a desk that had the thread
 * before must not go on with what it knew then. Of each field the last that was
 * said, of flags and labels by name.
 */
static int
say_state(struct stating *s)
{
	static const char text[] =
	    "SELECT " EVENT_COLUMNS " FROM event e WHERE thread = ?1"
	    " AND kind IN (?2, ?3, ?4, ?5, ?6, ?7) AND NOT EXISTS"
	    " (SELECT 1 FROM event l WHERE l.thread = ?1 AND l.kind = e.kind"
	    " AND (e.kind NOT IN (?6, ?7) OR l.value = e.value)"
	    " AND (l.ord, l.line) > (e.ord, e.line)) ORDER BY ord, line";
	sqlite3_stmt *st = sql_ask(&s->book->sql, text, "liiiiii", s->thread,
	    EVENT_TOLD, EVENT_ASSIGNED, EVENT_STATUS, EVENT_SUMMARY, EVENT_FLAG,
	    EVENT_LABEL);
	struct event e;
	int row;

	while ((row = sql_row(st)) > 0) {
		event_from_row(st, 0, &e);
		e.seq = s->about.seq;
		memcpy(e.digest, s->about.digest, sizeof(e.digest));
		event_put(s->lines, &e);
	}
	return row;
}

/* The line of an answer as it would be, with its text or without. */
static size_t
length(struct stating *s, const struct event *answer, bool has_text)
{
	struct event e = *answer;

	e.seq = s->about.seq;
	if (!has_text)
		e.text = TEXT("");
	buf_clear(&s->answers);
	event_put(&s->answers, &e);
	return s->answers.n;
}

/*
 * What the source got. How many of the newest answers fit whole
 * behind what is said already: those before them go without their text, which is
 * long, but with their slots, as an answer nobody recorded is an alarm.
 */
static int
count_fitting(struct stating *s, size_t *ret_whole)
{
	static const char text[] =
	    "SELECT " EVENT_COLUMNS " FROM event WHERE thread = ?"
	    " AND kind IN (?, ?)" EVENT_IS_FIRST(
		"event") " ORDER BY ord DESC, line DESC";
	size_t room = s->lines->max - s->lines->n, whole = 0, used = 0, more;
	struct event e;
	sqlite3_stmt *st;
	int row, pass;

	for (pass = 0; pass < 2; pass++) {
		st = sql_ask(&s->book->sql, text, "lii", s->thread,
		    EVENT_ANSWERED, EVENT_POSTED);
		while ((row = sql_row(st)) > 0) {
			event_from_row(st, 0, &e);
			more = length(s, &e, false);
			if (pass == 1)
				more = length(s, &e, true) - more;
			used += more;
			if (pass == 0)
				continue;
			if (used > room) {
				sql_end(st);
				break;
			}
			whole++;
		}
		if (row < 0)
			return row;
	}
	*ret_whole = whole;
	return 0;
}

static int
say_answers(struct stating *s, size_t whole)
{
	static const char text[] =
	    "SELECT " EVENT_COLUMNS ", count(*) OVER () -"
	    " row_number() OVER (ORDER BY ord, line) FROM event"
	    " WHERE thread = ? AND kind IN (?, ?)" EVENT_IS_FIRST(
		"event") " ORDER BY ord, line";
	sqlite3_stmt *st = sql_ask(&s->book->sql, text, "lii", s->thread,
	    EVENT_ANSWERED, EVENT_POSTED);
	struct event e;
	int row;

	while ((row = sql_row(st)) > 0) {
		event_from_row(st, 0, &e);
		e.seq = s->about.seq;
		memcpy(e.digest, s->about.digest, sizeof(e.digest));
		if (sql_u64(st, 14) >= whole)
			e.text = TEXT("");
		event_put(s->lines, &e);
	}
	return row;
}

int
book_grant_state(struct book *b, const uint8_t thread[static THREAD_SIZE],
    struct buf *ret_lines)
{
	struct stating s = { .book = b, .lines = ret_lines };
	int64_t first;
	size_t whole;
	int err;

	buf_init(&s.answers, 2 * LETTER_TEXT_MAX);
	if ((err = thread_find(b, thread, &s.thread)) != 0 ||
	    (err = sql_number(&b->sql, &first,
		 "SELECT first FROM thread WHERE n = ?", "l", s.thread)) != 0)
		goto out;
	s.about.seq = (uint64_t)first;
	if ((err = event_fill_digest(b, &s.about)) == 0 &&
	    (err = say_state(&s)) == 0 &&
	    (err = count_fitting(&s, &whole)) == 0)
		err = say_answers(&s, whole);
	if (err == 0)
		err = buf_finish(ret_lines);
out:
	buf_fini(&s.answers);
	return err;
}
