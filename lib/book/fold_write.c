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

/* What the letters say: from the first one. It went to the desk it names, or to
 * the first when there was no such desk. */
static int
write_letters(struct folding *f, uint64_t first)
{
	static const char text[] =
	    "UPDATE thread SET (day, kind, story, lang, home) ="
	    " (SELECT day, kind, story, lang, (SELECT id FROM desk"
	    " WHERE card = (SELECT max(seq) FROM card WHERE seq < ?1)"
	    " AND (id = letter.desk OR place = 0)"
	    " ORDER BY place DESC LIMIT 1)"
	    " FROM letter WHERE seq = ?1), first = ?1, newest = ?2,"
	    " newest_day = ?3, letters = ?4, claims = ?5, withdrawn = ?6,"
	    " hidden = ?7 WHERE n = ?8";
	const struct said *desk = field_now(&f->field[FIELD_DESK]);
	int err;

	if ((err = sql_run(&f->book->sql, text, "llulliil", first, f->newest,
		 f->newest_day, f->letters, f->claims, (int)f->is_withdrawn,
		 (int)f->is_hidden, f->thread)) != 0)
		return err;
	return sql_run(&f->book->sql,
	    "UPDATE thread SET desk = coalesce(?, home) WHERE n = ?", "sl",
	    desk != NULL ? desk->value : NULL, f->thread);
}

static int
write_state(struct folding *f, uint64_t assigned)
{
	static const char text[] =
	    "UPDATE thread SET status = ?, reason = ?, until = ?, summary = ?,"
	    " plant = ?, danger = ?, came_back = ?, answers = ?,"
	    " answered_day = ?, told = ?, told_day = ?, ack_done = ?,"
	    " fb_done = ?, pending = ?, assigned = ?, sides = ?,"
	    " alarm = ? OR EXISTS (SELECT 1 FROM alarm WHERE thread = ?)"
	    " WHERE n = ?";
	const struct said *status = field_now(&f->field[FIELD_STATUS]);
	const struct said *summary = field_now(&f->field[FIELD_SUMMARY]);
	bool came_back =
	    f->is_handled && f->newest > f->handled && f->newest != f->first;

	return sql_run(&f->book->sql, text, "isusiiilusuiiiiiill",
	    (int)status_of(f), status != NULL ? status->reason : "",
	    status != NULL ? status->until : 0,
	    summary != NULL ? summary->value : "", (int)f->is_plant,
	    (int)f->is_danger, (int)came_back, f->answers, f->answered_day,
	    f->told, f->told_day, (int)f->is_told, (int)f->is_informed,
	    (int)f->pending, (int)assigned, (int)f->has_sides,
	    (int)f->has_alarm, f->thread, f->thread);
}

/* What is due first; a thread that came back is to be looked at as soon as a
 * new one. */
static int
write_clocks(struct folding *f)
{
	static const char text[] =
	    "UPDATE thread SET ack_due = day + ?1, fb_due = day +"
	    " coalesce((SELECT days FROM promise WHERE promise.desk ="
	    " thread.desk), ?2) WHERE n = ?3";
	static const char due[] =
	    "UPDATE thread SET due = min("
	    "CASE WHEN status >= ?1 OR ack_done THEN ?2 ELSE ack_due END,"
	    "CASE WHEN status >= ?1 OR fb_done THEN ?2 ELSE fb_due END,"
	    "CASE WHEN came_back THEN newest_day + ?3 ELSE ?2 END)"
	    " WHERE n = ?4";
	int err;

	if ((err = sql_run(&f->book->sql, text, "iil", ACKNOWLEDGE_DAYS,
		 FEEDBACK_DAYS, f->thread)) != 0)
		return err;
	return sql_run(&f->book->sql, due, "iiil", STATUS_CLOSED, DAY_NEVER,
	    ACKNOWLEDGE_DAYS, f->thread);
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
	if ((err = write_state(f, assigned)) != 0 || first == 0)
		return err;
	if ((err = write_letters(f, first)) != 0)
		return err;
	return write_clocks(f);
}
