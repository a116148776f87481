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
	    "CREATE TEMP TABLE hit (n INTEGER PRIMARY KEY, doc INT);"
	    "CREATE TEMP TABLE page (doc INTEGER PRIMARY KEY);"
	    "CREATE TEMP VIEW shown_doc AS SELECT n, text, extra FROM main.doc;"
	    "CREATE VIRTUAL TABLE temp.shown USING fts5 (text, extra,"
	    " content = 'shown_doc', content_rowid = 'n',"
	    " tokenize = \"unicode61 remove_diacritics 2\");");
}

int
found_search(struct book *b, struct text query)
{
	int err;

	if ((err = doc_index(b, true)) != 0 ||
	    (err = sql_run(&b->sql, "DELETE FROM hit", "")) != 0)
		return err;
	return sql_run(&b->sql,
	    "INSERT OR IGNORE INTO hit SELECT rowid >> 20, rowid FROM found"
	    " WHERE found MATCH ?",
	    "t", query);
}

static int
show_documents(struct book *b, const int64_t *threads, size_t n)
{
	size_t i;
	int err;

	if ((err = sql_run(&b->sql,
		 "INSERT INTO shown (shown) VALUES ('delete-all')", "")) != 0 ||
	    (err = sql_run(&b->sql, "DELETE FROM page", "")) != 0)
		return err;
	for (i = 0; i < n && err == 0; i++)
		err = sql_run(&b->sql,
		    "INSERT INTO page SELECT doc FROM hit WHERE n = ?", "l",
		    threads[i]);
	if (err != 0)
		return err;
	return sql_run(&b->sql,
	    "INSERT INTO shown (rowid, text, extra)"
	    " SELECT n, text, extra FROM page CROSS JOIN main.doc"
	    " ON n = page.doc ORDER BY page.doc",
	    "");
}

int
found_show(struct book *b, const int64_t *threads, size_t n)
{
	int err;

	if ((err = sql_exec(&b->sql, "BEGIN")) == 0 &&
	    (err = show_documents(b, threads, n)) == 0)
		err = sql_exec(&b->sql, "COMMIT");
	if (err != 0)
		(void)sql_exec(&b->sql, "ROLLBACK");
	return err;
}

int
found_put(struct book *b, int64_t thread, struct text query, json_t *row)
{
	static const char text[] =
	    "SELECT snippet(shown, -1, char(1), char(2), '…', " SNIPPET_WORDS
	    ") FROM shown WHERE shown MATCH ?"
	    " AND rowid = (SELECT doc FROM hit WHERE n = ?)";
	sqlite3_stmt *st = sql_ask(&b->sql, text, "tl", query, thread);
	int found = sql_row(st), err = 0;

	if (found <= 0)
		return found;
	put_text(row, "found", sql_text(st, 0), &err);
	sql_end(st);
	return err;
}
