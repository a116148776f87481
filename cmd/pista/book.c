#include "book.h"

#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/secret.h"
#include "chain/chain.h"
#include "crypto/ed25519.h"
#include "letter/events.h"
#include "book/roster.h"

#define PIECE 65536
#define ARENA (1024 * 1024)
#define THREAD_PREFIX_MIN 4

/* One letter being opened: plaintext goes through the letter reader until its
 * message is complete; the files are left alone. */
struct opening {
	struct letter_reader *reader;
	struct book *book;
	struct book_letter *letter;
	const uint8_t *newsroom;
	bool is_done;
};

/* Messages share locked blocks: there may be tens of thousands. */
static char *
room_for(struct book *b, size_t n)
{
	struct secret_arena **more;
	char *p = NULL;

	if (b->arenas_n > 0)
		p = secret_take(b->arenas[b->arenas_n - 1], n);
	if (p != NULL)
		return p;
	more = mem_resize(
	    b->arenas, b->arenas_n + 1, sizeof(struct secret_arena *));
	if (more == NULL)
		return NULL;
	b->arenas = more;
	if (secret_arena_new(n > ARENA ? n : ARENA, &more[b->arenas_n]) != 0)
		return NULL;
	return secret_take(more[b->arenas_n++], n);
}

static int
take_head(void *ctx, const struct letter_head *head)
{
	struct opening *o = ctx;
	size_t n = head->entries_n > 0 ? (size_t)head->entries[0].size : 0;

	/* The reader keeps its head only while it lives; ours stays. */
	o->letter->message = room_for(o->book, n + 1);
	return o->letter->message == NULL ? ERR_NOMEM : 0;
}

static int
take_bytes(void *ctx, const struct letter_entry *entry, size_t number,
    const uint8_t *p, size_t n)
{
	struct opening *o = ctx;
	struct book_letter *l = o->letter;

	if (number > 0 || n == 0) {
		o->is_done = true;
		return ERR_CLOSED;
	}
	if (n > entry->size - l->message_n)
		return ERR_FORMAT;
	memcpy(l->message + l->message_n, p, n);
	l->message_n += n;
	return 0;
}

static const struct letter_handler handler = { take_head, take_bytes };

static int
take_plain(void *ctx, const uint8_t *p, size_t n)
{
	struct opening *o = ctx;

	return letter_reader_put(o->reader, p, n);
}

static int
open_letter(struct mirror *m, const struct open_identities *ids,
    const uint8_t newsroom[static 16], struct book *b, struct book_letter *l)
{
	struct opening o = { .book = b, .letter = l, .newsroom = newsroom };
	struct open_stream *s = NULL;
	uint8_t piece[PIECE];
	uint64_t offset = 0;
	size_t n = 1;
	int err;

	if (l->entry.held == 0)
		return ERR_NOT_FOUND;
	if ((err = letter_reader_new(newsroom, &handler, &o, &o.reader)) != 0 ||
	    (err = open_stream_new(ids, TEXT(""), take_plain, &o, &s)) != 0)
		goto out;
	while (err == 0 && n > 0) {
		err = mirror_read(
		    m, l->entry.seq, offset, piece, sizeof(piece), &n);
		if (err == 0 && n > 0)
			err = open_stream_put(s, piece, n);
		offset += n;
	}
	/* A letter of one chunk comes out only here. */
	if (err == 0)
		err = open_stream_finish(s);
	if (o.is_done)
		err = 0;
	else if (err == 0)
		err = ERR_FORMAT;
	if (err == 0)
		l->head = letter_reader_take_head(o.reader);
out:
	open_stream_free(&s);
	letter_reader_free(&o.reader);
	secret_wipe(piece, sizeof(piece));
	return err;
}

struct filling {
	struct book *book;
	size_t cap;
};

static int
add_entry(void *ctx, const struct mirror_entry *e)
{
	struct filling *f = ctx;
	struct book *b = f->book;
	struct book_letter *more;

	if (e->type != CHAIN_LETTER)
		return 0;
	if (b->n == f->cap) {
		f->cap = f->cap == 0 ? 64 : f->cap * 2;
		if ((more = mem_resize(b->letters, f->cap, sizeof(*more))) ==
		    NULL)
			return ERR_NOMEM;
		b->letters = more;
	}
	b->letters[b->n++] = (struct book_letter){ .entry = *e };
	return 0;
}

static bool
is_source(const struct book_letter *l)
{
	return l->head != NULL && !letter_is_from_desk(l->head->tip.kind);
}

bool
book_is_same_thread(const struct book_letter *a, const struct book_letter *b)
{
	return is_source(a) && is_source(b) &&
	       memcmp(a->head->tip.thread.thread, b->head->tip.thread.thread,
		   THREAD_SIZE) == 0;
}

/* Whose words a letter is: the first tip of a thread defines it, everything
 * later must carry the thread's mark. */
static void
judge(struct book *b, size_t at)
{
	struct book_letter *l = &b->letters[at], *other;
	bool is_first = true;
	size_t i;

	for (i = 0; i < at; i++) {
		other = &b->letters[i];
		if (!book_is_same_thread(other, l))
			continue;
		is_first = false;
		if (memcmp(other->head->id, l->head->id, LETTER_ID_SIZE) == 0)
			l->is_repeat = true;
	}
	l->is_own = l->head->mark == LETTER_SIG_GOOD ||
		    (is_first && l->head->tip.kind == LETTER_TIP &&
			l->head->mark == LETTER_SIG_NONE);
}

static struct book_letter *
by_seq(const struct book *b, uint64_t seq)
{
	size_t low = 0, high = b->n, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (b->letters[middle].entry.seq < seq)
			low = middle + 1;
		else
			high = middle;
	}
	return low < b->n && b->letters[low].entry.seq == seq ? &b->letters[low]
							      : NULL;
}

static int
take_event(void *ctx, size_t number, const struct event *e)
{
	const struct book *b = ctx;
	struct book_letter *target = by_seq(b, e->seq);

	(void)number;
	if (target == NULL ||
	    memcmp(target->entry.digest, e->digest, sizeof(e->digest)) != 0)
		return 0;
	if (e->kind == EVENT_ANSWERED)
		target->is_answered = true;
	else if (e->kind == EVENT_DELETED || e->kind == EVENT_RESTORED)
		target->is_deleted = e->kind == EVENT_DELETED;
	return 0;
}

/* Events count in the order of seq, and only from people who were on the
 * masthead when they came. */
static int
fold(struct book *b, const struct roster *roster)
{
	struct book_letter *l;
	size_t i;

	for (i = 0; i < b->n; i++) {
		l = &b->letters[i];
		if (l->head == NULL || l->head->tip.kind != LETTER_EVENTS ||
		    l->head->member != LETTER_SIG_GOOD ||
		    !roster_has(roster, l->entry.seq, l->head->tip.author))
			continue;
		if (events_read((struct text){ l->message, l->message_n },
			take_event, b) == ERR_NOMEM)
			return ERR_NOMEM;
	}
	return 0;
}

int
book_open(const struct seat *d, struct book **ret_book)
{
	struct book *b = mem_new(1, sizeof(*b));
	struct filling f = { .book = b };
	struct roster *roster = NULL;
	uint8_t own[ED25519_PUBLIC_SIZE];
	size_t i;
	int err;

	if (b == NULL)
		return ERR_NOMEM;
	if ((err = roster_new(
		 d->mirror, &d->place.pin, d->place.newsroom, &roster)) != 0 ||
	    (err = mirror_each(d->mirror, add_entry, &f)) != 0)
		goto out;
	for (i = 0; i < b->n; i++) {
		b->letters[i].err = open_letter(
		    d->mirror, d->ids, d->place.newsroom, b, &b->letters[i]);
		if ((err = b->letters[i].err) == ERR_NOMEM)
			goto out;
		if (is_source(&b->letters[i]))
			judge(b, i);
	}
	if ((err = fold(b, roster)) != 0)
		goto out;
	ed25519_public(own, SEAT_SIGN_SEED(d));
	b->joined = roster_joined(roster, own);
	*ret_book = b;
	b = NULL;
out:
	roster_free(&roster);
	book_free(&b);
	return err;
}

void
book_free(struct book **book)
{
	struct book *b = *book;
	size_t i;

	if (b == NULL)
		return;
	for (i = 0; i < b->n; i++)
		letter_head_free(&b->letters[i].head);
	for (i = 0; i < b->arenas_n; i++)
		secret_arena_free(&b->arenas[i]);
	mem_free(b->arenas);
	mem_free(b->letters);
	mem_free(b);
	*book = NULL;
}

int
book_find(
    const struct book *b, const char *name, struct book_letter **ret_letter)
{
	struct book_letter *l, *found = NULL;
	char hex[2 * THREAD_SIZE];
	uint64_t seq;
	size_t i, n;

	if (text_to_u64(text_from(name), UINT64_MAX / 2, &seq) == 0 &&
	    (l = by_seq(b, seq)) != NULL) {
		*ret_letter = l;
		return 0;
	}
	if (strncmp(name, "t:", 2) == 0)
		name += 2;
	n = strlen(name);
	if (n < THREAD_PREFIX_MIN || n > sizeof(hex))
		return ERR_NOT_FOUND;
	for (i = 0; i < b->n; i++) {
		l = &b->letters[i];
		if (!is_source(l))
			continue;
		hex_write(hex, l->head->tip.thread.thread, THREAD_SIZE);
		if (memcmp(hex, name, n) != 0 ||
		    (found != NULL && book_is_same_thread(found, l)))
			continue;
		if (found != NULL)
			return ERR_CONFLICT;
		found = l;
	}
	if (found == NULL)
		return ERR_NOT_FOUND;
	*ret_letter = found;
	return 0;
}
