/* A thread as it stands in lists. */

#include "base/err.h"
#include "book/query.h"

#define NEAR_BITS 6 /* in which two texts may differ */
#define NEAR_SHOWN 5
#define FILES_SHOWN 50
#define LABELS_SHOWN 100
#define NEAR_LOOKED 1000 /* texts held against one, a band */

static void
put_letter(json_t *o, sqlite3_stmt *st, int *err)
{
	static const struct {
		const char *name;
		int column;
	} texts[] = { { "story", 4 }, { "lang", 5 }, { "desk", 6 },
		{ "channel", 7 }, { "name", 9 }, { "contact", 10 },
		{ "passage", 11 }, { "preview", 12 } };
	uint8_t id[THREAD_SIZE];
	struct text t;
	size_t i;

	sql_copy(st, 0, id, sizeof(id));
	put_hex(o, "thread", id, sizeof(id), err);
	put_number(o, "seq", sql_u64(st, 1), err);
	put_day(o, "day", sql_u32(st, 2), err);
	put_text(o, "kind",
	    text_from(
		letter_kind_text((enum letter_kind)sqlite3_column_int(st, 3))),
	    err);
	put_text(o, "terms",
	    text_from(letter_terms_text(
		(enum letter_terms)sqlite3_column_int(st, 8))),
	    err);
	for (i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		t = sql_text(st, texts[i].column);
		if (t.n > 0 || texts[i].column == 12)
			put_text(o, texts[i].name, t, err);
	}
}

static void
put_clock(json_t *o, const char *name, uint32_t due, bool is_done, int *err)
{
	json_t *clock = json_object();

	put_day(clock, "due", due, err);
	put_bool(clock, "done", is_done, err);
	put(o, name, clock, err);
}

static void
put_optional_day(json_t *o, const char *name, uint32_t day, int *err)
{
	if (day != 0)
		put_day(o, name, day, err);
}

/* Columns from 13 on. */
static void
put_state(json_t *o, sqlite3_stmt *st, int *err)
{
	put_day(o, "newest_day", sql_u32(st, 13), err);
	put_number(o, "letters", sql_u64(st, 14), err);
	put_number(o, "claims", sql_u64(st, 15), err);
	put_text(o, "state",
	    text_from(
		status_text((enum thread_status)sqlite3_column_int(st, 16))),
	    err);
	if (sql_text(st, 17).n > 0)
		put_text(o, "reason", sql_text(st, 17), err);
	put_optional_day(o, "until", sql_u32(st, 18), err);
	if (sql_text(st, 19).n > 0)
		put_text(o, "summary", sql_text(st, 19), err);
	put_bool(o, "is_plant", sqlite3_column_int(st, 20) != 0, err);
	put_bool(o, "is_danger", sqlite3_column_int(st, 21) != 0, err);
	put_bool(o, "came_back", sqlite3_column_int(st, 22) != 0, err);
	put_number(o, "answers", sql_u64(st, 23), err);
	put_optional_day(o, "answered_day", sql_u32(st, 24), err);
	if (sql_text(st, 25).n > 0)
		put_text(o, "told", sql_text(st, 25), err);
	put_optional_day(o, "told_day", sql_u32(st, 26), err);
	put_clock(o, "acknowledge", sql_u32(st, 27),
	    sqlite3_column_int(st, 28) != 0, err);
	put_clock(o, "feedback", sql_u32(st, 29),
	    sqlite3_column_int(st, 30) != 0, err);
	put_bool(o, "withdrawn", sqlite3_column_int(st, 31) != 0, err);
	put_number(o, "pending", sql_u64(st, 32), err);
	put_bool(o, "alarm", sqlite3_column_int(st, 33) != 0, err);
}

static int
read_row(struct book *b, int64_t thread, json_t *o)
{
	static const char text[] =
	    "SELECT t.id, t.first, t.day, t.kind, t.story, t.lang, t.desk,"
	    " l.channel, l.terms, l.name, l.contact, l.passage,"
	    " substr(d.text, 1, 160), t.newest_day, t.letters, t.claims,"
	    " t.status, t.reason, t.until, t.summary, t.plant, t.danger,"
	    " t.came_back, t.answers, t.answered_day, t.told, t.told_day,"
	    " t.ack_due, t.ack_done, t.fb_due, t.fb_done, t.withdrawn,"
	    " t.pending, t.alarm"
	    " FROM thread t JOIN letter l ON l.seq = t.first"
	    " LEFT JOIN doc d ON d.n = l.doc WHERE t.n = ?";
	sqlite3_stmt *st = sql_ask(&b->sql, text, "l", thread);
	int row = sql_row(st), err = 0;

	if (row <= 0)
		return row < 0 ? row : ERR_NOT_FOUND;
	put_letter(o, st, &err);
	put_state(o, st, &err);
	sql_end(st);
	return err;
}

/* A list of texts, one a row. */
static int
put_list(struct book *b, json_t *o, const char *name, sqlite3_stmt *st)
{
	json_t *list = json_array();
	int row, err = 0;

	(void)b;
	while ((row = sql_row(st)) > 0)
		add(list, json_stringn(sql_text(st, 0).p, sql_text(st, 0).n),
		    &err);
	put(o, name, list, &err);
	return row != 0 ? row : err;
}

static int
put_files(struct book *b, int64_t thread, json_t *o)
{
	sqlite3_stmt *st = sql_ask(&b->sql,
	    "SELECT f.type, f.size FROM letter l JOIN file f USING (seq)"
	    " WHERE l.thread = ? AND l.own = 1 AND l.repeat = 0"
	    " ORDER BY l.seq, f.n LIMIT ?",
	    "li", thread, FILES_SHOWN);
	json_t *list = json_array(), *file;
	int row, err = 0;

	while ((row = sql_row(st)) > 0) {
		file = json_object();
		put_text(file, "type", sql_text(st, 0), &err);
		put_number(file, "size", sql_u64(st, 1), &err);
		add(list, file, &err);
	}
	put(o, "files", list, &err);
	return row != 0 ? row : err;
}

static int
put_conflicts(struct book *b, int64_t thread, json_t *o)
{
	sqlite3_stmt *st = sql_ask(&b->sql,
	    "SELECT c.field, c.value, a.name, c.ord FROM conflict c"
	    " JOIN author a ON a.n = c.author WHERE c.thread = ?"
	    " ORDER BY c.field, c.ord",
	    "l", thread);
	json_t *list = json_array(), *conflict;
	int row, err = 0;

	while ((row = sql_row(st)) > 0) {
		conflict = json_object();
		put_text(conflict, "field", sql_text(st, 0), &err);
		put_text(conflict, "value", sql_text(st, 1), &err);
		put_text(conflict, "by", sql_text(st, 2), &err);
		if (sqlite3_column_int64(st, 3) < PENDING)
			put_number(conflict, "seq", sql_u64(st, 3), &err);
		add(list, conflict, &err);
	}
	put(o, "conflicts", list, &err);
	return row != 0 ? row : err;
}

static int
bits(uint64_t v)
{
	int n = 0;

	for (; v != 0; v &= v - 1)
		n++;
	return n;
}

/* Threads of one band that are alike; each is found in the lowest band they
 * share. */
static int
add_near(struct book *b, int64_t thread, uint64_t hash, int band, json_t *list)
{
	sqlite3_stmt *st = sql_ask(&b->sql,
	    "SELECT t.id, t.near FROM band JOIN thread t ON t.n = band.thread"
	    " WHERE band.key = ? AND band.thread <> ? AND t.hidden = 0 LIMIT ?",
	    "lli", (int64_t)(band << 16 | (int)(hash >> 16 * band & 0xffff)),
	    thread, NEAR_LOOKED);
	char hex[2 * THREAD_SIZE];
	uint8_t id[THREAD_SIZE];
	uint64_t differs, lower;
	int row, err = 0;

	while ((row = sql_row(st)) > 0) {
		differs = hash ^ sql_u64(st, 1);
		for (lower = 0; (int)lower < band; lower++)
			if ((differs >> 16 * lower & 0xffff) == 0)
				break;
		if ((int)lower < band || bits(differs) > NEAR_BITS)
			continue;
		sql_copy(st, 0, id, sizeof(id));
		hex_write(hex, id, sizeof(id));
		add(list, json_stringn(hex, sizeof(hex)), &err);
		if (err != 0 || json_array_size(list) == NEAR_SHOWN) {
			sql_end(st);
			return err;
		}
	}
	return row;
}

static int
put_near(struct book *b, int64_t thread, json_t *o)
{
	json_t *list = json_array();
	int64_t hash = 0;
	int band, err;

	err = sql_number(&b->sql, &hash,
	    "SELECT near FROM thread WHERE n = ? AND near IS NOT NULL", "l",
	    thread);
	for (band = 0;
	     err == 0 && band < BANDS && json_array_size(list) < NEAR_SHOWN;
	     band++)
		err = add_near(b, thread, (uint64_t)hash, band, list);
	if (err == ERR_NOT_FOUND)
		err = 0;
	put(o, "near", list, &err);
	return err;
}

static int
put_lists(struct book *b, int64_t thread, json_t *o)
{
	uint32_t today = b->today();
	int err;

	if ((err = put_list(b, o, "assigned",
		 sql_ask(&b->sql,
		     "SELECT member FROM assigned WHERE thread = ?"
		     " ORDER BY member",
		     "l", thread))) != 0 ||
	    (err = put_list(b, o, "labels",
		 sql_ask(&b->sql,
		     "SELECT label FROM label WHERE thread = ?"
		     " ORDER BY label LIMIT ?",
		     "li", thread, LABELS_SHOWN))) != 0 ||
	    (err = put_list(b, o, "seen",
		 sql_ask(&b->sql,
		     "SELECT a.name FROM seen s JOIN author a"
		     " ON a.n = s.author WHERE s.thread = ? ORDER BY 1",
		     "l", thread))) != 0)
		return err;
	return put_list(b, o, "answering",
	    sql_ask(&b->sql,
		"SELECT a.name FROM answering s JOIN author a"
		" ON a.n = s.author WHERE s.thread = ? AND s.day + 1 >= ?"
		" ORDER BY 1",
		"lu", thread, today));
}

int
row_json(struct book *b, int64_t thread, json_t **ret_json)
{
	json_t *o = json_object();
	int err;

	if ((err = read_row(b, thread, o)) != 0 ||
	    (err = put_files(b, thread, o)) != 0 ||
	    (err = put_lists(b, thread, o)) != 0 ||
	    (err = put_conflicts(b, thread, o)) != 0 ||
	    (err = put_near(b, thread, o)) != 0) {
		json_decref(o);
		return err;
	}
	*ret_json = o;
	return 0;
}
