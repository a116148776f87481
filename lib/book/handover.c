/* What a thread is handed over with: keys of its letters, and its state. */
#include <string.h>

#include "base/err.h"
#include "book/inside.h"

int
book_grant_letters(struct book *b, const uint8_t thread[static THREAD_SIZE],
    uint64_t after, struct grant_letter *ret_letters, size_t max, size_t *ret_n)
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
	    " AND seq > ? AND key IS NOT NULL AND own = 1 AND repeat = 0"
	    " ORDER BY seq LIMIT ?",
	    "lll", thread_n, after, (uint64_t)max);
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

/* Of a letter that is not here, or another one, nothing is noted: whoever named it
 * granted nothing. */
int
given_note(struct book *b, const struct grant_letter *l, struct text desk)
{
	return sql_run(&b->sql,
	    "INSERT OR IGNORE INTO given SELECT seq, ?3 FROM letter"
	    " WHERE seq = ?1 AND digest = ?2",
	    "lbt", l->seq, l->digest, sizeof(l->digest), desk);
}

int
book_given(struct book *b, struct text desk, const struct grant_letter *letters,
    size_t n)
{
	struct book_mark mark;
	size_t i;
	int err;

	if ((err = book_begin(b, &mark)) != 0)
		return err;
	for (i = 0; i < n && err == 0; i++)
		err = given_note(b, &letters[i], desk);
	return book_end(b, &mark, err);
}

int
book_owed(struct book *b, struct book_owed *ret_owed, size_t max, size_t *ret_n)
{
	/* What one who has left had seen, they granted. Each thread's events are
	 * looked through once, not once a letter. */
	static const char text[] =
	    "WITH away AS MATERIALIZED (SELECT t.n, t.desk, (SELECT"
	    " min(CASE WHEN a.n = ?3 THEN -1 ELSE e.seen END) FROM event e"
	    " JOIN author a ON a.n = e.author WHERE e.thread = t.n"
	    " AND e.kind = ?2 AND (a.n = ?3 OR a.name LIKE '?%')) AS since"
	    " FROM thread t WHERE t.desk <> t.home AND EXISTS (SELECT 1"
	    " FROM sits WHERE card = ?1 AND sits.desk = t.desk))"
	    " SELECT t.desk, l.seq, l.digest, l.key FROM away t"
	    " JOIN letter l ON l.thread = t.n WHERE l.seq > t.since"
	    " AND l.own = 1 AND l.repeat = 0 AND l.announced = 0"
	    " AND l.key IS NOT NULL AND NOT EXISTS (SELECT 1 FROM given g"
	    " WHERE g.seq = l.seq AND g.desk = t.desk)"
	    " ORDER BY t.desk, l.seq LIMIT ?4";
	sqlite3_stmt *st = sql_ask(&b->sql, text, "liil", b->card_seq,
	    EVENT_HANDED, AUTHOR_ME, (uint64_t)max);
	struct book_owed *o;
	struct text desk;
	size_t n;
	int row;

	for (n = 0; (row = sql_row(st)) > 0; n++) {
		must(n < max);
		o = &ret_owed[n];
		desk = sql_text(st, 0);
		must(desk.n < sizeof(o->desk));
		memcpy(o->desk, desk.p, desk.n);
		o->desk[desk.n] = '\0';
		o->letter.seq = sql_u64(st, 1);
		sql_copy(st, 2, o->letter.digest, sizeof(o->letter.digest));
		sql_copy(st, 3, o->letter.key, sizeof(o->letter.key));
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
 * said, of flags and labels by name; a colleague may have said any number, so
 * they are put in order once.
 */
static int
say_state(struct stating *s)
{
	static const char text[] =
	    "SELECT " EVENT_COLUMNS " FROM event WHERE n IN (SELECT n FROM"
	    " (SELECT n, row_number() OVER (PARTITION BY kind,"
	    " CASE WHEN kind IN (?6, ?7) THEN value END"
	    " ORDER BY ord DESC, line DESC) AS back FROM event"
	    " WHERE thread = ?1 AND kind IN (?2, ?3, ?4, ?5, ?6, ?7))"
	    " WHERE back = 1) ORDER BY ord, line";
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
	    " AND kind IN (?, ?) AND repeat = 0 ORDER BY ord DESC, line DESC";
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
	    " WHERE thread = ? AND kind IN (?, ?) AND repeat = 0"
	    " ORDER BY ord, line";
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
