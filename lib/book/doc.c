/*
 * Texts that can be searched for. Their index takes longer to make than all else
 * of a book, so it comes behind: a little with each taking and whenever there is
 * time, the rest when somebody searches or the book is saved; and in the order of
 * documents, which costs the least.
 */
#include "base/err.h"
#include "book/inside.h"

#define INDEX_STEP 500 /* documents a taking */

/* How much of a text may stay as it is. */
static size_t
clean_length(struct text in)
{
	struct text rest = in;
	uint32_t c;
	int n;

	while (rest.n > 0 && (n = text_next(rest, &c)) > 0 && c > 2) {
		rest.p += n;
		rest.n -= (size_t)n;
	}
	return in.n - rest.n;
}

void
text_clean(struct buf *b, struct text in)
{
	static const char replacement[] = "\xef\xbf\xbd";
	size_t n;

	for (;;) {
		n = clean_length(in);
		buf_put(b, in.p, n);
		if (n == in.n)
			return;
		buf_puts(b, replacement);
		in.p += n + 1;
		in.n -= n + 1;
	}
}

int
doc_put(struct book *b, int64_t thread, struct text text, struct text extra,
    int64_t *ret_doc)
{
	int64_t n = thread << DOC_BITS;
	int err;

	if ((err = sql_number(&b->sql, &n,
		 "SELECT coalesce(max(n) + 1, ?1) FROM doc"
		 " WHERE n >= ?1 AND n < ?2",
		 "ll", n, (thread + 1) << DOC_BITS)) != 0)
		return err;
	if (n >= (thread + 1) << DOC_BITS)
		return ERR_LIMIT;
	if ((err = sql_run(&b->sql, "INSERT INTO doc VALUES (?, ?, ?)", "ltt",
		 n, text, extra)) != 0 ||
	    (err = sql_run(
		 &b->sql, "INSERT INTO unfound VALUES (?)", "l", n)) != 0)
		return err;
	*ret_doc = n;
	return 0;
}

int
doc_drop(struct book *b, int64_t doc)
{
	int err;

	if ((err = sql_run(&b->sql,
		 "INSERT INTO found (found, rowid, text, extra)"
		 " SELECT 'delete', n, text, extra FROM doc WHERE n = ?1"
		 " AND n NOT IN (SELECT n FROM unfound WHERE n = ?1)",
		 "l", doc)) != 0 ||
	    (err = sql_run(
		 &b->sql, "DELETE FROM unfound WHERE n = ?", "l", doc)) != 0)
		return err;
	return sql_run(&b->sql, "DELETE FROM doc WHERE n = ?", "l", doc);
}

static int
index_some(struct book *b, int64_t most)
{
	int64_t last = 0;
	int err;

	if ((err = sql_number(&b->sql, &last,
		 "SELECT coalesce(max(n), 0) FROM"
		 " (SELECT n FROM unfound ORDER BY n LIMIT ?)",
		 "l", most)) != 0 ||
	    last == 0)
		return err;
	if ((err = sql_run(&b->sql,
		 "INSERT INTO found (rowid, text, extra)"
		 " SELECT n, doc.text, doc.extra FROM unfound JOIN doc USING "
		 "(n)"
		 " WHERE n <= ? ORDER BY n",
		 "l", last)) != 0)
		return err;
	return sql_run(&b->sql, "DELETE FROM unfound WHERE n <= ?", "l", last);
}

int
doc_index(struct book *b, bool is_all)
{
	int err;

	/* Nothing that is shown changes, so the book's version stays. */
	if ((err = sql_exec(&b->sql, "BEGIN")) != 0)
		return err;
	err = index_some(b, is_all ? INT64_MAX : INDEX_STEP);
	if (err == 0)
		err = sql_exec(&b->sql, "COMMIT");
	if (err != 0)
		(void)sql_exec(&b->sql, "ROLLBACK");
	return err;
}

int
book_index(struct book *b, bool *ret_is_done)
{
	int64_t one;
	int err;

	if ((err = doc_index(b, false)) != 0)
		return err;
	err = sql_number(&b->sql, &one, "SELECT 1 FROM unfound LIMIT 1", "");
	if (err != 0 && err != ERR_NOT_FOUND)
		return err;
	*ret_is_done = err == ERR_NOT_FOUND;
	return 0;
}
