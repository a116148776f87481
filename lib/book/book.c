#include <string.h>

#include "base/day.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/secret.h"
#include "book/query.h"
#include "book/schema.h"
#include "crypto/ed25519.h"
#include "crypto/hash.h"

#define SAID_MAX (1024 * 1024) /* texts lent to callers at a time */

static const char *const statuses[STATUS_COUNT] = {
	[STATUS_NEW] = "new",
	[STATUS_OPEN] = "open",
	[STATUS_PARKED] = "parked",
	[STATUS_CLOSED] = "closed",
	[STATUS_BIN] = "bin",
};

const char *
status_text(enum thread_status status)
{
	must(status < STATUS_COUNT);
	return statuses[status];
}

/* What this member can open with: letters that stay shut are tried again when
 * it changes. */
void
book_hash_ids(const struct book *b, uint8_t out[static HASH_SIZE])
{
	struct age_recipient r;
	struct hash h;
	size_t i;

	hash_init(&h, HASH_SIZE);
	for (i = 0; i < open_identities_count(b->ids); i++) {
		open_identity_recipient(b->ids, i, &r);
		hash_put(&h, r.pk, r.kind->recipient_size);
	}
	hash_finish(&h, out);
}

int
book_fill_empty(struct book *b)
{
	uint8_t ids[HASH_SIZE];
	int64_t me;
	int err;

	book_hash_ids(b, ids);
	if ((err = view_init(b)) != 0 || (err = found_init(b)) != 0 ||
	    (err = sql_exec(&b->sql, "BEGIN")) != 0 ||
	    (err = sql_exec(&b->sql, book_schema)) != 0 ||
	    (err = sql_run(&b->sql,
		 "INSERT INTO book VALUES (?, 0, zeroblob(32), 0, 0, 0, ?, ?,"
		 " 0, NULL)",
		 "bbs", b->newsroom, (size_t)16, ids, sizeof(ids),
		 PISTA_VERSION)) != 0 ||
	    (err = author_number(b, b->me, &me)) != 0)
		return err;
	must(me == AUTHOR_ME);
	return sql_exec(&b->sql, "COMMIT");
}

void
book_set_mark(struct book *b, const struct book_mark *mark)
{
	b->seq = mark->seq;
	b->change = mark->change;
	b->out = mark->out;
	b->handle = mark->handle;
	memcpy(b->link, mark->link, sizeof(b->link));
}

int
book_write_row(struct book *b)
{
	return sql_run(&b->sql,
	    "UPDATE book SET seq = ?, link = ?, change = ?, out = ?,"
	    " handle = ?, past = ?, past_link = ?",
	    "lbllllb", b->seq, b->link, sizeof(b->link), b->change, b->out,
	    b->handle, b->past.seq, b->past.link, sizeof(b->past.link));
}

int
book_read_row(struct book *b)
{
	static const char text[] =
	    "SELECT newsroom, seq, link, change, out, handle, ids, program,"
	    " past, past_link FROM book";
	struct book_mark mark;
	uint8_t newsroom[16], ids[HASH_SIZE], now[HASH_SIZE];
	sqlite3_stmt *st = sql_ask(&b->sql, text, "");
	bool is_ours;
	int row = sql_row(st);

	if (row <= 0)
		return row < 0 ? row : ERR_FORMAT;
	sql_copy(st, 0, newsroom, sizeof(newsroom));
	mark.seq = sql_u64(st, 1);
	sql_copy(st, 2, mark.link, sizeof(mark.link));
	mark.change = sql_u64(st, 3);
	mark.out = sql_u64(st, 4);
	mark.handle = sql_u64(st, 5);
	sql_copy(st, 6, ids, sizeof(ids));
	is_ours = text_is(sql_text(st, 7), PISTA_VERSION) &&
		  memcmp(newsroom, b->newsroom, sizeof(newsroom)) == 0;
	b->past.seq = sql_u64(st, 8);
	sql_copy(st, 9, b->past.link, sizeof(b->past.link));
	sql_end(st);
	if (!is_ours)
		return ERR_VERSION;
	book_set_mark(b, &mark);
	book_hash_ids(b, now);
	if (memcmp(ids, now, sizeof(ids)) == 0)
		return 0;
	if ((row = sql_run(&b->sql,
		 "INSERT OR IGNORE INTO again SELECT seq FROM letter"
		 " WHERE state = ?",
		 "i", LETTER_NO_KEY)) != 0)
		return row;
	return sql_run(
	    &b->sql, "UPDATE book SET ids = ?", "b", now, sizeof(now));
}

int
book_new(const struct book_options *o, struct book **ret_book)
{
	struct book *b;
	int err;

	if ((b = mem_new(1, sizeof(*b))) == NULL)
		return ERR_NOMEM;
	memcpy(b->newsroom, o->newsroom, sizeof(b->newsroom));
	b->pin = *o->pin;
	b->mirror = o->mirror;
	b->ids = o->ids;
	b->today = o->today != NULL ? o->today : day_today;
	b->threads = o->threads;
	b->version = 1;
	ed25519_public(b->me, o->sign_seed);
	buf_init(&b->said, SAID_MAX);
	if ((err = sql_open(&b->sql)) == 0 && (err = book_fill_empty(b)) == 0)
		*ret_book = b;
	else
		book_free(&b);
	return err;
}

void
book_free(struct book **book)
{
	struct book *b = *book;

	if (b == NULL)
		return;
	json_decref(b->counts);
	masthead_free(&b->card);
	buf_fini(&b->said);
	sql_close(&b->sql);
	secret_wipe(b, sizeof(*b));
	mem_free(b);
	*book = NULL;
}

int
book_begin(struct book *b, struct book_mark *ret_mark)
{
	ret_mark->seq = b->seq;
	ret_mark->change = b->change;
	ret_mark->out = b->out;
	ret_mark->handle = b->handle;
	memcpy(ret_mark->link, b->link, sizeof(ret_mark->link));
	ret_mark->changes = sqlite3_total_changes(b->sql.db);
	return sql_exec(&b->sql, "BEGIN");
}

/* Threads fold in the order of their numbers; a fold touches no other. */
static int
fold_all(struct book *b)
{
	int64_t thread = 0;
	int err;

	while ((err = sql_number(&b->sql, &thread,
		    "SELECT thread FROM dirty WHERE thread > ?"
		    " ORDER BY thread LIMIT 1",
		    "l", thread)) == 0)
		if ((err = fold_thread(b, thread)) != 0)
			return err;
	if (err != ERR_NOT_FOUND)
		return err;
	return thread > 0 ? sql_run(&b->sql, "DELETE FROM dirty", "") : 0;
}

int
book_end(struct book *b, const struct book_mark *mark, int err)
{
	if (err == 0)
		err = fold_all(b);
	if (err == 0 && sqlite3_total_changes(b->sql.db) != mark->changes)
		b->version++;
	if (err == 0)
		err = sql_exec(&b->sql, "COMMIT");
	if (err != 0) {
		(void)sql_exec(&b->sql, "ROLLBACK");
		book_set_mark(b, mark);
	}
	return err;
}

uint64_t
book_version(const struct book *b)
{
	return b->version;
}

uint64_t
book_seq(const struct book *b)
{
	return b->seq;
}

const struct masthead *
book_card(const struct book *b)
{
	return b->card;
}

const struct masthead_member *
book_me(const struct book *b)
{
	return b->card != NULL ? masthead_by_sign(b->card, b->me) : NULL;
}

int
book_set_past(struct book *b, const struct book_past *past)
{
	struct mirror_entry e;
	int err;

	b->past = *past;
	if (past->seq == 0)
		return 0;
	err = mirror_get(b->mirror, past->seq, &e);
	if (err != 0)
		return err == ERR_NOT_FOUND ? 0 : err;
	return book_check_past(b, &e);
}

int
book_check_past(struct book *b, const struct mirror_entry *e)
{
	bool is_same = memcmp(e->link, b->past.link, sizeof(e->link)) == 0;

	if (e->seq != b->past.seq)
		return 0;
	b->past.seq = 0;
	if (is_same)
		return 0;
	return alarm_raise(b, "fork", "past", TEXT("past"), e->seq,
	    "is another one than this computer saw before");
}
