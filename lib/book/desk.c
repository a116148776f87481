/*
 * What colleagues said. It counts when its author was on the masthead at that
 * time and signed it, and once: whoever keeps the inbox can put an old letter in
 * again.
 */
#include <string.h>

#include "base/err.h"
#include "book/inside.h"

/* An author who does not count. Anybody can seal a letter to the desk, so that
 * one by nobody we know is junk like all other junk. */
static int
refuse(struct book *b, const struct job *j, int64_t author,
    enum letter_state *ret_state)
{
	char hex[64];
	bool was_seated;
	int err;

	if ((err = author_was_seated(b, author, &was_seated)) != 0)
		return err;
	*ret_state = was_seated ? LETTER_DROPPED : LETTER_JUNK;
	if (!was_seated)
		return 0;
	if (j->head->member != LETTER_SIG_GOOD)
		return alarm_raise(b, "forged", NULL, TEXT("forged"),
		    j->entry.seq,
		    "claims to be by a member and is not signed by them");
	hex_write(hex, j->head->tip.author, 32);
	return alarm_raise(b, "left", NULL, (struct text){ hex, sizeof(hex) },
	    j->entry.seq, "is by somebody who was not on the masthead then");
}

/* Whoever saw another past than ours was shown one. */
static int
compare_past(struct book *b, const struct job *j)
{
	const struct letter_tip *tip = &j->head->tip;
	uint8_t link[32] = { 0 };
	char hex[64];
	sqlite3_stmt *st;
	int row;

	if (tip->seen_seq > 0 && tip->seen_seq < j->entry.seq) {
		st = sql_ask(&b->sql, "SELECT link FROM letter WHERE seq = ?",
		    "l", tip->seen_seq);
		if ((row = sql_row(st)) < 0)
			return row;
		if (row > 0) {
			sql_copy(st, 0, link, sizeof(link));
			sql_end(st);
		}
	}
	if (tip->seen_seq < j->entry.seq &&
	    memcmp(link, tip->seen_link, sizeof(link)) == 0)
		return 0;
	hex_write(hex, tip->author, 32);
	return alarm_raise(b, "fork", "colleague",
	    (struct text){ hex, sizeof(hex) }, j->entry.seq,
	    "its author was shown another past by the server than you");
}

/* True when the same letter stands earlier and counts; one that stands later
 * counts no more. */
static int
is_repeat(struct book *b, const struct job *j, int64_t author, bool *ret_is)
{
	int64_t other = 0;
	int err;

	*ret_is = false;
	for (;;) {
		err = sql_number(&b->sql, &other,
		    "SELECT seq FROM letter WHERE author = ? AND id = ?"
		    " AND counts = 1 AND seq <> ?",
		    "lbl", author, j->head->id, (size_t)LETTER_ID_SIZE,
		    j->entry.seq);
		if (err == ERR_NOT_FOUND)
			return 0;
		if (err != 0)
			return err;
		if ((uint64_t)other < j->entry.seq) {
			*ret_is = true;
			return 0;
		}
		if ((err = event_forget(b, other)) != 0 ||
		    (err = sql_run(&b->sql,
			 "UPDATE letter SET counts = 0 WHERE seq = ?", "l",
			 other)) != 0)
			return err;
	}
}

struct saying {
	struct book *book;
	const struct event_origin *origin;
	struct text desk; /* that the letter is for */
};

static int
take_event(void *ctx, size_t number, const struct event *e)
{
	const struct saying *s = ctx;
	struct event_origin o = *s->origin;
	int err;

	o.line = (uint32_t)number;
	err = event_add(s->book, &o, e);
	return err == ERR_NOT_FOUND ? 0 : err;
}

/* A key is tried when it comes, and again when the letter's bytes do. */
static int
take_grant(void *ctx, const struct grant_letter *l)
{
	const struct saying *s = ctx;
	struct book *b = s->book;
	uint8_t digest[32];
	enum letter_state state;
	sqlite3_stmt *st;
	int row, err;

	if (s->origin->author == AUTHOR_ME &&
	    (err = given_note(b, l, s->desk)) != 0)
		return err;
	st = sql_ask(&b->sql, "SELECT digest, state FROM letter WHERE seq = ?",
	    "l", l->seq);
	if ((row = sql_row(st)) <= 0)
		return row;
	sql_copy(st, 0, digest, sizeof(digest));
	state = (enum letter_state)sqlite3_column_int(st, 1);
	sql_end(st);
	if ((int64_t)l->seq >= s->origin->ord ||
	    memcmp(digest, l->digest, sizeof(digest)) != 0 ||
	    (state != LETTER_NO_KEY && state != LETTER_WAITING))
		return 0;
	if ((err = sql_run(&b->sql,
		 "INSERT OR IGNORE INTO granted VALUES (?, ?)", "lb", l->seq,
		 l->key, sizeof(l->key))) != 0)
		return err;
	return sql_run(
	    &b->sql, "INSERT OR IGNORE INTO again VALUES (?)", "l", l->seq);
}

static int
take_text(struct book *b, const struct job *j, const struct event_origin *o)
{
	static const struct grant_handler grant = { take_grant, take_event };
	static const uint8_t nobody[THREAD_SIZE];
	const struct letter_tip *tip = &j->head->tip;
	struct saying s = { b, o, tip->desk };

	if (tip->kind == LETTER_EVENTS)
		return events_read(buf_text(&j->message), take_event, &s);
	if (tip->kind == LETTER_GRANT)
		return grant_read(buf_text(&j->message), &grant, &s);
	if (memcmp(tip->thread.thread, nobody, THREAD_SIZE) == 0)
		return 0;
	return note_add(b, o, tip->thread.thread, buf_text(&j->text));
}

static int
note_letter(struct book *b, const struct job *j, int64_t author, bool counts)
{
	return sql_run(&b->sql,
	    "UPDATE letter SET kind = ?, id = ?, author = ?, counts = ?"
	    " WHERE seq = ?",
	    "iblil", (int)j->head->tip.kind, j->head->id,
	    (size_t)LETTER_ID_SIZE, author, (int)counts, j->entry.seq);
}

int
desk_apply(struct book *b, const struct job *j, enum letter_state *ret_state)
{
	const struct letter_tip *tip = &j->head->tip;
	struct event_origin o = { .ord = (int64_t)j->entry.seq,
		.seen = tip->seen_seq < j->entry.seq ? tip->seen_seq
						     : j->entry.seq - 1,
		.day = j->entry.day,
		.letter = j->head->id };
	bool is_seated, is_again;
	int err;

	if ((err = author_number(b, tip->author, &o.author)) != 0 ||
	    (err = note_letter(b, j, o.author, false)) != 0 ||
	    (err = author_is_seated(b, o.author, j->entry.seq, &is_seated)) !=
		0)
		return err;
	if (!is_seated || j->head->member != LETTER_SIG_GOOD)
		return refuse(b, j, o.author, ret_state);
	if ((err = compare_past(b, j)) != 0 ||
	    (err = is_repeat(b, j, o.author, &is_again)) != 0 || is_again ||
	    (err = note_letter(b, j, o.author, true)) != 0)
		return err;
	if (o.author == AUTHOR_ME &&
	    (err = pending_arrived(b, j->head->id)) != 0)
		return err;
	err = take_text(b, j, &o);
	/* A malformed one says nothing; what stands in it is none of ours. */
	return is_grave(err) ? err : 0;
}
