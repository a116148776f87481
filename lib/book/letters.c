/* Entries one by one, as scripts want them. */
#include "base/err.h"
#include "book/query.h"
#include "chain/chain.h"

#define LIMIT_MAX 1000

static const char *const states[] = {
	[LETTER_WAITING] = "missing",
	[LETTER_OPEN] = "open",
	[LETTER_NO_KEY] = "unreadable",
	[LETTER_JUNK] = "junk",
	[LETTER_DAMAGED] = "damaged",
	[LETTER_DROPPED] = "refused",
};

static void
put_kind(json_t *o, sqlite3_stmt *st, int *err)
{
	if (sqlite3_column_int(st, 2) == CHAIN_CARD)
		put_text(o, "kind", TEXT("card"), err);
	else if (sqlite3_column_type(st, 3) != SQLITE_NULL)
		put_text(o, "kind",
		    text_from(letter_kind_text(
			(enum letter_kind)sqlite3_column_int(st, 3))),
		    err);
}

static int
add_entry(json_t *list, sqlite3_stmt *st)
{
	static const struct {
		const char *name;
		int column;
	} texts[] = { { "lang", 15 }, { "story", 16 }, { "desk", 17 },
		{ "message", 18 } };
	json_t *o = json_object();
	uint8_t thread[THREAD_SIZE];
	size_t i;
	int err = 0;

	put_number(o, "seq", sql_u64(st, 0), &err);
	put_day(o, "day", sql_u32(st, 1), &err);
	put_kind(o, st, &err);
	put_text(
	    o, "state", text_from(states[sqlite3_column_int(st, 4)]), &err);
	put_number(o, "size", sql_u64(st, 5), &err);
	put_number(o, "held", sql_u64(st, 6), &err);
	put_bool(o, "deleted", sqlite3_column_int(st, 7) != 0, &err);
	put_bool(o, "gone", sqlite3_column_int(st, 8) != 0, &err);
	put_bool(o, "announced", sqlite3_column_int(st, 9) != 0, &err);
	if (sqlite3_column_bytes(st, 10) == THREAD_SIZE) {
		sql_copy(st, 10, thread, sizeof(thread));
		put_hex(o, "thread", thread, sizeof(thread), &err);
		put_bool(o, "own", sqlite3_column_int(st, 11) != 0, &err);
	}
	if (sql_text(st, 12).n > 0)
		put_text(o, "by", sql_text(st, 12), &err);
	put_bool(o, "repeat", sqlite3_column_int(st, 13) != 0, &err);
	put_number(o, "files", sql_u64(st, 14), &err);
	for (i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		if (sql_text(st, texts[i].column).n > 0)
			put_text(o, texts[i].name,
			    sql_text(st, texts[i].column), &err);
	add(list, o, &err);
	return err;
}

int
book_letters(struct book *b, uint64_t after, size_t limit, json_t **ret_json)
{
	static const char text[] =
	    "SELECT l.seq, l.day, l.type, l.kind, l.state, l.size, l.held,"
	    " l.deleted, l.gone, l.announced, t.id, l.own, a.name, l.repeat,"
	    " (SELECT count(*) FROM file f WHERE f.seq = l.seq),"
	    " l.lang, l.story, l.desk, d.text"
	    " FROM letter l LEFT JOIN thread t ON t.n = l.thread"
	    " LEFT JOIN doc d ON d.n = l.doc"
	    " LEFT JOIN author a ON a.n = l.author WHERE l.seq > ?"
	    " ORDER BY l.seq LIMIT ?";
	json_t *o, *list;
	sqlite3_stmt *st;
	int row, err = 0;

	if (limit == 0 || limit > LIMIT_MAX)
		limit = LIMIT_MAX;
	st = sql_ask(&b->sql, text, "ll", after, (uint64_t)limit);
	o = json_object();
	list = json_array();
	while ((row = sql_row(st)) > 0 && err == 0)
		err = add_entry(list, st);
	if (row > 0)
		sql_end(st);
	if (row < 0)
		err = row;
	put(o, "letters", list, &err);
	if (err != 0)
		json_decref(o);
	else
		*ret_json = o;
	return err;
}
