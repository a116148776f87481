#include "book/query.h"

#include <string.h>

#include "base/err.h"

#define TEXT_MAX 8192
#define QUERY_MAX 4096
#define LIMIT_MAX 1000
#define LIMIT_USUAL 100
#define SNIPPET_WORDS "24"

/* The source wrote again, or the day has come. */
#define RETURNED \
	"(t.came_back OR (t.status = 2 AND t.until > 0 AND t.until <= ?1))"
#define QUEUE "(t.status < 2 OR (t.status IN (2, 3) AND " RETURNED "))"
#define MINE                                                   \
	"EXISTS (SELECT 1 FROM assigned a WHERE a.member = ?2" \
	" AND a.thread = t.n)"

const struct view views[VIEWS] = {
	{ "queue", QUEUE },
	{ "mine", QUEUE " AND " MINE },
	{ "unassigned", QUEUE " AND t.assigned = 0" },
	{ "due", "t.due <= ?1 + 7" },
	{ "came-back", "t.came_back AND t.status <> 4" },
	{ "parked", "t.status = 2 AND NOT " RETURNED },
	{ "closed", "t.status = 3 AND NOT t.came_back" },
	{ "bin", "t.status = 4" },
	{ "danger", "t.danger" },
	{ "plant", "t.plant" },
	{ "alarm", "t.alarm" },
	{ "all", "1" },
};

static const char *const orders[] = {
	[BOOK_DUE] = "t.due, t.newest DESC",
	[BOOK_NEWEST] = "t.newest DESC",
	[BOOK_OLDEST] = "t.first",
};

void
query_bind(struct book *b, sqlite3_stmt *st)
{
	const struct masthead_member *me = book_me(b);

	sqlite3_bind_int64(st, Q_TODAY, b->today());
	sql_bind(st, Q_ME, "t", me != NULL ? me->id : TEXT(""));
}

int
query_prepare(struct book *b, struct buf *text, sqlite3_stmt **ret_st)
{
	const char *sql = buf_cstr(text);
	int rc;

	if (sql == NULL)
		return ERR_NOMEM;
	rc = sqlite3_prepare_v2(b->sql.db, sql, -1, ret_st, NULL);
	must(rc == SQLITE_OK || sql_error(rc) == ERR_NOMEM);
	return sql_error(rc);
}

int
query_step(sqlite3_stmt *st)
{
	int rc = sqlite3_step(st);

	return rc == SQLITE_ROW ? 1 : sql_error(rc);
}

/* The threads that a search finds, into a table of their own. */
static int
find_words(struct book *b, struct text query)
{
	int err;

	if ((err = sql_exec(&b->sql,
		 "CREATE TEMP TABLE IF NOT EXISTS hit (n INTEGER PRIMARY KEY);"
		 "DELETE FROM hit")) != 0)
		return err;
	return sql_run(&b->sql,
	    "INSERT OR IGNORE INTO hit SELECT rowid >> 20 FROM found"
	    " WHERE found MATCH ?",
	    "t", query);
}

static void
put_condition(struct buf *s, const struct book_query *q, const char *condition)
{
	static const char kind[] =
	    " AND EXISTS (SELECT 1 FROM letter l JOIN file f USING (seq)"
	    " WHERE l.thread = t.n AND f.type >= ?8 AND f.type < ?9)";

	if (q->words != NULL)
		buf_puts(s, "hit JOIN thread t USING (n) WHERE ");
	else
		buf_puts(s, "thread t WHERE ");
	buf_puts(
	    s, strcmp(q->view, "all") == 0 ? "t.first IS NOT NULL" : SHOWN);
	buf_putf(s, " AND %s", condition);
	if (q->desk != NULL)
		buf_puts(s, " AND t.desk = ?3");
	if (q->story != NULL)
		buf_puts(s, " AND t.story = ?4");
	if (q->lang != NULL)
		buf_puts(s, " AND t.lang = ?5");
	if (q->label != NULL)
		buf_puts(s,
		    " AND EXISTS (SELECT 1 FROM label WHERE thread = t.n"
		    " AND label = ?6)");
	if (q->member != NULL)
		buf_puts(s, " AND EXISTS (SELECT 1 FROM assigned WHERE"
			    " thread = t.n AND member = ?7)");
	if (q->kind != NULL)
		buf_puts(s, kind);
}

/* Media types that begin with kind stand before kind and the highest byte. */
static int
bind_filters(
    struct book *b, const struct book_query *q, sqlite3_stmt *st, char *end)
{
	const char *filters[] = { q->desk, q->story, q->lang, q->label,
		q->member, q->kind };
	size_t i, n = q->kind != NULL ? strlen(q->kind) : 0;

	if (n + 2 > QUERY_MAX)
		return ERR_FORMAT;
	query_bind(b, st);
	for (i = 0; i < sizeof(filters) / sizeof(*filters); i++)
		if (filters[i] != NULL)
			sql_bind(st, Q_DESK + (int)i, "s", filters[i]);
	if (n > 0) {
		memcpy(end, q->kind, n);
		end[n] = '\x7f';
		end[n + 1] = '\0';
	}
	if (q->kind != NULL)
		sql_bind(st, Q_KIND_END, "s", n > 0 ? end : "\x7f");
	return 0;
}

static int
count(struct book *b, const struct book_query *q, const char *condition,
    uint64_t *ret_total)
{
	sqlite3_stmt *st = NULL;
	char end[QUERY_MAX];
	struct buf text;
	int err;

	buf_init(&text, TEXT_MAX);
	buf_puts(&text, "SELECT count(*) FROM ");
	put_condition(&text, q, condition);
	if ((err = query_prepare(b, &text, &st)) == 0 &&
	    (err = bind_filters(b, q, st, end)) == 0 &&
	    (err = query_step(st)) > 0) {
		*ret_total = sql_u64(st, 0);
		err = 0;
	}
	sqlite3_finalize(st);
	buf_fini(&text);
	return err;
}

/* Where the words were found: of one document of the thread. */
static int
put_snippet(struct book *b, int64_t thread, struct text query, json_t *row)
{
	static const char text[] =
	    "SELECT snippet(found, -1, char(1), char(2), '…', " SNIPPET_WORDS
	    ") FROM found WHERE found MATCH ? AND rowid >= ? AND rowid < ?"
	    " LIMIT 1";
	sqlite3_stmt *st = sql_ask(
	    &b->sql, text, "tll", query, thread << 20, (thread + 1) << 20);
	int found = sql_row(st), err = 0;

	if (found <= 0)
		return found;
	put_text(row, "found", sql_text(st, 0), &err);
	sql_end(st);
	return err;
}

static int
put_rows(struct book *b, const struct book_query *q, sqlite3_stmt *st,
    struct text query, json_t *list)
{
	json_t *row;
	int64_t thread;
	int more, err;

	while ((more = query_step(st)) > 0) {
		thread = sqlite3_column_int64(st, 0);
		if ((err = row_json(b, thread, &row)) != 0)
			return err;
		if (q->words != NULL)
			err = put_snippet(b, thread, query, row);
		add(list, row, &err);
		if (err != 0)
			return err;
	}
	return more;
}

static int
page(struct book *b, const struct book_query *q, const char *condition,
    struct text query, json_t *list)
{
	uint64_t limit = q->limit == 0 ? LIMIT_USUAL : q->limit;
	sqlite3_stmt *st = NULL;
	char end[QUERY_MAX];
	struct buf text;
	int err;

	must(q->order >= BOOK_DUE && q->order <= BOOK_OLDEST);
	buf_init(&text, TEXT_MAX);
	buf_puts(&text, "SELECT t.n FROM ");
	put_condition(&text, q, condition);
	buf_putf(&text, " ORDER BY %s LIMIT ?11 OFFSET ?10", orders[q->order]);
	if ((err = query_prepare(b, &text, &st)) == 0 &&
	    (err = bind_filters(b, q, st, end)) == 0) {
		sql_bind(st, Q_SKIP, "ll", (uint64_t)q->skip,
		    limit < LIMIT_MAX ? limit : (uint64_t)LIMIT_MAX);
		err = put_rows(b, q, st, query, list);
	}
	sqlite3_finalize(st);
	buf_fini(&text);
	return err;
}

static const char *
find_view(const char *name)
{
	size_t i;

	for (i = 0; i < VIEWS; i++)
		if (strcmp(views[i].name, name) == 0)
			return views[i].condition;
	return NULL;
}

int
book_list(struct book *b, const struct book_query *q, json_t **ret_json)
{
	struct book_query query = *q;
	json_t *o = json_object(), *list = json_array();
	const char *condition;
	struct buf words;
	uint64_t total = 0;
	int err = ERR_NOT_FOUND;

	buf_init(&words, QUERY_MAX);
	if (query.view == NULL)
		query.view = "queue";
	if ((condition = find_view(query.view)) == NULL)
		goto out;
	if (query.words != NULL &&
	    ((err = words_query(query.words, &words)) != 0 ||
		(err = find_words(b, buf_text(&words))) != 0))
		goto out;
	if ((err = count(b, &query, condition, &total)) != 0 ||
	    (err = page(b, &query, condition, buf_text(&words), list)) != 0)
		goto out;
	put(o, "threads", json_incref(list), &err);
	put_number(o, "total", total, &err);
out:
	buf_fini(&words);
	json_decref(list);
	if (err != 0)
		json_decref(o);
	else
		*ret_json = o;
	return err;
}
