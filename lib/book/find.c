/* Threads by name, and what it takes to answer them. */
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "book/inside.h"

#define PREFIX_MIN 4 /* hex digits of a thread */

static void
copy_word(sqlite3_stmt *st, int column, char *out, size_t size)
{
	struct text t = sql_text(st, column);
	size_t n = t.n < size ? t.n : 0;

	if (n > 0)
		memcpy(out, t.p, n);
	out[n] = '\0';
}

/* A desk that is no more: the first takes over. */
static void
live_desk(const struct book *b, struct book_thread *t)
{
	size_t i;

	if (b->card == NULL)
		return;
	for (i = 0; i < b->card->desks_n; i++)
		if (text_is(b->card->desks[i].id, t->desk))
			return;
	memcpy(t->desk, b->card->desks[0].id.p, b->card->desks[0].id.n);
	t->desk[b->card->desks[0].id.n] = '\0';
}

static int
read_thread(struct book *b, int64_t n, struct book_thread *ret_thread)
{
	static const char text[] =
	    "SELECT t.id, t.reply, t.slot, t.mark, t.first, t.desk, t.lang,"
	    " l.digest FROM thread t JOIN letter l ON l.seq = t.first"
	    " WHERE t.n = ?";
	struct book_thread t = { 0 };
	sqlite3_stmt *st = sql_ask(&b->sql, text, "l", n);
	int row;

	if ((row = sql_row(st)) <= 0)
		return row < 0 ? row : ERR_NOT_FOUND;
	sql_copy(st, 0, t.thread, sizeof(t.thread));
	memcpy(t.keys.thread, t.thread, sizeof(t.thread));
	sql_copy(st, 1, t.keys.reply, sizeof(t.keys.reply));
	sql_copy(st, 2, t.keys.slot, sizeof(t.keys.slot));
	sql_copy(st, 3, t.keys.mark, sizeof(t.keys.mark));
	t.seq = sql_u64(st, 4);
	copy_word(st, 5, t.desk, sizeof(t.desk));
	copy_word(st, 6, t.lang, sizeof(t.lang));
	sql_copy(st, 7, t.digest, sizeof(t.digest));
	sql_end(st);
	live_desk(b, &t);
	*ret_thread = t;
	return 0;
}

static int
by_seq(struct book *b, uint64_t seq, int64_t *ret_n)
{
	return sql_number(&b->sql, ret_n,
	    "SELECT t.n FROM letter l JOIN thread t ON t.n = l.thread"
	    " WHERE l.seq = ? AND t.first IS NOT NULL",
	    "l", seq);
}

/* From the lowest to the highest thread that begins so. */
static int
by_digits(struct book *b, const char *digits, int64_t *ret_n)
{
	char hex[2 * THREAD_SIZE];
	uint8_t low[THREAD_SIZE], high[THREAD_SIZE];
	size_t n = strlen(digits);
	sqlite3_stmt *st;
	int row, more;

	if (n < PREFIX_MIN || n > sizeof(hex))
		return ERR_NOT_FOUND;
	memset(hex, '0', sizeof(hex));
	memcpy(hex, digits, n);
	if (hex_read((struct text){ hex, sizeof(hex) }, low, sizeof(low)) != 0)
		return ERR_NOT_FOUND;
	memset(hex + n, 'f', sizeof(hex) - n);
	(void)hex_read((struct text){ hex, sizeof(hex) }, high, sizeof(high));
	st = sql_ask(&b->sql,
	    "SELECT n FROM thread WHERE id >= ? AND id <= ?"
	    " AND first IS NOT NULL LIMIT 2",
	    "bb", low, sizeof(low), high, sizeof(high));
	if ((row = sql_row(st)) <= 0)
		return row < 0 ? row : ERR_NOT_FOUND;
	*ret_n = sqlite3_column_int64(st, 0);
	if ((more = sql_row(st)) > 0) {
		sql_end(st);
		return ERR_CONFLICT;
	}
	return more;
}

int
book_find(struct book *b, const char *name, struct book_thread *ret_thread)
{
	uint64_t seq;
	int64_t n;
	int err = ERR_NOT_FOUND;

	if (text_to_u64(text_from(name), INT64_MAX, &seq) == 0)
		err = by_seq(b, seq, &n);
	if (err == ERR_NOT_FOUND)
		err = by_digits(
		    b, strncmp(name, "t:", 2) == 0 ? name + 2 : name, &n);
	return err != 0 ? err : read_thread(b, n, ret_thread);
}

int
thread_find(struct book *b, const uint8_t thread[static THREAD_SIZE],
    int64_t *ret_thread)
{
	return sql_number(&b->sql, ret_thread,
	    "SELECT n FROM thread WHERE id = ? AND first IS NOT NULL", "b",
	    thread, (size_t)THREAD_SIZE);
}

static int
list_numbers(sqlite3_stmt *st, int64_t **ret_list, size_t *ret_n)
{
	int64_t *list = NULL, *more;
	size_t n = 0, cap = 0;
	int row;

	while ((row = sql_row(st)) > 0) {
		if (n == cap) {
			cap = cap == 0 ? 64 : cap * 2;
			more = mem_resize(list, cap, sizeof(*list));
			if (more == NULL) {
				sql_end(st);
				row = ERR_NOMEM;
				break;
			}
			list = more;
		}
		list[n++] = sqlite3_column_int64(st, 0);
	}
	if (row != 0)
		mem_free(list);
	else {
		*ret_list = list;
		*ret_n = n;
	}
	return row;
}

/* Numbers first: what fn does may change what is found. */
static int
each_thread(struct book *b, sqlite3_stmt *st, book_thread_fn *fn, void *ctx)
{
	struct book_thread t;
	int64_t *list;
	size_t n, i;
	int err;

	if ((err = list_numbers(st, &list, &n)) != 0)
		return err;
	for (i = 0; i < n && err == 0; i++) {
		err = read_thread(b, list[i], &t);
		if (err == 0)
			err = fn(ctx, &t);
	}
	mem_free(list);
	return err;
}

int
book_each_open(struct book *b, book_thread_fn *fn, void *ctx)
{
	static const char text[] =
	    "SELECT n FROM thread WHERE first IS NOT NULL AND hidden = 0 AND"
	    " (status < ? OR (status = ? AND came_back)) ORDER BY newest DESC";

	return each_thread(b,
	    sql_ask(&b->sql, text, "ii", STATUS_CLOSED, STATUS_CLOSED), fn,
	    ctx);
}

int
book_each_told(
    struct book *b, uint32_t edition, size_t max, book_thread_fn *fn, void *ctx)
{
	static const char text[] =
	    "SELECT e.thread FROM event e JOIN thread t ON t.n = e.thread"
	    " WHERE e.kind = ? AND e.author = ? AND e.edition <= ?"
	    " AND t.first IS NOT NULL GROUP BY e.thread"
	    " ORDER BY max(e.ord) DESC LIMIT ?";

	return each_thread(b,
	    sql_ask(&b->sql, text, "iiul", EVENT_TOLD, AUTHOR_ME, edition,
		(uint64_t)max),
	    fn, ctx);
}

int
book_last_answer(struct book *b, const uint8_t thread[static THREAD_SIZE],
    struct event *ret_answered)
{
	struct event e, copy;
	sqlite3_stmt *st;
	int64_t n;
	int row, err;

	if ((err = thread_find(b, thread, &n)) != 0)
		return err;
	st = sql_ask(&b->sql,
	    "SELECT " EVENT_COLUMNS " FROM event WHERE thread = ?"
	    " AND kind = ? AND repeat = 0 ORDER BY ord DESC, line DESC LIMIT 1",
	    "li", n, EVENT_ANSWERED);
	if ((row = sql_row(st)) <= 0)
		return row < 0 ? row : ERR_NOT_FOUND;
	event_from_row(st, 0, &e);
	buf_clear(&b->said);
	err = event_copy(&b->said, &e, &copy);
	sql_end(st);
	if (err == 0 && (err = event_fill_digest(b, &copy)) == 0)
		*ret_answered = copy;
	return err;
}

bool
book_has_slot(struct book *b, const uint8_t slot[static 8])
{
	int64_t found;

	return sql_number(&b->sql, &found,
		   "SELECT 1 FROM slot WHERE slot = ? LIMIT 1", "b", slot,
		   (size_t)8) == 0;
}

int
book_key(struct book *b, uint64_t seq, uint8_t ret_key[static 16])
{
	sqlite3_stmt *st =
	    sql_ask(&b->sql, "SELECT key FROM letter WHERE seq = ?", "l", seq);
	int row;
	bool is_known;

	if ((row = sql_row(st)) <= 0)
		return row < 0 ? row : ERR_NOT_FOUND;
	is_known = sqlite3_column_bytes(st, 0) == AGE_FILE_KEY_SIZE;
	if (is_known)
		sql_copy(st, 0, ret_key, AGE_FILE_KEY_SIZE);
	sql_end(st);
	return is_known ? 0 : ERR_NO_KEY;
}
