/*
 * What should not be: alarms that the book or others raise, and letters that are
 * missing or were taken away though nobody announced it.
 */
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "book/inside.h"

#define SHOWN_MAX 1000 /* of one sort */
#define OLD_DAYS 30    /* after which what somebody tried once is forgotten */
#define WORDS_MAX 256

int
alarm_raise(struct book *b, const char *kind, const char *what, struct text key,
    uint64_t seq, const char *words)
{
	static const char text[] =
	    "INSERT INTO alarm (kind, key, seq, what, text, day, n) VALUES"
	    " (?1, ?2, ?3, ?4, ?5, (SELECT day FROM letter WHERE seq = ?3), 1)"
	    " ON CONFLICT DO UPDATE SET n = n + 1,"
	    " day = max(day, excluded.day), seq = max(seq, excluded.seq)";

	return sql_run(&b->sql, text, "stlss", kind, key, seq, what, words);
}

static int
set_alarm(struct book *b, const struct book_alarm *a, int64_t thread)
{
	static const char text[] =
	    "INSERT OR REPLACE INTO alarm (kind, key, seq, what, number, text,"
	    " day, n, thread) VALUES (?, ?, nullif(?, 0), ?, nullif(?, 0), ?,"
	    " ?, 1, nullif(?, 0))";
	int64_t before = 0;
	int err;

	/* Its thread is looked at again, now and before. */
	err = sql_number(&b->sql, &before,
	    "SELECT coalesce(thread, 0) FROM alarm WHERE kind = ? AND key = ?",
	    "ss", a->kind, a->key);
	if (err != 0 && err != ERR_NOT_FOUND)
		return err;
	if (before != 0 && (err = thread_touch(b, before)) != 0)
		return err;
	if (a->words == NULL)
		return sql_run(&b->sql,
		    "DELETE FROM alarm WHERE kind = ? AND key = ?", "ss",
		    a->kind, a->key);
	if (thread != 0 && (err = thread_touch(b, thread)) != 0)
		return err;
	return sql_run(&b->sql, text, "sslsusul", a->kind, a->key, a->seq,
	    a->what, a->number, a->words, b->today(), thread);
}

int
book_alarm(struct book *b, const struct book_alarm *a)
{
	struct book_mark mark;
	int64_t n = 0, same = 0;
	int err;

	/* Whoever repeats what is known changes nothing. */
	if (a->words != NULL &&
	    sql_number(&b->sql, &same,
		"SELECT 1 FROM alarm WHERE kind = ? AND key = ? AND text = ?",
		"sss", a->kind, a->key, a->words) == 0)
		return 0;
	if (a->thread != NULL && (err = thread_find(b, a->thread, &n)) != 0 &&
	    err != ERR_NOT_FOUND)
		return err;
	if ((err = book_begin(b, &mark)) != 0)
		return err;
	return book_end(b, &mark, set_alarm(b, a, n));
}

/* What an alarm says, besides its words. */
struct about {
	const char *kind;
	uint64_t seq, such;
	const uint8_t *thread;
	uint32_t day;
};

static json_t *
put_alarm(json_t *list, const struct about *a, struct text words, int *err)
{
	json_t *o = json_object();

	put_text(o, "kind", text_from(a->kind), err);
	if (a->seq != 0)
		put_number(o, "seq", a->seq, err);
	if (a->thread != NULL)
		put_hex(o, "thread", a->thread, THREAD_SIZE, err);
	if (a->day != 0)
		put_day(o, "day", a->day, err);
	if (a->such > 1)
		put_number(o, "such", a->such, err);
	put_text(o, "text", words, err);
	add(list, o, err);
	return o;
}

/* "Letter 12 …", and how often. */
static json_t *
put_own(json_t *list, const struct about *a, struct text text, int *err)
{
	char words[WORDS_MAX];
	unsigned long long seq = a->seq, such = a->such;

	if (such > 1)
		snprintf(words, sizeof(words), "letter %llu %.*s (%llu such)",
		    seq, (int)text.n, text.p, such);
	else
		snprintf(words, sizeof(words), "letter %llu %.*s", seq,
		    (int)text.n, text.p);
	return put_alarm(list, a, text_from(words), err);
}

static bool
is_own(struct text kind)
{
	return text_is(kind, "forged") || text_is(kind, "left") ||
	       text_is(kind, "fork");
}

static void
put_row(sqlite3_stmt *st, json_t *list, int *err)
{
	uint8_t thread[THREAD_SIZE];
	struct about a = { (const char *)sqlite3_column_text(st, 0),
		sql_u64(st, 1), sql_u64(st, 5), NULL, sql_u32(st, 3) };
	json_t *o;

	sql_copy(st, 2, thread, sizeof(thread));
	if (sqlite3_column_bytes(st, 2) > 0)
		a.thread = thread;
	if (is_own(sql_text(st, 0)) && a.seq != 0)
		o = put_own(list, &a, sql_text(st, 4), err);
	else
		o = put_alarm(list, &a, sql_text(st, 4), err);
	if (*err == 0 && sql_text(st, 6).n > 0)
		put_text(o, "what", sql_text(st, 6), err);
	if (*err == 0 && sql_u32(st, 7) != 0)
		put_number(o, "number", sql_u32(st, 7), err);
}

static int
put_raised(struct book *b, json_t *list)
{
	static const char text[] =
	    "SELECT a.kind, a.seq, t.id, a.day, a.text, a.n, a.what, a.number"
	    " FROM alarm a LEFT JOIN thread t ON t.n = a.thread"
	    " WHERE a.kind NOT IN ('left', 'forged') OR a.day + ? > ?"
	    " ORDER BY a.kind, a.day DESC, a.key LIMIT ?";
	sqlite3_stmt *st =
	    sql_ask(&b->sql, text, "iui", OLD_DAYS, b->today(), SHOWN_MAX);
	int row, err = 0;

	while ((row = sql_row(st)) > 0)
		put_row(st, list, &err);
	return row != 0 ? row : err;
}

struct hole {
	uint64_t seq, size, held;
	bool is_card, is_deleted, is_gone;
	enum letter_state state;
};

/*
 * Deletions are announced to every desk; only those before a member came were
 * announced in letters that they cannot open. An entry that is not here though
 * later ones are was withheld.
 */
static const char *
kind_of(const struct hole *h, uint64_t joined, uint64_t newest_held)
{
	bool is_removed = h->is_deleted || h->is_gone;

	if (is_removed && h->seq <= joined && h->state != LETTER_OPEN &&
	    !h->is_card)
		return NULL;
	if (h->held == 0)
		return is_removed || h->seq < newest_held ? "missing" : NULL;
	if (h->is_gone)
		return "gone";
	return h->is_deleted ? "deleted" : NULL;
}

static void
put_hole(const struct hole *h, const char *kind, const uint8_t *thread,
    uint32_t day, json_t *list, int *err)
{
	static const char nobody[] = "and nobody on the masthead announced it";
	struct about a = { kind, h->seq, 0, thread, day };
	bool is_partial = h->held < h->size && strcmp(kind, "deleted") == 0;
	char words[WORDS_MAX];
	unsigned long long seq = h->seq;
	json_t *o;

	if (strcmp(kind, "missing") == 0)
		snprintf(words, sizeof(words),
		    "entry %llu is missing on the server, %s; nothing of it is "
		    "here",
		    seq, nobody);
	else if (strcmp(kind, "gone") == 0)
		snprintf(words, sizeof(words),
		    "letter %llu is gone from the server, %s; what is here "
		    "stays here",
		    seq, nobody);
	else
		snprintf(words, sizeof(words),
		    "letter %llu was deleted on the server, %s; it can be "
		    "brought back for 14 days%s",
		    seq, nobody,
		    is_partial ? "; only its beginning is here" : "");
	o = put_alarm(list, &a, text_from(words), err);
	if (*err == 0 && is_partial)
		put_bool(o, "is_partial", true, err);
}

static int
put_holes(struct book *b, json_t *list)
{
	static const char text[] =
	    "SELECT l.seq, l.size, l.held, l.type = 2, l.deleted, l.gone,"
	    " l.state, l.day, t.id FROM letter l"
	    " LEFT JOIN thread t ON t.n = l.thread WHERE l.announced = 0 AND"
	    " (l.deleted = 1 OR l.gone = 1 OR l.held = 0) AND"
	    " (?1 = 0 OR l.type = 2 OR l.day + ?1 > ?2) ORDER BY l.seq";
	uint32_t retention = b->card != NULL ? b->card->retention_days : 0;
	uint64_t joined = 0;
	uint8_t thread[THREAD_SIZE];
	const char *kind;
	sqlite3_stmt *st;
	struct hole h;
	int64_t held = 0;
	size_t shown = 0;
	int row, err;

	if ((err = author_joined(b, AUTHOR_ME, &joined)) != 0 ||
	    ((err = sql_number(&b->sql, &held,
		  "SELECT seq FROM letter WHERE held > 0"
		  " ORDER BY seq DESC LIMIT 1",
		  "")) != 0 &&
		err != ERR_NOT_FOUND))
		return err;
	err = 0;
	st = sql_ask(&b->sql, text, "uu", retention, b->today());
	while (err == 0 && shown < SHOWN_MAX && (row = sql_row(st)) != 0) {
		if (row < 0)
			return row;
		h = (struct hole){ sql_u64(st, 0), sql_u64(st, 1),
			sql_u64(st, 2), sqlite3_column_int(st, 3) != 0,
			sqlite3_column_int(st, 4) != 0,
			sqlite3_column_int(st, 5) != 0,
			(enum letter_state)sqlite3_column_int(st, 6) };
		kind = kind_of(&h, joined, (uint64_t)held);
		if (kind == NULL)
			continue;
		sql_copy(st, 8, thread, sizeof(thread));
		put_hole(&h, kind,
		    sqlite3_column_bytes(st, 8) > 0 ? thread : NULL,
		    sql_u32(st, 7), list, &err);
		shown++;
	}
	sql_end(st);
	return err;
}

int
book_alarms(struct book *b, json_t **ret_json)
{
	json_t *o = json_object(), *list = json_array();
	int err;

	if ((err = put_raised(b, list)) == 0)
		err = put_holes(b, list);
	put(o, "alarms", list, &err);
	if (err != 0)
		json_decref(o);
	else
		*ret_json = o;
	return err;
}
