/* Numbers over all threads. They are counted once for each state of the book:
 * whoever shows them asks often. */
#include <stdio.h>
#include <string.h>

#include "base/day.h"
#include "base/err.h"
#include "book/query.h"

#define WEEKS 12
#define ROUND 5 /* who counts by fives tells nobody when one tip came */

static int
count_mine(struct book *b, uint64_t *ret_n)
{
	static const char text[] =
	    "SELECT count(*) FROM assigned a JOIN thread t ON t.n = a.thread"
	    " WHERE a.member = ?2 AND (" VIEWS_OF " & ?3)";
	sqlite3_stmt *st =
	    sql_ask(&b->sql, text, "uxi", b->today(), 1 << VIEW_MINE);
	int row;

	if (st != NULL)
		query_bind(b, st);
	if ((row = sql_row(st)) <= 0)
		return row;
	*ret_n = sql_u64(st, 0);
	sql_end(st);
	return 0;
}

/* All threads once; bit i of the first column is view i. */
static int
put_views(struct book *b, json_t *o)
{
	static const char text[] = "SELECT " VIEWS_OF ", t.due FROM thread t"
				   " WHERE t.first IS NOT NULL";
	uint32_t today = b->today();
	sqlite3_stmt *st = sql_ask(&b->sql, text, "u", today);
	uint64_t n[VIEWS] = { 0 }, due_today = 0, overdue = 0;
	unsigned views, i;
	int row, err;

	while ((row = sql_row(st)) > 0) {
		views = (unsigned)sqlite3_column_int(st, 0);
		for (i = 0; i < VIEWS; i++)
			n[i] += views >> i & 1;
		if ((views >> VIEW_DUE & 1) == 0)
			continue;
		due_today += sql_u32(st, 1) == today;
		overdue += sql_u32(st, 1) < today;
	}
	if (row < 0 || (err = count_mine(b, &n[VIEW_MINE])) != 0)
		return row < 0 ? row : err;
	for (i = 0; i < VIEWS; i++)
		put_number(o, view_name((enum view)i), n[i], &err);
	put_number(o, "due_today", due_today, &err);
	put_number(o, "overdue", overdue, &err);
	return err;
}

static int
put_junk(struct book *b, json_t *o)
{
	int64_t n = 0;
	int err;

	if ((err = sql_number(&b->sql, &n,
		 "SELECT count(*) FROM letter WHERE state = ? AND state <> 1",
		 "i", LETTER_JUNK)) == 0)
		put_number(o, "junk", (uint64_t)n, &err);
	return err;
}

/* ISO 8601: a week belongs to the year of its Thursday. */
static void
name_week(char out[static 16], uint32_t monday)
{
	char day[DAY_TEXT_SIZE + 1], first[DAY_TEXT_SIZE + 1];
	uint32_t thursday = monday + 3, january = thursday;

	day_write(day, thursday);
	memcpy(first, day, sizeof(first));
	memcpy(first + 4, "-01-01", 6);
	(void)day_read(text_from(first), &january);
	snprintf(out, 16, "%.4s-W%02u", day, (thursday - january) / 7 + 1);
}

/* Newest letters first, until they are too old. */
static int
count_weeks(struct book *b, uint32_t start, uint64_t counts[static WEEKS])
{
	sqlite3_stmt *st = sql_ask(&b->sql,
	    "SELECT day, thread IS NOT NULL AND repeat = 0 FROM letter"
	    " ORDER BY seq DESC",
	    "");
	uint32_t day;
	int row;

	while ((row = sql_row(st)) > 0) {
		day = sql_u32(st, 0);
		if (day < start) {
			sql_end(st);
			return 0;
		}
		if (sqlite3_column_int(st, 1) != 0 && (day - start) / 7 < WEEKS)
			counts[(day - start) / 7]++;
	}
	return row;
}

static int
put_weeks(struct book *b, json_t *o)
{
	uint32_t today = b->today();
	/* 1970-01-01 was a Thursday. */
	uint32_t monday = today - (today + 3) % 7, start;
	uint64_t counts[WEEKS] = { 0 };
	json_t *list = json_array(), *week;
	char name[16];
	uint32_t i;
	int err;

	start = monday - 7 * (WEEKS - 1);
	err = count_weeks(b, start, counts);
	for (i = 0; i < WEEKS; i++) {
		week = json_object();
		name_week(name, start + 7 * i);
		put_text(week, "week", text_from(name), &err);
		put_number(week, "arrivals",
		    (counts[i] + ROUND / 2) / ROUND * ROUND, &err);
		add(list, week, &err);
	}
	put(o, "weeks", list, &err);
	return err;
}

/* One object a row: a text, a number, and perhaps how many are new. */
static int
put_groups(json_t *o, const char *name, const char *word, sqlite3_stmt *st)
{
	json_t *list = json_array(), *group;
	int row, err = 0;

	while ((row = sql_row(st)) > 0) {
		group = json_object();
		put_text(group, word, sql_text(st, 0), &err);
		put_number(group, "threads", sql_u64(st, 1), &err);
		if (sqlite3_column_count(st) > 2)
			put_number(group, "new", sql_u64(st, 2), &err);
		add(list, group, &err);
	}
	put(o, name, list, &err);
	return row != 0 ? row : err;
}

static int
put_all_groups(struct book *b, json_t *o)
{
	int err;

	if ((err = put_groups(o, "stories", "story",
		 sql_ask(&b->sql,
		     "SELECT story, count(*), total(status = 0) FROM thread"
		     " WHERE first IS NOT NULL AND hidden = 0 AND story <> ''"
		     " GROUP BY story ORDER BY 2 DESC, 1 LIMIT 1000",
		     ""))) != 0 ||
	    (err = put_groups(o, "langs", "lang",
		 sql_ask(&b->sql,
		     "SELECT lang, count(*) FROM thread"
		     " WHERE first IS NOT NULL AND hidden = 0 AND lang <> ''"
		     " GROUP BY lang ORDER BY 2 DESC, 1 LIMIT 100",
		     ""))) != 0)
		return err;
	return put_groups(o, "labels", "label",
	    sql_ask(&b->sql,
		"SELECT label, count(*) FROM label JOIN thread"
		" ON thread.n = label.thread WHERE hidden = 0"
		" GROUP BY label ORDER BY 2 DESC, 1 LIMIT 1000",
		""));
}

static int
count_all(struct book *b, json_t **ret_json)
{
	json_t *o = json_object();
	int err;

	if ((err = put_views(b, o)) != 0 || (err = put_junk(b, o)) != 0 ||
	    (err = put_weeks(b, o)) != 0 || (err = put_all_groups(b, o)) != 0)
		json_decref(o);
	else
		*ret_json = o;
	return err;
}

int
book_counts(struct book *b, json_t **ret_json)
{
	json_t *copy;
	int err;

	if (b->counts != NULL &&
	    (b->counted != b->version || b->counted_day != b->today())) {
		json_decref(b->counts);
		b->counts = NULL;
	}
	if (b->counts == NULL) {
		if ((err = count_all(b, &b->counts)) != 0)
			return err;
		b->counted = b->version;
		b->counted_day = b->today();
	}
	if ((copy = json_deep_copy(b->counts)) == NULL)
		return ERR_NOMEM;
	*ret_json = copy;
	return 0;
}
