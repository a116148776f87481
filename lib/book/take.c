/*
 * What is new in the mirror into the tables. Entries are taken in order, each
 * once; letters are opened a batch at a time while the next batch is read.
 */
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "book/inside.h"
#include "chain/chain.h"

#define ENTRIES 64
#define THREADS_FROM 16 /* fewer letters are opened at once */

/* Two batches: one is filled while the other is opened. */
struct taking {
	struct book *book;
	struct pool *pool;
	struct job *jobs; /* 2 * JOBS */
	size_t n[2];
	int filling;     /* which of the two; the other may be at work */
	bool is_waiting; /* for the bytes of what comes next */
};

static struct job *
jobs_of(struct taking *t, int batch)
{
	return t->jobs + batch * JOBS;
}

static int
apply_batch(struct taking *t, int batch)
{
	struct job *jobs = jobs_of(t, batch);
	size_t i, n = t->n[batch];
	int err = 0;

	t->n[batch] = 0;
	for (i = 0; i < n && err == 0; i++)
		err = apply_job(t->book, &jobs[i]);
	return err;
}

/* The batch being filled goes to work; the one that was at work goes into the
 * tables meanwhile, and is then filled. */
static int
turn(struct taking *t)
{
	int filled = t->filling, done = !filled;

	pool_wait(t->pool);
	pool_begin(t->pool, jobs_of(t, filled), t->n[filled]);
	t->filling = done;
	return apply_batch(t, done);
}

/* Takes in all that was begun. */
static int
settle(struct taking *t)
{
	int err;

	if ((err = turn(t)) != 0)
		return err;
	pool_wait(t->pool);
	return apply_batch(t, !t->filling);
}

static int
add_job(struct taking *t, const struct mirror_entry *e)
{
	struct job *j = &jobs_of(t, t->filling)[t->n[t->filling]];
	int err;

	job_clear(j);
	if ((err = job_read(j, t->book->mirror, e)) != 0 ||
	    (err = key_find(t->book, j)) != 0)
		return err;
	return ++t->n[t->filling] == JOBS ? turn(t) : 0;
}

static int
add_row(struct book *b, const struct mirror_entry *e)
{
	return sql_run(&b->sql,
	    "INSERT INTO letter (seq, type, day, size, held, deleted, gone,"
	    " digest, link) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
	    "liulliibb", e->seq, (int)e->type, e->day, e->size, e->held,
	    (int)e->is_deleted, (int)e->is_gone, e->digest, (size_t)32, e->link,
	    (size_t)32);
}

/* An entry does not follow what was taken. Where it does not follow what stands
 * before it in the copy either, the copy is damaged, and comes again. */
static int
other_past(struct book *b, const struct mirror_entry *e)
{
	struct mirror_entry before = { 0 };
	uint8_t link[32];
	int err = 0;

	if (e->seq > 1)
		err = mirror_get(b->mirror, e->seq - 1, &before);
	if (err != 0)
		return err == ERR_NOT_FOUND ? mirror_set_damaged(b->mirror)
					    : err;
	chain_link(
	    link, b->newsroom, before.link, e->seq, e->type, e->day, e->digest);
	return memcmp(link, e->link, sizeof(link)) == 0 && e->size <= INT64_MAX
		   ? ERR_DIGEST
		   : mirror_set_damaged(b->mirror);
}

/* The chain is walked here too: the mirror lies where others can write. */
static int
check_link(struct book *b, const struct mirror_entry *e)
{
	uint8_t link[32];

	if (e->seq != b->seq + 1 || e->size > INT64_MAX)
		return other_past(b, e);
	chain_link(
	    link, b->newsroom, b->link, e->seq, e->type, e->day, e->digest);
	return memcmp(link, e->link, sizeof(link)) == 0 ? 0 : other_past(b, e);
}

static int
take_entry(struct taking *t, const struct mirror_entry *e)
{
	struct book *b = t->book;
	int err;

	if ((err = check_link(b, e)) != 0 || (err = add_row(b, e)) != 0)
		return err;
	b->seq = e->seq;
	memcpy(b->link, e->link, sizeof(b->link));
	if ((err = book_check_past(b, e)) != 0)
		return err;
	if (e->held == 0)
		return 0;
	if (e->type == CHAIN_CARD)
		return card_take(b, e);
	return e->type == CHAIN_LETTER ? add_job(t, e) : 0;
}

/* A card whose bytes are still on their way decides about what follows it. It
 * is not waited for when later bytes are here. */
static bool
must_wait(const struct mirror_entry *e, size_t n)
{
	size_t i;

	if (e->type != CHAIN_CARD || e->held > 0 || e->is_gone)
		return false;
	for (i = 1; i < n; i++)
		if (e[i].held > 0)
			return false;
	return true;
}

static int
take_entries(struct taking *t, size_t most)
{
	struct mirror_entry e[ENTRIES];
	size_t n, i;
	int err;

	while (most > 0) {
		if ((err = mirror_after(
			 t->book->mirror, t->book->seq, e, ENTRIES, &n)) != 0 ||
		    n == 0)
			return err;
		for (i = 0; i < n && most > 0; i++, most--) {
			t->is_waiting = must_wait(&e[i], n - i);
			if (t->is_waiting)
				return 0;
			if ((err = take_entry(t, &e[i])) != 0)
				return err;
		}
	}
	return 0;
}

/* An entry that was taken before and is another now. */
static int
take_change(struct taking *t, const struct mirror_entry *e)
{
	struct book *b = t->book;
	uint8_t digest[32];
	enum letter_state state;
	sqlite3_stmt *st;
	int row, err;

	if (e->seq > b->seq)
		return 0;
	st = sql_ask(&b->sql, "SELECT digest, state FROM letter WHERE seq = ?",
	    "l", e->seq);
	if ((row = sql_row(st)) <= 0)
		return row;
	sql_copy(st, 0, digest, sizeof(digest));
	state = (enum letter_state)sqlite3_column_int(st, 1);
	sql_end(st);
	if (memcmp(digest, e->digest, sizeof(digest)) != 0)
		return other_past(b, e);
	if ((err = sql_run(&b->sql,
		 "UPDATE letter SET held = ?, deleted = ?, gone = ?,"
		 " size = ? WHERE seq = ?",
		 "liill", e->held, (int)e->is_deleted, (int)e->is_gone, e->size,
		 e->seq)) != 0 ||
	    (err = apply_announced(b, e->seq)) != 0)
		return err;
	if (e->held == 0 ||
	    (state != LETTER_WAITING && state != LETTER_DAMAGED))
		return 0;
	if (e->type == CHAIN_CARD)
		return card_take_late(b, e);
	return sql_run(
	    &b->sql, "INSERT OR IGNORE INTO again VALUES (?)", "l", e->seq);
}

static int
take_changes(struct taking *t)
{
	struct book *b = t->book;
	struct mirror_entry e[ENTRIES];
	uint64_t before;
	size_t n = 0, i;
	int err;

	/* Whoever begins reads all entries as they are. */
	if (b->seq == 0 && b->change == 0)
		return mirror_changed(
		    b->mirror, INT64_MAX, e, ENTRIES, &n, &b->change);
	do {
		before = b->change;
		if ((err = mirror_changed(
			 b->mirror, before, e, ENTRIES, &n, &b->change)) != 0)
			return err;
		/* A recovered mirror counts anew. */
		if (b->change < before) {
			b->change = 0;
			n = ENTRIES;
			continue;
		}
		for (i = 0; i < n && err == 0; i++)
			err = take_change(t, &e[i]);
	} while (err == 0 && n == ENTRIES);
	return err;
}

/* Letters that may open now: their bytes came, or their key. What they say may
 * be a key again. */
static int
take_again(struct taking *t)
{
	struct book *b = t->book;
	struct mirror_entry e;
	int64_t seq;
	int err;

	while ((err = sql_number(&b->sql, &seq,
		    "SELECT seq FROM again ORDER BY seq LIMIT 1", "")) == 0) {
		if ((err = sql_run(&b->sql, "DELETE FROM again WHERE seq = ?",
			 "l", seq)) != 0 ||
		    (err = mirror_get(b->mirror, (uint64_t)seq, &e)) != 0 ||
		    (err = add_job(t, &e)) != 0 || (err = settle(t)) != 0)
			return err;
	}
	return err == ERR_NOT_FOUND ? 0 : err;
}

static int
taking_init(struct taking *t, struct book *b, uint64_t work)
{
	size_t i;

	*t = (struct taking){ .book = b };
	if ((t->jobs = mem_new(2 * JOBS, sizeof(*t->jobs))) == NULL)
		return ERR_NOMEM;
	for (i = 0; i < 2 * JOBS; i++)
		job_init(&t->jobs[i]);
	return pool_new(b->ids, b->newsroom,
	    work < THREADS_FROM ? 0 : b->threads, &t->pool);
}

static void
taking_fini(struct taking *t)
{
	size_t i;

	pool_free(&t->pool);
	for (i = 0; t->jobs != NULL && i < 2 * JOBS; i++)
		job_fini(&t->jobs[i]);
	mem_free(t->jobs);
}

int
book_take(struct book *b, size_t most, uint64_t *ret_left)
{
	struct book_mark mark;
	struct taking t = { 0 };
	uint8_t link[32];
	uint64_t last = 0;
	int err;

	if ((err = mirror_last(b->mirror, &last, link)) != 0 ||
	    (err = book_begin(b, &mark)) != 0)
		return err;
	if ((err = taking_init(&t, b, last - b->seq)) == 0 &&
	    (err = take_changes(&t)) == 0 &&
	    (err = take_entries(&t, most)) == 0 && (err = settle(&t)) == 0 &&
	    (err = take_again(&t)) == 0)
		err = pending_take_out(b);
	taking_fini(&t);
	if ((err = book_end(b, &mark, err)) != 0)
		return err;
	*ret_left = t.is_waiting || last < b->seq ? 0 : last - b->seq;
	return *ret_left == 0 ? doc_index(b, false) : 0;
}
