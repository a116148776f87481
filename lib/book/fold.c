/*
 * The state of a thread: its letters and events, in order, from the beginning.
 * As it is always made anew out of all of them, it is the same in whatever order
 * they came.
 */
#include "book/fold.h"

#include <search.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/secret.h"

static void
said_fini(struct said *s)
{
	if (s->value != NULL)
		secret_wipe(s->value, strlen(s->value));
	if (s->reason != NULL)
		secret_wipe(s->reason, strlen(s->reason));
	mem_free(s->value);
	mem_free(s->reason);
}

static void
field_fini(struct field *f)
{
	size_t i;

	for (i = 0; i < f->n; i++)
		said_fini(&f->said[i]);
	mem_free(f->said);
}

/* Drops what the author of a new saying knew of; adds the new one. */
static int
field_set(struct field *f, const struct saying_row *r)
{
	struct said *more, new;
	size_t i, kept = 0;

	for (i = 0; i < f->n; i++) {
		if (f->said[i].ord <= (int64_t)r->seen ||
		    f->said[i].author == r->author)
			said_fini(&f->said[i]);
		else
			f->said[kept++] = f->said[i];
	}
	f->n = kept;
	if ((more = mem_resize(f->said, f->n + 1, sizeof(*more))) == NULL)
		return ERR_NOMEM;
	f->said = more;
	new = (struct said){ .ord = r->ord,
		.author = r->author,
		.until = r->until,
		.value = mem_text(r->value.p, r->value.n),
		.reason = mem_text(r->reason.p, r->reason.n) };
	if (new.value == NULL || new.reason == NULL) {
		said_fini(&new);
		return ERR_NOMEM;
	}
	f->said[f->n++] = new;
	return 0;
}

const struct said *
field_now(const struct field *f)
{
	return f->n > 0 ? &f->said[f->n - 1] : NULL;
}

static int
compare_ids(const void *a, const void *b)
{
	return memcmp(a, b, LETTER_ID_SIZE);
}

static void
ids_fini(struct ids *ids)
{
	void *id;

	while (ids->tree != NULL) {
		id = *(void **)ids->tree;
		(void)tdelete(id, &ids->tree, compare_ids);
		mem_free(id);
	}
}

static void
folding_fini(struct folding *f)
{
	size_t i;

	for (i = 0; i < FIELDS; i++)
		field_fini(&f->field[i]);
	buf_fini(&f->holders);
	ids_fini(&f->letter_ids);
	ids_fini(&f->answer_ids);
	tellings_fini(&f->tellings);
}

int
ids_note(struct ids *ids, const uint8_t id[static LETTER_ID_SIZE],
    bool *ret_is_repeat)
{
	uint8_t *copy;
	void **node;

	if ((copy = mem_new(LETTER_ID_SIZE, 1)) == NULL)
		return ERR_NOMEM;
	memcpy(copy, id, LETTER_ID_SIZE);
	if ((node = tsearch(copy, &ids->tree, compare_ids)) == NULL) {
		mem_free(copy);
		return ERR_NOMEM;
	}
	*ret_is_repeat = *node != copy;
	if (*ret_is_repeat)
		mem_free(copy);
	ids->n += !*ret_is_repeat;
	return 0;
}

struct letter_row {
	uint64_t seq;
	enum letter_kind kind;
	enum letter_sig mark;
	uint32_t day;
	bool is_own, is_repeat, is_announced, is_hole;
};

static void
count_letter(struct folding *f, const struct letter_row *l)
{
	if (l->is_hole)
		f->has_alarm = true;
	if (l->is_repeat)
		return;
	f->is_hidden = f->is_hidden && l->is_announced;
	if (f->first == 0 && (l->is_own || f->first_claim == 0))
		f->first_day = l->day;
	if (!l->is_own) {
		f->claims++;
		if (f->first_claim == 0)
			f->first_claim = l->seq;
		return;
	}
	f->letters++;
	if (f->first == 0)
		f->first = l->seq;
	f->newest = l->seq;
	f->newest_day = l->day;
	if (l->kind == LETTER_WITHDRAWAL)
		f->is_withdrawn = true;
}

/* Whose words a letter is: the first tip of a thread defines it, everything
 * later must carry the thread's mark. */
static int
read_letter(struct folding *f, sqlite3_stmt *st)
{
	struct letter_row l = { .seq = sql_u64(st, 0),
		.kind = (enum letter_kind)sqlite3_column_int(st, 1),
		.mark = (enum letter_sig)sqlite3_column_int(st, 3),
		.day = sql_u32(st, 4),
		.is_announced = sqlite3_column_int(st, 5) != 0,
		.is_hole = sqlite3_column_int(st, 6) != 0 };
	bool is_first = f->letter_ids.n == 0;
	uint8_t id[LETTER_ID_SIZE];
	int err;

	sql_copy(st, 2, id, sizeof(id));
	if ((err = ids_note(&f->letter_ids, id, &l.is_repeat)) != 0)
		return err;
	l.is_own = l.mark == LETTER_SIG_GOOD ||
		   (is_first && l.mark == LETTER_SIG_NONE &&
		       (l.kind == LETTER_TIP || l.kind == LETTER_DRILL));
	count_letter(f, &l);
	if (l.is_own == (sqlite3_column_int(st, 7) != 0) &&
	    l.is_repeat == (sqlite3_column_int(st, 8) != 0))
		return 0;
	return sql_run(&f->book->sql,
	    "UPDATE letter SET own = ?, repeat = ? WHERE seq = ?", "iil",
	    (int)l.is_own, (int)l.is_repeat, l.seq);
}

static int
read_letters(struct folding *f)
{
	static const char text[] =
	    "SELECT seq, kind, id, mark, day, announced, announced = 0"
	    " AND (deleted = 1 OR gone = 1) AND (?2 = 0 OR day + ?2 > ?3),"
	    " own, repeat FROM letter WHERE thread = ?1 ORDER BY seq";
	const struct book *b = f->book;
	sqlite3_stmt *st = sql_ask(&f->book->sql, text, "luu", f->thread,
	    b->card != NULL ? b->card->retention_days : 0, b->today());
	int row, err = 0;

	f->is_hidden = true;
	while (err == 0 && (row = sql_row(st)) != 0)
		err = row < 0 ? row : read_letter(f, st);
	if (err != 0)
		sql_end(st);
	return err;
}

static int
read_event(struct folding *f, sqlite3_stmt *st)
{
	struct saying_row r = { .ord = sqlite3_column_int64(st, 0),
		.author = sqlite3_column_int64(st, 1),
		.seen = sql_u64(st, 2),
		.day = sql_u32(st, 3),
		.kind = sqlite3_column_int(st, 4),
		.value = sql_text(st, 5),
		.reason = sql_text(st, 6),
		.is_off = sqlite3_column_int(st, 7) != 0,
		.eday = sql_u32(st, 8),
		.until = sql_u32(st, 9),
		.edition = sql_u32(st, 11),
		.slots = { sqlite3_column_blob(st, 12),
		    (size_t)sqlite3_column_bytes(st, 12) },
		.target = sql_u64(st, 13),
		.is_granted = sqlite3_column_int(st, 14) != 0,
		.is_repeat = sqlite3_column_int(st, 15) != 0 };
	bool is_repeat;
	int err;

	sql_copy(st, 10, r.answer, sizeof(r.answer));
	f->pending += r.ord >= PENDING;
	if ((err = tellings_note(&f->tellings, &r, &is_repeat)) == 0 &&
	    is_repeat != r.is_repeat)
		err = sql_run(&f->book->sql,
		    "UPDATE event SET repeat = ? WHERE n = ?", "il",
		    (int)is_repeat, sqlite3_column_int64(st, 16));
	return err != 0 ? err : fold_event(f, &r);
}

/* Granted: the letter it stands in is a grant. */
#define FOLDED                                                              \
	"SELECT ord, author, seen, day, kind, value, reason, is_off, eday," \
	" until_day, answer, edition, slots, target,"                       \
	" coalesce((SELECT l.kind = ?3 FROM letter l WHERE l.seq = ord),"   \
	" 0), repeat, n FROM event"

static int
read_rows(struct folding *f, sqlite3_stmt *st)
{
	int row, err = 0;

	while (err == 0 && (row = sql_row(st)) != 0)
		err = row < 0 ? row : read_event(f, st);
	if (err != 0)
		sql_end(st);
	return err;
}

static int
read_events(struct folding *f)
{
	static const char text[] =
	    FOLDED " WHERE thread = ?1 AND kind <> ?2 ORDER BY ord, line";
	static const char handed[] = FOLDED " WHERE thread = ?1 AND kind = ?2"
					    " ORDER BY " EVENT_TO_ALL("");
	struct sql *sql = &f->book->sql;
	int err;

	if ((err = read_rows(f, sql_ask(sql, text, "lii", f->thread,
				    EVENT_HANDED, LETTER_GRANT))) != 0)
		return err;
	return read_rows(f,
	    sql_ask(sql, handed, "lii", f->thread, EVENT_HANDED, LETTER_GRANT));
}

int
field_take(struct folding *f, enum field_name name, const struct saying_row *r)
{
	return field_set(&f->field[name], r);
}

static int
clear_sides(struct folding *f)
{
	static const char *const sides[] = {
		"DELETE FROM assigned WHERE thread = ?",
		"DELETE FROM label WHERE thread = ?",
		"DELETE FROM seen WHERE thread = ?",
		"DELETE FROM answering WHERE thread = ?",
		"DELETE FROM conflict WHERE thread = ?",
	};
	int64_t had = 0;
	size_t i;
	int err;

	if ((err = sql_number(&f->book->sql, &had,
		 "SELECT sides FROM thread WHERE n = ?", "l", f->thread)) != 0)
		return err;
	for (i = 0; had != 0 && err == 0 && i < sizeof(sides) / sizeof(*sides);
	     i++)
		err = sql_run(&f->book->sql, sides[i], "l", f->thread);
	return err;
}

int
fold_thread(struct book *b, int64_t thread)
{
	struct folding f = { .book = b, .thread = thread };
	int err;

	buf_init(&f.holders, HOLDERS_MAX);

	if ((err = clear_sides(&f)) == 0 && (err = read_letters(&f)) == 0 &&
	    (err = read_events(&f)) == 0)
		err = fold_write(&f);
	folding_fini(&f);
	return err;
}
