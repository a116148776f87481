/* One thread, all of it or a part after the other. */
#include "book/show.h"

#include "base/err.h"
#include "book/query.h"

#define PART_ITEMS 200
#define PART_BYTES (1024 * 1024)
#define CLAIMS_ITEMS 20

/* Letters and events, each in order and found by their place without sorting:
 * both are read at once, and the one that is next goes into the list. */
#define LETTERS                                                \
	"SELECT " ITEM_LETTER " FROM letter l LEFT JOIN doc d" \
	" ON d.n = l.doc WHERE l.thread = ?1 AND l.repeat = 0"
#define EVENTS                                             \
	"SELECT " ITEM_EVENT " FROM event e JOIN author a" \
	" ON a.n = e.author WHERE e.thread = ?1 AND e.repeat = 0"

struct place {
	uint64_t ord;
	uint32_t line;
};

struct walk {
	struct book *book;
	int64_t thread;
	bool is_forward;
	sqlite3_stmt *letters, *events; /* NULL: at its end */
	struct seats seats;
	json_t *items;
	struct place last; /* of the item taken last */
};

static bool
is_before(const struct place *a, const struct place *b)
{
	return a->ord < b->ord || (a->ord == b->ord && a->line < b->line);
}

/* The next row, or the end; an error is an end too. */
static int
advance(sqlite3_stmt **st)
{
	int row = sql_row(*st);

	if (row <= 0)
		*st = NULL;
	return row < 0 ? row : 0;
}

static int
begin(struct walk *w, const struct place *from)
{
	static const char letters_on[] =
	    LETTERS " AND l.seq > ?2 ORDER BY l.seq";
	/* What only claims to belong here stands apart: however much of it
	 * comes, it takes nobody's place. */
	static const char letters_back[] =
	    LETTERS " AND l.seq < ?2 AND l.own = 1 ORDER BY l.seq DESC";
	static const char events_on[] =
	    EVENTS " AND (e.ord, e.line) > (?2, ?3) ORDER BY e.ord, e.line";
	static const char events_back[] =
	    EVENTS " AND (e.ord, e.line) < (?2, ?3)"
		   " ORDER BY e.ord DESC, e.line DESC";
	struct sql *sql = &w->book->sql;
	int err;

	w->letters = sql_ask(sql, w->is_forward ? letters_on : letters_back,
	    "ll", w->thread, from->ord);
	if ((err = advance(&w->letters)) != 0)
		return err;
	w->events = sql_ask(sql, w->is_forward ? events_on : events_back, "llu",
	    w->thread, from->ord, from->line);
	return advance(&w->events);
}

/* Takes the next item. */
static int
take(struct walk *w, size_t *bytes)
{
	struct place letter = { 0 }, event = { 0 };
	json_t *item = NULL;
	bool is_letter = w->events == NULL;
	size_t n;
	int err;

	if (w->letters != NULL)
		letter.ord = sql_u64(w->letters, 0);
	if (w->events != NULL)
		event = (struct place){ sql_u64(w->events, 0),
			sql_u32(w->events, 1) };
	if (w->letters != NULL && w->events != NULL)
		is_letter = is_before(&letter, &event) == w->is_forward;
	w->last = is_letter ? letter : event;
	err = is_letter ? item_letter(w->book, w->letters, &item, &n)
			: item_event(&w->seats, w->events, &item, &n);
	if (err != 0)
		return err;
	add(w->items, item, &err);
	*bytes += n;
	return err != 0 ? err : advance(is_letter ? &w->letters : &w->events);
}

static void
put_more(const struct walk *w, json_t *o, int *err)
{
	json_t *last = json_array_get(w->items, json_array_size(w->items) - 1);

	if (w->letters != NULL || w->events != NULL)
		put(o, "more", json_incref(json_object_get(last, "at")), err);
}

/* The newest first, as they were read: people read the other way. */
static json_t *
turn(const json_t *items, int *err)
{
	json_t *list = json_array();
	size_t i = json_array_size(items);

	while (i-- > 0)
		add(list, json_incref(json_array_get(items, i)), err);
	return list;
}

static int
walk(struct walk *w, const struct place *from, size_t most, size_t most_bytes,
    json_t *o)
{
	size_t n = 0, bytes = 0;
	int err;

	if ((w->items = json_array()) == NULL)
		return ERR_NOMEM;
	err = begin(w, from);
	for (; err == 0 && (w->letters != NULL || w->events != NULL) &&
	       n < most && bytes < most_bytes;
	     n++)
		err = take(w, &bytes);
	if (err == 0)
		put_more(w, o, &err);
	if (err == 0)
		err = seats_fill(w->book, &w->seats);
	if (err == 0)
		put(o, "items",
		    w->is_forward ? json_incref(w->items)
				  : turn(w->items, &err),
		    &err);
	sql_end(w->letters);
	sql_end(w->events);
	seats_fini(&w->seats);
	json_decref(w->items);
	return err;
}

/* "12.0": behind or before which item. */
static int
read_cursor(const char *cursor, struct place *ret_place)
{
	struct text rest = text_from(cursor), ord = text_cut(&rest, '.');
	uint64_t line, number;
	int err;

	if ((err = text_to_u64(ord, INT64_MAX, &number)) != 0 ||
	    (err = text_to_u64(rest, UINT32_MAX, &line)) != 0)
		return err;
	*ret_place = (struct place){ number, (uint32_t)line };
	return 0;
}

static int
put_message(struct book *b, int64_t thread, json_t *o)
{
	sqlite3_stmt *st = sql_ask(&b->sql,
	    "SELECT d.text FROM thread t JOIN letter l ON l.seq = t.first"
	    " JOIN doc d ON d.n = l.doc WHERE t.n = ?",
	    "l", thread);
	int row = sql_row(st), err = 0;

	if (row < 0)
		return row;
	put_text(o, "message", row > 0 ? sql_text(st, 0) : TEXT(""), &err);
	if (row > 0)
		sql_end(st);
	return err;
}

static int
put_claims(struct book *b, int64_t thread, json_t *o)
{
	static const char text[] =
	    LETTERS " AND l.own = 0 ORDER BY l.seq DESC LIMIT ?2";
	sqlite3_stmt *st = sql_ask(&b->sql, text, "li", thread, CLAIMS_ITEMS);
	json_t *list = json_array(), *item;
	size_t n;
	int row, err = 0;

	while (err == 0 && (row = sql_row(st)) != 0)
		if (row < 0)
			err = row;
		else if ((err = item_letter(b, st, &item, &n)) == 0)
			add(list, item, &err);
	sql_end(st);
	put(o, "claimed", turn(list, &err), &err);
	json_decref(list);
	return err;
}

int
book_row(
    struct book *b, const uint8_t thread[static THREAD_SIZE], json_t **ret_json)
{
	int64_t n;
	int err = thread_find(b, thread, &n);

	return err != 0 ? err : row_json(b, n, ret_json);
}

/* What stands above the first part. */
static int
begin_thread(struct walk *w, json_t **o)
{
	int err;

	if ((err = row_json(w->book, w->thread, o)) == 0 &&
	    (err = put_message(w->book, w->thread, *o)) == 0 &&
	    (err = cut_put(w->book, w->thread, *o)) == 0 && !w->is_forward)
		err = put_claims(w->book, w->thread, *o);
	return err;
}

int
book_show(struct book *b, const uint8_t thread[static THREAD_SIZE],
    const struct book_part *part, json_t **ret_json)
{
	struct walk w = { .book = b,
		.is_forward = part == NULL || part->is_forward };
	struct place from = { 0 };
	size_t items = SIZE_MAX, bytes = SIZE_MAX;
	json_t *o = NULL;
	int err;

	if (!w.is_forward)
		from = (struct place){ INT64_MAX, UINT32_MAX };
	if (part != NULL) {
		items = part->items != 0 ? part->items : PART_ITEMS;
		bytes = part->bytes != 0 ? part->bytes : PART_BYTES;
	}
	if ((err = thread_find(b, thread, &w.thread)) != 0)
		return err;
	if (part != NULL && part->cursor != NULL) {
		if ((err = read_cursor(part->cursor, &from)) != 0)
			return err;
		o = json_object();
	} else {
		err = begin_thread(&w, &o);
	}
	if (err == 0)
		err = walk(&w, &from, items, bytes, o);
	if (err != 0)
		json_decref(o);
	else
		*ret_json = o;
	return err;
}
