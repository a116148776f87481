/* One thing of a thread: a letter, an answer, a note, an event. */
#include <stdio.h>

#include "base/err.h"
#include "book/show.h"

/* What an item takes besides its texts, roughly. */
#define ITEM_BYTES 300
#define FILE_BYTES 250

static void
put_present(json_t *o, const char *name, struct text t, int *err)
{
	if (t.n > 0)
		put_text(o, name, t, err);
}

static void
put_at(json_t *item, uint64_t ord, uint32_t line, int *err)
{
	char at[32];

	snprintf(at, sizeof(at), "%llu.%u", (unsigned long long)ord, line);
	put_text(item, "at", text_from(at), err);
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
put_files(struct book *b, uint64_t seq, bool is_held, json_t *item)
{
	sqlite3_stmt *st = sql_ask(&b->sql,
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

int
item_letter(
    struct book *b, sqlite3_stmt *st, json_t **ret_item, size_t *ret_bytes)
{
	uint64_t seq = sql_u64(st, 0), size = sql_u64(st, 4);
	json_t *item = json_object();
	int err = 0;

	put_text(item, "type", TEXT("letter"), &err);
	put_number(item, "seq", seq, &err);
	put_at(item, seq, 0, &err);
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
		    put_files(b, seq, size > 0 && sql_u64(st, 5) == size, item);
	if (err != 0) {
		json_decref(item);
		return err;
	}
	*ret_bytes =
	    ITEM_BYTES + sql_text(st, 3).n +
	    FILE_BYTES * json_array_size(json_object_get(item, "files"));
	*ret_item = item;
	return 0;
}

static int
put_answer(struct seats *seats, const struct event *e, json_t *item)
{
	json_t *editions = json_array();
	int err = 0;

	put_text(item, "type", TEXT("answer"), &err);
	put_present(item, "signature", e->by, &err);
	put_text(item, "text", e->text, &err);
	put_number(item, "parts", e->parts, &err);
	put_hex(item, "id", e->answer, sizeof(e->answer), &err);
	put(item, "editions", editions, &err);
	return err != 0 ? err : seats_add(seats, e, editions);
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

int
item_event(
    struct seats *seats, sqlite3_stmt *st, json_t **ret_item, size_t *ret_bytes)
{
	int64_t ord = sqlite3_column_int64(st, 0);
	int kind = sqlite3_column_int(st, 4), err = 0;
	json_t *item = json_object();
	struct event e;

	event_from_row(st, 4, &e);
	put_at(item, (uint64_t)ord, sql_u32(st, 1), &err);
	put_day(item, "day", sql_u32(st, 2), &err);
	put_text(item, "by", sql_text(st, 3), &err);
	if (ord >= PENDING)
		put_number(item, "pending", (uint64_t)(ord - PENDING), &err);
	else
		put_number(item, "seq", (uint64_t)ord, &err);
	if (err == 0 && kind == KIND_NOTE) {
		put_text(item, "type", TEXT("note"), &err);
		put_text(item, "text", e.text, &err);
	} else if (err == 0) {
		err = kind == EVENT_ANSWERED ? put_answer(seats, &e, item)
					     : put_event(&e, item);
	}
	if (err != 0) {
		json_decref(item);
		return err;
	}
	*ret_bytes = ITEM_BYTES + e.text.n;
	*ret_item = item;
	return 0;
}
