/* What people type into a search: whatever comes out, FTS5 takes it as words and
 * phrases, never as operators, and never as a mistake. */
#include "fuzz.h"

#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "book/query.h"

static struct sql sql;

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	char *typed = mem_text((const char *)p, n);
	struct buf query;
	sqlite3_stmt *st;
	int row;

	must(typed != NULL);
	buf_init(&query, 8192);
	if (words_query(typed, &query) == 0) {
		st = sql_ask(&sql, "SELECT rowid FROM t WHERE t MATCH ?", "t",
		    buf_text(&query));
		while ((row = sql_row(st)) > 0)
			;
		must(row == 0);
	}
	buf_fini(&query);
	mem_free(typed);
	return 0;
}

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	must(sql_open(&sql) == 0);
	must(sql_exec(&sql,
		 "CREATE VIRTUAL TABLE t USING fts5 (text, extra,"
		 " tokenize = \"unicode61 remove_diacritics 2\");"
		 "INSERT INTO t VALUES ('the mayor took money', 'town-hall');"
		 "INSERT INTO t VALUES ('x', 'AND OR NOT NEAR')") == 0);
	return 0;
}
