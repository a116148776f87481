/*
 * What a search found. To ask the large index for the passage of each row would
 * search all of it each time; so the few documents that are shown get a small
 * index of their own.
 */
#include "base/err.h"
#include "book/query.h"

#define SNIPPET_WORDS "24"

int
found_init(struct book *b)
{
	return sql_exec(&b->sql,
	    "CREATE TEMP TABLE page (doc INTEGER PRIMARY KEY, place INT);"
	    "CREATE TEMP VIEW shown_doc AS SELECT n, text, extra FROM main.doc;"
	    "CREATE VIRTUAL TABLE temp.shown USING fts5 (text, extra,"
	    " content = 'shown_doc', content_rowid = 'n',"
	    " tokenize = \"unicode61 remove_diacritics 2\");");
}

static int
index_page(struct book *b, const int64_t *docs, size_t n)
{
	size_t i;
	int err;

	if ((err = sql_run(&b->sql,
		 "INSERT INTO shown (shown) VALUES ('delete-all')", "")) != 0 ||
	    (err = sql_run(&b->sql, "DELETE FROM page", "")) != 0)
		return err;
	for (i = 0; i < n && err == 0; i++)
		err = sql_run(&b->sql, "INSERT INTO page VALUES (?, ?)", "ll",
		    docs[i], (int64_t)i);
	if (err != 0)
		return err;
	return sql_run(&b->sql,
	    "INSERT INTO shown (rowid, text, extra)"
	    " SELECT n, text, extra FROM page CROSS JOIN main.doc"
	    " ON n = page.doc ORDER BY page.doc",
	    "");
}

static int
put_hits(struct book *b, struct text query, json_t *rows)
{
	static const char text[] =
	    "SELECT page.place,"
	    " snippet(shown, -1, char(1), char(2), '…', " SNIPPET_WORDS ")"
	    " FROM shown CROSS JOIN page ON page.doc = shown.rowid"
	    " WHERE shown MATCH ?";
	sqlite3_stmt *st = sql_ask(&b->sql, text, "t", query);
	int more, err = 0;

	while (err == 0 && (more = sql_row(st)) != 0) {
		if (more < 0)
			return more;
		put_text(json_array_get(rows, (size_t)sql_u64(st, 0)), "found",
		    sql_text(st, 1), &err);
	}
	if (err != 0)
		sql_end(st);
	return err;
}

int
found_put(struct book *b, struct text query, const int64_t *docs, size_t n,
    json_t *rows)
{
	int err;

	if ((err = sql_exec(&b->sql, "BEGIN")) == 0 &&
	    (err = index_page(b, docs, n)) == 0)
		err = sql_exec(&b->sql, "COMMIT");
	if (err != 0) {
		(void)sql_exec(&b->sql, "ROLLBACK");
		return err;
	}
	return put_hits(b, query, rows);
}
