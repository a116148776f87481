/*
 * What this member said and colleagues have not got yet: events that wait to be
 * sealed, and letters that are sealed and wait in the mirror to be sent.
 */
#include <string.h>

#include "base/err.h"
#include "book/inside.h"

static int
add_pending(
    struct book *b, const struct event_origin *like, const struct event *e)
{
	struct event_origin o = *like;

	o.ord = PENDING + (int64_t)++b->handle;
	return event_add(b, &o, e);
}

static struct event_origin
origin_now(const struct book *b)
{
	return (struct event_origin){
		.author = AUTHOR_ME, .seen = b->seq, .day = b->today()
	};
}

int
book_pend(struct book *b, const struct event *e, uint64_t *ret_handle)
{
	struct event_origin o = origin_now(b);
	struct book_mark mark;
	int err;

	if ((err = book_begin(b, &mark)) != 0)
		return err;
	err = add_pending(b, &o, e);
	if ((err = book_end(b, &mark, err)) == 0)
		*ret_handle = b->handle;
	return err;
}

static int
is_sealed(struct book *b, uint64_t handle, bool *ret_is)
{
	int64_t sealed = 0;
	int err = sql_number(&b->sql, &sealed,
	    "SELECT letter IS NOT NULL FROM event WHERE ord = ?", "l",
	    PENDING + (int64_t)handle);

	*ret_is = sealed != 0;
	return err;
}

int
book_unpend(struct book *b, uint64_t handle)
{
	struct book_mark mark;
	bool is;
	int err;

	if ((err = is_sealed(b, handle, &is)) != 0)
		return err;
	if (is)
		return ERR_CONFLICT;
	if ((err = book_begin(b, &mark)) != 0)
		return err;
	err = event_forget(b, PENDING + (int64_t)handle);
	return book_end(b, &mark, err);
}

int
book_pending_sealed(struct book *b, uint64_t handle,
    const uint8_t letter_id[static LETTER_ID_SIZE])
{
	struct book_mark mark;
	bool is;
	int err;

	if ((err = is_sealed(b, handle, &is)) != 0)
		return err;
	if (is)
		return ERR_CONFLICT;
	if ((err = book_begin(b, &mark)) != 0)
		return err;
	err = sql_run(&b->sql, "UPDATE event SET letter = ? WHERE ord = ?",
	    "bl", letter_id, (size_t)LETTER_ID_SIZE, PENDING + (int64_t)handle);
	return book_end(b, &mark, err);
}

/* The next one behind *ord, its texts in said. ERR_NOT_FOUND. */
static int
next_pending(struct book *b, int64_t *ord, struct buf *said, struct event *e)
{
	sqlite3_stmt *st = sql_ask(&b->sql,
	    "SELECT ord, " EVENT_COLUMNS " FROM event"
	    " WHERE ord > ? AND letter IS NULL ORDER BY ord LIMIT 1",
	    "l", *ord);
	struct event row_event;
	int row = sql_row(st), err;

	if (row <= 0)
		return row < 0 ? row : ERR_NOT_FOUND;
	*ord = sqlite3_column_int64(st, 0);
	event_from_row(st, 1, &row_event);
	buf_clear(said);
	err = event_copy(said, &row_event, e);
	sql_end(st);
	return err != 0 ? err : event_fill_digest(b, e);
}

int
book_each_pending(struct book *b, book_pending_fn *fn, void *ctx)
{
	int64_t ord = PENDING;
	struct event e;
	struct buf said;
	int err;

	buf_init(&said, 2 * EVENT_TEXT_MAX);
	while ((err = next_pending(b, &ord, &said, &e)) == 0)
		if ((err = fn(ctx, (uint64_t)(ord - PENDING), &e)) != 0)
			break;
	buf_fini(&said);
	return err == ERR_NOT_FOUND ? 0 : err;
}

int
pending_arrived(struct book *b, const uint8_t id[static LETTER_ID_SIZE])
{
	int64_t ord;
	int err;

	while ((err = sql_number(&b->sql, &ord,
		    "SELECT ord FROM event WHERE ord > ? AND letter = ?"
		    " LIMIT 1",
		    "lb", PENDING, id, (size_t)LETTER_ID_SIZE)) == 0)
		if ((err = event_forget(b, ord)) != 0)
			return err;
	return err == ERR_NOT_FOUND ? 0 : err;
}

/* A letter that waits in the mirror. */
struct waiting {
	struct book *book;
	struct event_origin origin;
	struct text desk; /* that the letter is for */
};

static int
take_waiting(void *ctx, size_t number, const struct event *e)
{
	struct waiting *w = ctx;
	int err;

	(void)number;
	err = add_pending(w->book, &w->origin, e);
	return err == ERR_NOT_FOUND ? 0 : err;
}

/* What a grant says of a thread's state is here already. */
static int
pass_over(void *ctx, size_t number, const struct event *e)
{
	(void)ctx, (void)number, (void)e;
	return 0;
}

static int
take_given(void *ctx, const struct grant_letter *l)
{
	const struct waiting *w = ctx;

	return given_note(w->book, l, w->desk);
}

static int
take_text(struct waiting *w, const struct job *j)
{
	static const struct grant_handler grant = { take_given, pass_over };
	static const uint8_t nobody[THREAD_SIZE];
	const struct letter_tip *tip = &j->head->tip;

	if (tip->kind == LETTER_EVENTS)
		return events_read(buf_text(&j->message), take_waiting, w);
	w->desk = tip->desk;
	if (tip->kind == LETTER_GRANT)
		return grant_read(buf_text(&j->message), &grant, w);
	if (tip->kind != LETTER_NOTE ||
	    memcmp(tip->thread.thread, nobody, THREAD_SIZE) == 0)
		return 0;
	w->origin.ord = PENDING + (int64_t)++w->book->handle;
	return note_add(
	    w->book, &w->origin, tip->thread.thread, buf_text(&j->text));
}

/* Whether its events are here already, pending or arrived. */
static int
is_known(struct book *b, const uint8_t *id, bool *ret_is)
{
	int64_t found;
	int err;

	err = sql_number(&b->sql, &found,
	    "SELECT 1 WHERE EXISTS (SELECT 1 FROM event WHERE ord > ?1 AND"
	    " letter = ?2) OR EXISTS (SELECT 1 FROM letter WHERE author = ?3"
	    " AND id = ?2)",
	    "lbi", PENDING, id, (size_t)LETTER_ID_SIZE, AUTHOR_ME);
	*ret_is = err == 0;
	return err == ERR_NOT_FOUND ? 0 : err;
}

static int
take_letter(struct book *b, const struct job *j)
{
	const struct letter_tip *tip = &j->head->tip;
	struct waiting w = { .book = b, .origin = origin_now(b) };
	bool is;
	int err;

	/* Others may write to the mirror; they cannot sign. */
	if (!letter_is_from_desk(tip->kind) ||
	    j->head->member != LETTER_SIG_GOOD ||
	    memcmp(tip->author, b->me, sizeof(b->me)) != 0)
		return 0;
	if ((err = is_known(b, j->head->id, &is)) != 0 || is)
		return err;
	w.origin.seen = tip->seen_seq;
	w.origin.day = tip->day;
	w.origin.letter = j->head->id;
	err = take_text(&w, j);
	return is_grave(err) ? err : 0;
}

static int
take_one(struct book *b, struct mirror_out *out)
{
	struct job_tools tools = { .ids = b->ids, .newsroom = b->newsroom };
	struct job j;
	int err;

	job_init(&j);
	buf_put(&j.sealed, out->bytes.p, out->bytes.n);
	j.entry.size = j.sealed.n;
	if ((err = buf_finish(&j.sealed)) != 0)
		goto out;
	j.is_unlisted = true;
	job_open(&j, &tools);
	err = j.err;
	if (err == 0 && j.state == LETTER_OPEN)
		err = take_letter(b, &j);
out:
	job_fini(&j);
	job_tools_fini(&tools);
	return err == ERR_LIMIT ? 0 : err;
}

int
pending_take_out(struct book *b)
{
	struct mirror_out out;
	uint64_t last = 0;
	int err;

	/* A recovered mirror counts anew. */
	if ((err = mirror_out_last(b->mirror, &last)) != 0)
		return err;
	if (last < b->out)
		b->out = 0;
	while ((err = mirror_out_get(b->mirror, b->out, &out)) == 0) {
		b->out = out.number;
		err = out.kind == MIRROR_LETTER ? take_one(b, &out) : 0;
		buf_fini(&out.bytes);
		if (err != 0)
			return err;
	}
	return err == ERR_NOT_FOUND ? 0 : err;
}
