#include "book/query.h"

#include <string.h>

#include "base/err.h"

#define TEXT_MAX 8192
#define QUERY_MAX 4096
#define LIMIT_MAX 1000
#define LIMIT_USUAL 100

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

static void
put_condition(struct buf *s, const struct book_query *q, enum view view)
{
	static const char kind[] =
	    " AND EXISTS (SELECT 1 FROM letter l JOIN file f USING (seq)"
	    " WHERE l.thread = t.n AND f.type >= ?8 AND f.type < ?9)";

	if (q->words != NULL)
		buf_puts(s, "hit CROSS JOIN thread t USING (n) WHERE ");
	else
		buf_puts(s, "thread t WHERE ");
	buf_putf(s, "t.first IS NOT NULL AND (" VIEWS_OF " & %u)", 1U << view);
	if (view == VIEW_MINE)
		buf_puts(s, " AND " IS_MINE);
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
count(struct book *b, const struct book_query *q, enum view view,
    uint64_t *ret_total)
{
	sqlite3_stmt *st = NULL;
	char end[QUERY_MAX];
	struct buf text;
	int err;

	buf_init(&text, TEXT_MAX);
	buf_puts(&text, "SELECT count(*) FROM ");
	put_condition(&text, q, view);
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

static int
put_rows(struct book *b, const struct book_query *q, sqlite3_stmt *st,
    struct text query, json_t *list)
{
	json_t *row;
	int64_t threads[LIMIT_MAX];
	size_t n = 0, i;
	int more, err = 0;

	while ((more = query_step(st)) > 0)
		threads[n++] = sqlite3_column_int64(st, 0);
	if (more < 0)
		return more;
	if (q->words != NULL)
		err = found_show(b, threads, n);
	for (i = 0; i < n && err == 0; i++) {
		if ((err = row_json(b, threads[i], &row)) != 0)
			break;
		if (q->words != NULL)
			err = found_put(b, threads[i], query, row);
		add(list, row, &err);
	}
	return err;
}

static int
page(struct book *b, const struct book_query *q, enum view view,
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
	put_condition(&text, q, view);
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

static int
find_view(const char *name, enum view *ret_view)
{
	int i;

	for (i = 0; i < VIEWS; i++)
		if (strcmp(view_name((enum view)i), name) == 0) {
			*ret_view = (enum view)i;
			return 0;
		}
	return ERR_NOT_FOUND;
}

int
book_list(struct book *b, const struct book_query *q, json_t **ret_json)
{
	struct book_query query = *q;
	json_t *o = json_object(), *list = json_array();
	enum view view;
	struct buf words;
	uint64_t total = 0;
	int err;

	buf_init(&words, QUERY_MAX);
	if (query.view == NULL)
		query.view = "queue";
	if ((err = find_view(query.view, &view)) != 0)
		goto out;
	if (query.words != NULL &&
	    ((err = words_query(query.words, &words)) != 0 ||
		(err = found_search(b, buf_text(&words))) != 0))
		goto out;
	if ((err = count(b, &query, view, &total)) != 0 ||
	    (err = page(b, &query, view, buf_text(&words), list)) != 0)
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
