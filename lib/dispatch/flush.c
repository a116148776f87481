#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/secret.h"
#include "dispatch/inside.h"

#define LINES_MAX (8 * 1024 * 1024) /* of all that is pending */
#define STRIPS_MAX (BOARD_POST_STRIPS_MAX / 2)

static const char *const words[] = { "opened", "working", "answered",
	"write-again", "closed", "published" };

const char *
status_word(enum strip_code code)
{
	must(code >= STRIP_OPENED && code <= STRIP_PUBLISHED);
	return words[code - STRIP_OPENED];
}

enum strip_code
status_code(struct text word)
{
	for (int code = STRIP_OPENED; code <= STRIP_PUBLISHED; code++)
		if (text_is(word, words[code - STRIP_OPENED]))
			return (enum strip_code)code;
	return 0;
}

void
find_name(char name[static 24], uint64_t seq)
{
	snprintf(name, 24, "%llu", (unsigned long long)seq);
}

/* A pending event on its way. */
struct item {
	uint64_t handle, seq;
	enum event_kind kind;
	enum strip_code code; /* of a status to tell; else 0 */
	size_t at, n;         /* its line */
	uint32_t desks;
	bool is_sealed; /* in this letter */
	uint8_t letter[LETTER_ID_SIZE];
};

struct plan {
	struct dispatch *d;
	uint64_t since;
	uint32_t edition; /* the next */
	size_t told;
	struct item *items;
	size_t items_n, items_max;
	struct buf lines;
	struct buf strips;
};

static int
collect(void *ctx, uint64_t handle, const struct event *e)
{
	struct plan *p = ctx;
	struct event said = *e;
	struct item item = { .handle = handle,
		.seq = e->seq,
		.kind = e->kind,
		.at = p->lines.n };
	struct item *more;

	if (handle < p->since)
		return 0;
	if (e->kind == EVENT_TOLD) {
		/* These wait for another edition, or another flush. */
		if (p->edition == 0 || p->told++ >= STRIPS_MAX)
			return 0;
		item.code = status_code(e->value);
		said.edition = p->edition;
	}
	event_put(&p->lines, &said);
	item.n = p->lines.n - item.at;
	if (p->items_n == p->items_max) {
		p->items_max = p->items_max * 2 + 16;
		more = mem_resize(p->items, p->items_max, sizeof(*more));
		if (more == NULL)
			return ERR_NOMEM;
		p->items = more;
	}
	p->items[p->items_n++] = item;
	return buf_finish(&p->lines);
}

/* Where an item goes; and what the source of its thread is told. */
static int
address(struct plan *p, struct item *item)
{
	struct book_thread t = { .seq = 0 };
	uint8_t strip[STRIP_ENTRY_SIZE];
	char name[24];
	int err;

	item->desks = desks_all(p->d);
	/* Absence concerns everyone, and everyone sees a hole in the inbox, and
	 * must know where a thread is. */
	if (item->kind == EVENT_AWAY || item->kind == EVENT_DELETED ||
	    item->kind == EVENT_RESTORED || item->kind == EVENT_HANDED)
		return 0;
	find_name(name, item->seq);
	err = book_find(p->d->book, name, &t);
	if (err != 0 && err != ERR_NOT_FOUND)
		return err;
	item->desks = UINT32_C(1) << desks_of(p->d, t.desk);
	if (err == 0 && item->code != 0) {
		strip_seal(strip, t.keys.slot, p->edition, item->code);
		buf_put(&p->strips, strip, sizeof(strip));
	}
	secret_wipe(&t, sizeof(t));
	return buf_finish(&p->strips);
}

/* The letters for one desk. */
static int
seal_desk(struct plan *p, size_t desk, struct parcels *ps)
{
	struct message m = { .kind = LETTER_EVENTS,
		.desk = book_card(p->d->book)->desks[desk].id };
	uint8_t(*ids)[LETTER_ID_SIZE], (*id)[LETTER_ID_SIZE];
	struct buf lines;
	int err = 0;

	if ((id = ids = mem_new(p->items_n, sizeof(*ids))) == NULL)
		return ERR_NOMEM;
	buf_init(&lines, LINES_MAX);
	for (size_t i = 0; i < p->items_n; i++)
		if (p->items[i].desks >> desk & 1)
			buf_put(
			    &lines, p->lines.p + p->items[i].at, p->items[i].n);
	m.text = buf_text(&lines);
	if ((err = buf_finish(&lines)) == 0)
		err = parcels_lines(p->d, ps, &m, ids);
	for (size_t i = 0; i < p->items_n && err == 0; i++) {
		if ((p->items[i].desks >> desk & 1) == 0)
			continue;
		if (!p->items[i].is_sealed)
			memcpy(p->items[i].letter, *id, LETTER_ID_SIZE);
		p->items[i].is_sealed = true;
		id++;
	}
	buf_fini(&lines);
	mem_free(ids);
	return err;
}

static int
seal_all(struct plan *p, struct parcels *ps, struct parcels *with)
{
	uint32_t desks = 0;
	int err = 0;

	for (size_t i = 0; i < p->items_n && err == 0; i++) {
		err = address(p, &p->items[i]);
		desks |= p->items[i].desks;
	}
	for (size_t i = 0; i < MASTHEAD_DESKS_MAX && err == 0; i++)
		if (desks >> i & 1)
			err = seal_desk(p, i, ps);
	/* Colleagues know of an answer before it is shown. */
	if (err == 0 && with != NULL && with->first != NULL) {
		*ps->end = with->first;
		ps->end = with->end;
		parcels_init(with);
	}
	if (err == 0 && p->strips.n > 0)
		err = strips_post(p->d, &p->strips, p->edition, ps, NULL);
	return err;
}

int
flush_since(struct dispatch *d, uint64_t since, struct parcels *with)
{
	struct plan p = { .d = d, .since = since };
	struct parcels ps;
	int err;

	parcels_init(&ps);
	buf_init(&p.lines, LINES_MAX);
	buf_init(&p.strips, EDITION_SLOTS_MAX * STRIP_ENTRY_SIZE);
	if ((err = mirror_edition_next(d->mirror, &p.edition)) != 0 ||
	    (err = book_each_pending(d->book, collect, &p)) != 0)
		goto out;
	if (p.items_n == 0 && with == NULL)
		goto out;
	if ((err = desks_may(d)) != 0 || (err = seal_all(&p, &ps, with)) != 0 ||
	    (err = parcels_lay(d, &ps)) != 0)
		goto out;
	/* It is on its way, whatever comes now: what cannot be noted is said
	 * once more. */
	for (size_t i = 0; i < p.items_n; i++)
		(void)book_pending_sealed(
		    d->book, p.items[i].handle, p.items[i].letter);
out:
	buf_fini(&p.lines);
	buf_fini(&p.strips);
	parcels_fini(&ps);
	mem_free(p.items);
	return err;
}

static int
keep_newest(void *ctx, uint64_t handle, const struct event *e)
{
	uint64_t *last = ctx;

	(void)e;
	if (handle > *last)
		*last = handle;
	return 0;
}

void
flush_undo(struct dispatch *d, uint64_t since)
{
	uint64_t last = 0;

	if (book_each_pending(d->book, keep_newest, &last) != 0)
		return;
	for (; last >= since; last--)
		(void)book_unpend(d->book, last);
}

int
dispatch_flush(struct dispatch *d)
{
	return flush_since(d, 0, NULL);
}
