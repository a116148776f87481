#include "book/query.h"

#include <string.h>

#include "base/err.h"
#include "book/best.h"

#define TEXT_MAX 8192
#define QUERY_MAX 4096
#define LIMIT_MAX 1000
#define LIMIT_USUAL 100

/* Two keys, the smaller first. */
static const char *const orders[] = {
	[BOOK_DUE] = "t.due, -t.newest",
	[BOOK_NEWEST] = "-t.newest, 0",
	[BOOK_OLDEST] = "t.first, 0",
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
	static const char found[] = "found CROSS JOIN thread t"
				    " ON t.n = found.rowid >> " DOC_BITS_TEXT
				    " WHERE found MATCH ?10 AND ";

	buf_puts(s, q->words != NULL ? found : "thread t WHERE ");
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

/* What is being listed. Documents are found in the order of their threads, so
 * that those of one thread stand together. */
struct listing {
	struct best best;
	uint64_t total;
	int64_t thread; /* the last one that counted */
};

static int
take_row(struct listing *l, sqlite3_stmt *st)
{
	struct best_item item = { .thread = sqlite3_column_int64(st, 0),
		.doc = sqlite3_column_int64(st, 1),
		.key = { sqlite3_column_int64(st, 2),
		    sqlite3_column_int64(st, 3) } };

	if (item.thread == l->thread)
		return 0;
	l->thread = item.thread;
	l->total++;
	return best_put(&l->best, &item);
}

static int
find_all(struct book *b, const struct book_query *q, enum view view,
    struct text words, struct listing *l)
{
	sqlite3_stmt *st = NULL;
	char end[QUERY_MAX];
	struct buf text;
	int row = 0, err;

	must(q->order >= BOOK_DUE && q->order <= BOOK_OLDEST);
	buf_init(&text, TEXT_MAX);
	buf_putf(&text, "SELECT t.n, %s, %s FROM ",
	    q->words != NULL ? "found.rowid" : "0", orders[q->order]);
	put_condition(&text, q, view);
	if (q->words != NULL)
		buf_puts(&text, " ORDER BY found.rowid");
	if ((err = query_prepare(b, &text, &st)) != 0 ||
	    (err = bind_filters(b, q, st, end)) != 0)
		goto out;
	if (q->words != NULL)
		sql_bind(st, Q_WORDS, "t", words);
	while (err == 0 && (row = query_step(st)) > 0)
		err = take_row(l, st);
	if (err == 0)
		err = row;
out:
	sqlite3_finalize(st);
	buf_fini(&text);
	return err;
}

/* The threads from skip on. */
static int
put_page(struct book *b, const struct listing *l, size_t skip,
    struct text words, json_t *list)
{
	int64_t docs[LIMIT_MAX];
	json_t *row;
	size_t i, n = 0;
	int err = 0;

	for (i = skip; i < l->best.n && err == 0; i++) {
		docs[n++] = l->best.item[i].doc;
		if ((err = row_json(b, l->best.item[i].thread, &row)) == 0)
			add(list, row, &err);
	}
	if (err == 0 && n > 0 && words.n > 0)
		err = found_put(b, words, docs, n, list);
	return err;
}

static int
put_list(struct book *b, const struct book_query *q, enum view view,
    struct text words, json_t *o)
{
	size_t limit = q->limit == 0 ? LIMIT_USUAL : q->limit;
	struct listing l = { 0 };
	json_t *list = json_array();
	int err;

	limit = limit < LIMIT_MAX ? limit : LIMIT_MAX;
	best_init(
	    &l.best, q->skip < SIZE_MAX - limit ? q->skip + limit : SIZE_MAX);
	if ((err = find_all(b, q, view, words, &l)) == 0) {
		best_sort(&l.best);
		err = put_page(b, &l, q->skip, words, list);
	}
	put(o, "threads", list, &err);
	put_number(o, "total", l.total, &err);
	best_fini(&l.best);
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
	json_t *o = json_object();
	enum view view;
	struct buf words;
	int err;

	buf_init(&words, QUERY_MAX);
	if ((err = find_view(q->view != NULL ? q->view : "queue", &view)) ==
		0 &&
	    q->words != NULL && (err = words_query(q->words, &words)) == 0)
		err = doc_index(b, true);
	if (err == 0)
		err = put_list(b, q, view, buf_text(&words), o);
	buf_fini(&words);
	if (err != 0)
		json_decref(o);
	else
		*ret_json = o;
	return err;
}
