/* The outcome of a fold into the tables. */
#include <string.h>

#include "base/err.h"
#include "book/fold.h"

#define MEMBERS_MAX 16 /* of one assignment that are looked at */

static enum thread_status
status_of(const struct folding *f)
{
	const struct said *said = field_now(&f->field[FIELD_STATUS]);
	int i;

	for (i = STATUS_OPEN; said != NULL && i < STATUS_COUNT; i++)
		if (strcmp(said->value, status_text((enum thread_status)i)) ==
		    0)
			return (enum thread_status)i;
	return f->is_opened ? STATUS_OPEN : STATUS_NEW;
}

static int
assign(struct folding *f, uint64_t *ret_n)
{
	const struct said *said = field_now(&f->field[FIELD_ASSIGNED]);
	struct text rest, id;
	size_t i;
	int err = 0;

	*ret_n = 0;
	rest = text_from(said != NULL ? said->value : "");
	for (i = 0; i < MEMBERS_MAX && rest.n > 0 && err == 0; i++) {
		id = text_cut(&rest, ' ');
		if (!masthead_is_id(id))
			continue;
		err = sql_run(&f->book->sql,
		    "INSERT OR IGNORE INTO assigned VALUES (?, ?)", "lt",
		    f->thread, id);
		f->has_sides = true;
		++*ret_n;
	}
	return err;
}

/* What others said at the same time, where it is something else. */
static int
conflicts(struct folding *f, enum field_name name, const char *word)
{
	const struct field *field = &f->field[name];
	const struct said *now = field_now(field);
	size_t i;
	int err = 0;

	for (i = 0; i + 1 < field->n && err == 0; i++) {
		if (strcmp(field->said[i].value, now->value) == 0)
			continue;
		err = sql_run(&f->book->sql,
		    "INSERT OR REPLACE INTO conflict VALUES (?, ?, ?, ?, ?)",
		    "lslsl", f->thread, word, field->said[i].ord,
		    field->said[i].value, field->said[i].author);
		f->has_sides = true;
	}
	return err;
}

int
fold_home(struct folding *f, uint64_t first, struct buf *home)
{
	sqlite3_stmt *st = sql_ask(&f->book->sql,
	    "SELECT id FROM desk WHERE card ="
	    " (SELECT max(seq) FROM card WHERE seq < ?1) AND (place = 0 OR"
	    " id = (SELECT desk FROM letter WHERE seq = ?1))"
	    " ORDER BY place DESC LIMIT 1",
	    "l", first);
	int row = sql_row(st);

	if (row <= 0)
		return row;
	buf_put_text(home, sql_text(st, 0));
	sql_end(st);
	return buf_finish(home);
}

/* Within how many days somebody answers. */
static int
find_promise(struct folding *f, struct text desk, int64_t *ret_days)
{
	int err = sql_number(&f->book->sql, ret_days,
	    "SELECT days FROM promise WHERE desk = ?", "t", desk);

	if (err != ERR_NOT_FOUND)
		return err;
	*ret_days = FEEDBACK_DAYS;
	return 0;
}

struct clocks {
	uint32_t ack, feedback, due;
};

static uint32_t
sooner(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

/* What is due first; a thread that came back is to be looked at as soon as a
 * new one. */
static struct clocks
set_clocks(const struct folding *f, enum thread_status status, bool came_back,
    int64_t promise)
{
	struct clocks c = { .ack = f->first_day + ACKNOWLEDGE_DAYS,
		.feedback = f->first_day + (uint32_t)promise,
		.due = DAY_NEVER };

	if (status < STATUS_CLOSED && !f->is_told)
		c.due = sooner(c.due, c.ack);
	if (status < STATUS_CLOSED && !f->is_informed)
		c.due = sooner(c.due, c.feedback);
	if (came_back)
		c.due = sooner(c.due, f->newest_day + ACKNOWLEDGE_DAYS);
	return c;
}

static int
write_all(struct folding *f, uint64_t first, uint64_t assigned,
    struct text home, const struct clocks *c, bool came_back)
{
	static const char text[] =
	    "UPDATE thread SET first = ?, hidden = ?, status = ?,"
	    " came_back = ?, until = ?, due = ?, newest = ?, assigned = ?,"
	    " danger = ?, plant = ?, alarm = ? OR EXISTS (SELECT 1 FROM alarm"
	    " WHERE thread = thread.n), desk = ?, home = ?, day = ?,"
	    " newest_day = ?, letters = ?, claims = ?, reason = ?,"
	    " summary = ?, answers = ?, answered_day = ?, told = ?,"
	    " told_day = ?, ack_due = ?, ack_done = ?, fb_due = ?,"
	    " fb_done = ?, withdrawn = ?, pending = ?, sides = ?,"
	    " (kind, story, lang) = (SELECT kind, story, lang FROM letter"
	    " WHERE seq = ?) WHERE n = ?";
	const struct said *status = field_now(&f->field[FIELD_STATUS]);
	const struct said *summary = field_now(&f->field[FIELD_SUMMARY]);
	const struct said *desk = field_now(&f->field[FIELD_DESK]);

	return sql_run(&f->book->sql, text, "liiiuuliiiittuullsslusuuiuiiiill",
	    first, (int)f->is_hidden, (int)status_of(f), (int)came_back,
	    status != NULL ? status->until : 0, c->due, f->newest,
	    (int)assigned, (int)f->is_danger, (int)f->is_plant,
	    (int)f->has_alarm, desk != NULL ? text_from(desk->value) : home,
	    home, f->first_day, f->newest_day, f->letters, f->claims,
	    status != NULL ? status->reason : "",
	    summary != NULL ? summary->value : "", f->answers, f->answered_day,
	    f->told, f->told_day, c->ack, (int)f->is_told, c->feedback,
	    (int)f->is_informed, (int)f->is_withdrawn, (int)f->pending,
	    (int)f->has_sides, first, f->thread);
}

static int
write_thread(struct folding *f, uint64_t first, uint64_t assigned)
{
	const struct said *desk = field_now(&f->field[FIELD_DESK]);
	bool came_back =
	    f->is_handled && f->newest > f->handled && f->newest != f->first;
	struct clocks clocks;
	struct buf home;
	int64_t promise;
	int err;

	buf_init(&home, MASTHEAD_ID_MAX);
	if ((err = fold_home(f, first, &home)) == 0 &&
	    (err = find_promise(f,
		 desk != NULL ? text_from(desk->value) : buf_text(&home),
		 &promise)) == 0) {
		clocks = set_clocks(f, status_of(f), came_back, promise);
		err = write_all(
		    f, first, assigned, buf_text(&home), &clocks, came_back);
	}
	buf_fini(&home);
	return err;
}

int
fold_write(struct folding *f)
{
	static const char *const words[FIELDS] = {
		[FIELD_STATUS] = "status",
		[FIELD_ASSIGNED] = "assigned",
		[FIELD_SUMMARY] = "summary",
		[FIELD_DESK] = "desk",
	};
	uint64_t assigned, first = f->first != 0 ? f->first : f->first_claim;
	int i, err;

	if ((err = assign(f, &assigned)) != 0)
		return err;
	for (i = 0; i < FIELDS; i++)
		if ((err = conflicts(f, (enum field_name)i, words[i])) != 0)
			return err;
	/* Without a letter that can be read there is nothing to show yet. */
	if (first != 0)
		return write_thread(f, first, assigned);
	return sql_run(&f->book->sql, "UPDATE thread SET sides = ? WHERE n = ?",
	    "il", (int)f->has_sides, f->thread);
}
