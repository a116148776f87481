/* One thread, all of it. */
#include <string.h>

#include "base/err.h"
#include "board/edition.h"
#include "book/query.h"

struct showing {
	struct book *book;
	int64_t thread;
	json_t *items;
	uint64_t first;
};

static void
put_present(json_t *o, const char *name, struct text t, int *err)
{
	if (t.n > 0)
		put_text(o, name, t, err);
}

/* What the source did with a file before it came. */
static void
put_done(json_t *file, sqlite3_stmt *st, int *err)
{
	json_t *part;

	if (sql_u32(st, 5) > 0) {
		part = json_object();
		put_number(part, "n", sql_u64(st, 5), err);
		put_number(part, "of", sql_u64(st, 6), err);
		put(file, "part", part, err);
	}
	if (sql_u32(st, 7) != 0)
		put_bool(file, "clean", true, err);
}

static int
put_files(struct showing *s, uint64_t seq, bool is_held, json_t *item)
{
	sqlite3_stmt *st = sql_ask(&s->book->sql,
	    "SELECT n, type, size, hash, name, part, parts, clean FROM file"
	    " WHERE seq = ? ORDER BY n",
	    "l", seq);
	json_t *list = json_array(), *file;
	uint8_t hash[32];
	int row, err = 0;

	while ((row = sql_row(st)) > 0) {
		file = json_object();
		put_number(file, "n", sql_u64(st, 0), &err);
		put_text(file, "type", sql_text(st, 1), &err);
		put_number(file, "size", sql_u64(st, 2), &err);
		sql_copy(st, 3, hash, sizeof(hash));
		put_hex(file, "blake2b", hash, sizeof(hash), &err);
		put_present(file, "name", sql_text(st, 4), &err);
		put_done(file, st, &err);
		put_bool(file, "held", is_held, &err);
		add(list, file, &err);
	}
	put(item, "files", list, &err);
	return row != 0 ? row : err;
}

static int
add_letter(struct showing *s, sqlite3_stmt *st)
{
	uint64_t seq = sql_u64(st, 0), size = sql_u64(st, 4);
	json_t *item = json_object();
	int err = 0;

	put_text(item, "type", TEXT("letter"), &err);
	put_number(item, "seq", seq, &err);
	put_day(item, "day", sql_u32(st, 1), &err);
	put_text(item, "kind",
	    text_from(
		letter_kind_text((enum letter_kind)sqlite3_column_int(st, 2))),
	    &err);
	put_text(item, "text", sql_text(st, 3), &err);
	put_number(item, "bytes", size, &err);
	put_bool(item, "own", sqlite3_column_int(st, 6) != 0, &err);
	put_bool(
	    item, "signed", sqlite3_column_int(st, 7) == LETTER_SIG_GOOD, &err);
	put_text(item, "terms",
	    text_from(letter_terms_text(
		(enum letter_terms)sqlite3_column_int(st, 8))),
	    &err);
	put_present(item, "story", sql_text(st, 9), &err);
	put_present(item, "passage", sql_text(st, 10), &err);
	put_present(item, "name", sql_text(st, 11), &err);
	put_present(item, "contact", sql_text(st, 12), &err);
	put_present(item, "channel", sql_text(st, 14), &err);
	put_bool(item, "deleted", sqlite3_column_int(st, 13) != 0, &err);
	if (err == 0)
		err =
		    put_files(s, seq, size > 0 && sql_u64(st, 5) == size, item);
	add(s->items, item, &err);
	return err;
}

static int
add_letters(struct showing *s)
{
	static const char text[] =
	    "SELECT l.seq, l.day, l.kind, d.text, l.size, l.held, l.own,"
	    " l.mark, l.terms, l.story, l.passage, l.name, l.contact,"
	    " l.announced, l.channel FROM letter l LEFT JOIN doc d"
	    " ON d.n = l.doc WHERE l.thread = ? AND l.repeat = 0"
	    " ORDER BY l.seq";
	sqlite3_stmt *st = sql_ask(&s->book->sql, text, "l", s->thread);
	int row, err = 0;

	while ((row = sql_row(st)) > 0)
		if ((err = add_letter(s, st)) != 0) {
			sql_end(st);
			return err;
		}
	return row;
}

/* In which editions of the mirror a slot of this answer stands. */
static void
look_for_slots(const struct book *b, const struct buf *bytes,
    const struct event *e, json_t *list, int *err)
{
	struct cursor c;
	struct edition_view v;
	uint32_t i;
	size_t k;

	cursor_init(&c, bytes->p, bytes->n);
	if (edition_next(&c, b->newsroom, NULL, &v) != 0)
		return;
	for (i = 0; i < v.head.slots; i++)
		for (k = 0; k < e->slots_n; k++)
			if (memcmp(v.index + (size_t)i * SLOT_INDEX_SIZE,
				e->slots[k], sizeof(e->slots[k])) == 0) {
				add(list, json_integer(v.head.number), err);
				return;
			}
}

static int
put_editions(struct book *b, const struct event *e, json_t *item)
{
	json_t *list = json_array();
	struct buf bytes;
	uint32_t number = 0;
	int err = 0;

	buf_init(&bytes, MIRROR_OUT_MAX);
	while (err == 0 && e->slots_n > 0) {
		buf_clear(&bytes);
		err = mirror_edition_get(b->mirror, number, &number, &bytes);
		if (err == 0)
			look_for_slots(b, &bytes, e, list, &err);
	}
	if (err == ERR_NOT_FOUND)
		err = 0;
	put(item, "editions", list, &err);
	buf_fini(&bytes);
	return err;
}

static int
put_answer(struct book *b, const struct event *e, json_t *item)
{
	int err = 0;

	put_text(item, "type", TEXT("answer"), &err);
	put_present(item, "signature", e->by, &err);
	put_text(item, "text", e->text, &err);
	put_number(item, "parts", e->parts, &err);
	put_hex(item, "id", e->answer, sizeof(e->answer), &err);
	return err != 0 ? err : put_editions(b, e, item);
}

static int
put_event(const struct event *e, json_t *item)
{
	int err = 0;

	put_text(item, "type", TEXT("event"), &err);
	put_text(item, "kind", text_from(event_kind_text(e->kind)), &err);
	put_present(item, "value", e->value, &err);
	put_present(item, "reason", e->reason, &err);
	if (e->until != 0)
		put_day(item, "until", e->until, &err);
	if (e->kind == EVENT_FLAG || e->kind == EVENT_LABEL ||
	    e->kind == EVENT_ANSWERING)
		put_bool(item, "is_off", e->is_off, &err);
	if (e->kind == EVENT_DELETED || e->kind == EVENT_RESTORED)
		put_number(item, "about", e->seq, &err);
	return err;
}

static int
add_event(struct showing *s, sqlite3_stmt *st)
{
	int64_t ord = sqlite3_column_int64(st, 0);
	json_t *item = json_object();
	struct event e;
	int kind, err = 0;

	event_from_row(st, 3, &e);
	kind = sqlite3_column_int(st, 3);
	put_day(item, "day", sql_u32(st, 1), &err);
	put_text(item, "by", sql_text(st, 2), &err);
	if (ord >= PENDING)
		put_number(item, "pending", (uint64_t)(ord - PENDING), &err);
	else
		put_number(item, "seq", (uint64_t)ord, &err);
	if (err == 0 && kind == KIND_NOTE) {
		put_text(item, "type", TEXT("note"), &err);
		put_text(item, "text", e.text, &err);
	} else if (err == 0) {
		err = kind == EVENT_ANSWERED ? put_answer(s->book, &e, item)
					     : put_event(&e, item);
	}
	add(s->items, item, &err);
	return err;
}

static int
add_events(struct showing *s)
{
	static const char text[] =
	    "SELECT e.ord, e.day, a.name, " EVENT_COLUMNS " FROM event e"
	    " JOIN author a ON a.n = e.author"
	    " WHERE e.thread = ? AND e.repeat = 0 ORDER BY e.ord, e.line";
	sqlite3_stmt *st = sql_ask(&s->book->sql, text, "l", s->thread);
	int row, err = 0;

	while ((row = sql_row(st)) > 0)
		if ((err = add_event(s, st)) != 0) {
			sql_end(st);
			return err;
		}
	return row;
}

static json_int_t
place_of(const json_t *item)
{
	const json_t *pending = json_object_get(item, "pending");

	return pending != NULL
		   ? PENDING + json_integer_value(pending)
		   : json_integer_value(json_object_get(item, "seq"));
}

/* Letters came first, then events, each in order: merges the two. */
static json_t *
merge(const json_t *items, size_t letters, int *err)
{
	json_t *list = json_array(), *a, *b;
	size_t i = 0, k = letters, n = json_array_size(items);

	while (i < letters || k < n) {
		a = i < letters ? json_array_get(items, i) : NULL;
		b = k < n ? json_array_get(items, k) : NULL;
		if (a != NULL && (b == NULL || place_of(a) <= place_of(b))) {
			add(list, json_incref(a), err);
			i++;
		} else {
			add(list, json_incref(b), err);
			k++;
		}
	}
	return list;
}

static int
put_message(struct showing *s, json_t *o)
{
	sqlite3_stmt *st = sql_ask(&s->book->sql,
	    "SELECT d.text FROM thread t JOIN letter l ON l.seq = t.first"
	    " JOIN doc d ON d.n = l.doc WHERE t.n = ?",
	    "l", s->thread);
	int row = sql_row(st), err = 0;

	if (row < 0)
		return row;
	put_text(o, "message", row > 0 ? sql_text(st, 0) : TEXT(""), &err);
	if (row > 0)
		sql_end(st);
	return err;
}

int
book_show(
    struct book *b, const uint8_t thread[static THREAD_SIZE], json_t **ret_json)
{
	struct showing s = { .book = b, .items = json_array() };
	json_t *o = NULL;
	size_t letters;
	int err;

	if ((err = thread_find(b, thread, &s.thread)) != 0 ||
	    (err = row_json(b, s.thread, &o)) != 0 ||
	    (err = put_message(&s, o)) != 0 ||
	    (err = cut_put(b, s.thread, o)) != 0 || (err = add_letters(&s)) != 0)
		goto out;
	letters = json_array_size(s.items);
	if ((err = add_events(&s)) == 0)
		put(o, "items", merge(s.items, letters, &err), &err);
out:
	json_decref(s.items);
	if (err != 0)
		json_decref(o);
	else
		*ret_json = o;
	return err;
}
