#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/secret.h"
#include "dispatch/inside.h"

/* A hundred editions at most are kept, of 512 slots; no more is looked at. */
#define EDITIONS_MAX 256
#define INDEX_MAX (EDITIONS_MAX * EDITION_SLOTS_MAX * SLOT_INDEX_SIZE)

struct collecting {
	struct dispatch *d;
	uint32_t own;
	struct found_thread *threads;
	size_t n, max;
};

static int
collect(void *ctx, const struct book_thread *t)
{
	struct collecting *c = ctx;
	struct found_thread *more;

	/* What another desk answers is recorded there. */
	if ((c->own >> desks_of(c->d, t->desk) & 1) == 0)
		return 0;
	if (c->n == c->max) {
		c->max = c->max * 2 + 64;
		if ((more = secret_new(c->max * sizeof(*more))) == NULL)
			return ERR_NOMEM;
		if (c->n > 0)
			memcpy(more, c->threads, c->n * sizeof(*more));
		secret_free(&c->threads);
		c->threads = more;
	}
	c->threads[c->n].seq = t->seq;
	memcpy(c->threads[c->n].thread, t->thread, THREAD_SIZE);
	memcpy(c->threads[c->n].slot, t->keys.slot, sizeof(t->keys.slot));
	c->n++;
	return 0;
}

int
threads_collect(
    struct dispatch *d, struct found_thread **ret_threads, size_t *ret_n)
{
	struct collecting c = { .d = d, .own = desks_own(d) };
	int err;

	if ((err = book_each_open(d->book, collect, &c)) != 0) {
		secret_free(&c.threads);
		return err;
	}
	*ret_threads = c.threads;
	*ret_n = c.n;
	return 0;
}

static void
scan_clear(struct scan *s)
{
	secret_free(&s->threads);
	mem_free(s->editions);
	buf_fini(&s->index);
	s->editions = NULL;
	s->threads_n = s->at = s->index_at = s->editions_n = 0;
}

void
scan_fini(struct scan *s)
{
	scan_clear(s);
}

static int
note_edition(void *ctx, const struct edition_head *head, size_t first)
{
	struct scan *s = ctx;

	if (s->editions_n == EDITIONS_MAX)
		return ERR_LIMIT;
	s->editions[s->editions_n].number = head->number;
	s->editions[s->editions_n++].first = first;
	return 0;
}

/* Everything that came since the last scan; nothing when nothing did. */
static int
begin(struct dispatch *d)
{
	struct scan *s = &d->scan;
	uint64_t done;
	int err;

	if ((err = mirror_done(d->mirror, MIRROR_SCANNED, &done)) != 0)
		return err;
	if (s->newest < done)
		s->newest = (uint32_t)done;
	if (s->newest >= d->edition)
		return 0;
	scan_clear(s);
	buf_init(&s->index, INDEX_MAX);
	s->editions = mem_new(EDITIONS_MAX, sizeof(*s->editions));
	if (s->editions == NULL)
		return ERR_NOMEM;
	err = board_index(d, s->newest, note_edition, s, &s->index);
	/* More than ever live at once: what is left comes next. */
	if (err == ERR_LIMIT && s->editions_n > 0)
		err = 0;
	if (err == 0)
		err = threads_collect(d, &s->threads, &s->threads_n);
	if (err != 0)
		scan_clear(s);
	return err;
}

struct looking {
	struct dispatch *d;
	const struct found_thread *thread;
	size_t first; /* entries before those that are looked at */
};

static bool
is_known(const struct scan *s, const uint8_t *slot)
{
	for (size_t i = 0; i < s->hits_n; i++)
		if (memcmp(s->hits[i].slot, slot, sizeof(s->hits[i].slot)) == 0)
			return true;
	return false;
}

static int
on_hit(void *ctx, size_t number)
{
	const struct looking *l = ctx;
	struct scan *s = &l->d->scan;
	size_t at = l->first + number, i = s->editions_n;
	const uint8_t *enc = s->index.p + at * SLOT_INDEX_SIZE;
	struct hit *h;

	if (s->hits_n == HITS_MAX || is_known(s, enc) ||
	    book_has_slot(l->d->book, enc))
		return 0;
	while (i-- > 0 && s->editions[i].first > at)
		continue;
	h = &s->hits[s->hits_n++];
	*h = (struct hit){ .seq = l->thread->seq,
		.edition = s->editions[i].number };
	memcpy(h->slot, enc, sizeof(h->slot));
	memcpy(h->thread, l->thread->thread, sizeof(h->thread));
	return 0;
}

/* Goes on where the last call stopped, for at most *most entries. */
static int
look(struct dispatch *d, size_t *most)
{
	struct scan *s = &d->scan;
	size_t total = s->index.n / SLOT_INDEX_SIZE, n;
	struct looking l = { .d = d };
	int err = 0;

	while (err == 0 && *most > 0 && s->at < s->threads_n) {
		l.thread = &s->threads[s->at];
		l.first = s->index_at;
		n = total - s->index_at < *most ? total - s->index_at : *most;
		err = slot_scan(l.thread->slot,
		    s->index.p + s->index_at * SLOT_INDEX_SIZE, n, on_hit, &l);
		if (err != 0)
			break;
		*most -= n;
		s->index_at += n;
		if (s->index_at == total) {
			s->index_at = 0;
			s->at++;
		}
	}
	return err;
}

static int
tell_hit(struct dispatch *d, const struct hit *h, const char *words)
{
	char key[7 + 2 * sizeof(h->slot) + 1] = "answer:";
	const struct book_alarm a = { .kind = "answer",
		.key = key,
		.thread = h->thread,
		.seq = h->seq,
		.number = h->edition,
		.words = words };

	hex_write(key + 7, h->slot, sizeof(h->slot));
	return book_alarm(d->book, &a);
}

/* What is recorded by now is no alarm; what one more edition did not bring a
 * record for is one. */
static int
settle_hits(struct dispatch *d)
{
	struct scan *s = &d->scan;
	uint64_t newest;
	uint8_t link[32];
	size_t i = 0;
	int err;

	if ((err = mirror_last(d->mirror, &newest, link)) != 0)
		return err;
	while (i < s->hits_n && err == 0) {
		struct hit *h = &s->hits[i];

		if (book_has_slot(d->book, h->slot)) {
			if (h->is_told)
				err = tell_hit(d, h, NULL);
			*h = s->hits[--s->hits_n];
			continue;
		}
		/* Records may be among what the book has not taken. */
		if (!h->is_told && d->edition > h->edition &&
		    book_seq(d->book) == newest) {
			err = tell_hit(d, h,
			    "an answer to this source stands on the board that "
			    "nobody here recorded");
			h->is_told = err == 0;
		}
		i++;
	}
	return err;
}

/* Up to where every answer is accounted for; the next run begins there. */
static int
note_done(struct dispatch *d)
{
	const struct scan *s = &d->scan;
	uint64_t done = s->newest, before;
	int err;

	for (size_t i = 0; i < s->hits_n; i++)
		if (s->hits[i].edition <= done)
			done = s->hits[i].edition - 1;
	if ((err = mirror_done(d->mirror, MIRROR_SCANNED, &before)) != 0)
		return err;
	return done > before ? mirror_set_done(d->mirror, MIRROR_SCANNED, done)
			     : 0;
}

int
scan_step(struct dispatch *d, size_t *most, bool *ret_is_done)
{
	struct scan *s = &d->scan;
	int err;

	if (s->editions == NULL && (err = begin(d)) != 0)
		return err;
	if (s->editions != NULL) {
		if ((err = look(d, most)) != 0)
			return err;
		if (s->at == s->threads_n) {
			if (s->editions_n > 0)
				s->newest =
				    s->editions[s->editions_n - 1].number;
			else
				s->newest = d->edition;
			scan_clear(s);
		}
	}
	if ((err = settle_hits(d)) != 0 ||
	    (s->newest != 0 && (err = note_done(d)) != 0))
		return err;
	*ret_is_done = s->editions == NULL && s->newest >= d->edition;
	return 0;
}
