#include "form/read.h"

#include <string.h>
#include <time.h>

#include "base/cursor.h"
#include "base/day.h"
#include "base/err.h"
#include "base/mem.h"
#include "board/edition.h"
#include "form/keep.h"

#define LIVE_MAX 1024 /* 30 days of an edition every hour, and some */
#define HITS_MAX 256

struct hit {
	uint32_t edition, slot;
};

/* A slot that opened. */
struct piece {
	struct answer answer;
	bool is_used;
};

struct reading {
	struct form *f;
	struct secret_arena *arena;
	struct board_answers *out;
	uint32_t live[LIVE_MAX];
	uint8_t hash[LIVE_MAX][32];
	size_t live_n;
	uint64_t bytes; /* of all slots */
	struct hit hit[HITS_MAX];
	size_t hits_n;
	uint32_t scanned; /* the edition being scanned */
	struct piece piece[READ_PIECES_MAX];
	size_t pieces_n;
	uint8_t *plain; /* for the next piece */
};

static int
on_hit(void *ctx, size_t number)
{
	struct reading *r = ctx;

	if (r->hits_n == HITS_MAX) {
		r->out->has_more = true;
		return 0;
	}
	r->hit[r->hits_n++] = (struct hit){ r->scanned, (uint32_t)number };
	return 0;
}

static void
scan(struct reading *r, const struct edition_view *v)
{
	const uint8_t *key = r->f->secret->keys.pub.slot;
	enum strip_code code;

	r->scanned = v->head.number;
	(void)slot_scan(key, v->index, v->head.slots, on_hit, r);
	for (uint32_t i = 0; i < v->head.strips; i++)
		if (strip_open(v->strip + (size_t)i * STRIP_ENTRY_SIZE, key,
			v->head.number, &code) == 0)
			r->out->status = (int)code;
	r->live[r->live_n] = v->head.number;
	memcpy(r->hash[r->live_n], v->hash, sizeof(v->hash));
	r->live_n++;
	r->bytes += (uint64_t)v->head.slots * SLOT_SIZE;
}

static int
ask_index(struct form *f, uint32_t number, struct wire_message *ret_m)
{
	uint8_t body[4];

	u32_write(body, number);
	return keep_ask(f, WIRE_BOARD_INDEX, body, sizeof(body), ret_m);
}

/* One edition of an index answer, which holds nothing else. */
static int
read_edition(const struct form *f, const uint8_t *p, size_t n, uint32_t number,
    const struct edition_view *previous, struct edition_view *ret_view)
{
	struct edition_view v;
	struct cursor c;
	int err;

	cursor_init(&c, p, n);
	if ((err = edition_next(&c, f->child.start.newsroom, previous, &v)) !=
	    0)
		return err;
	if (v.head.number != number || cursor_finish(&c) != 0)
		return ERR_DIGEST;
	*ret_view = v;
	return 0;
}

/* Every live edition, oldest first, chained. After a hole or a change the
 * chain begins anew, so that later answers are still found. */
static int
scan_board(struct reading *r, uint32_t oldest, uint32_t newest)
{
	struct edition_view views[2];
	const struct edition_view *previous = NULL;
	struct wire_message m;
	int err;

	if (newest - oldest >= LIVE_MAX)
		oldest = newest - LIVE_MAX + 1;
	for (uint32_t n = oldest;; n++) {
		struct edition_view *v = &views[n % 2];

		err = ask_index(r->f, n, &m);
		if (err == ERR_CLOSED)
			return err;
		if (err == 0 && (err = read_edition(
				     r->f, m.body, m.n, n, previous, v)) != 0) {
			r->out->is_broken = true;
			err = read_edition(r->f, m.body, m.n, n, NULL, v);
		} else if (err != 0 && n != oldest) {
			/* The oldest may expire while we look. */
			r->out->is_broken = true;
		}
		if (err == 0)
			scan(r, v);
		previous = err == 0 ? v : NULL;
		if (n == newest)
			return 0;
	}
}

static int
fetch_slots(struct form *f, uint32_t number, uint8_t *slots, size_t n)
{
	struct wire_message m;
	uint8_t body[8];
	int err;

	for (size_t at = 0; at < n; at += m.n) {
		u32_write(body, number);
		u32_write(body + 4, (uint32_t)at);
		if ((err = keep_ask(
			 f, WIRE_BOARD_SLOTS, body, sizeof(body), &m)) != 0)
			return err;
		if (m.n == 0 || m.n > n - at)
			return ERR_DIGEST;
		memcpy(slots + at, m.body, m.n);
	}
	return 0;
}

static int
open_slot(struct reading *r, const uint8_t *slot)
{
	struct piece *piece = &r->piece[r->pieces_n];
	int err;

	if (r->pieces_n == READ_PIECES_MAX) {
		r->out->has_more = true;
		return 0;
	}
	if (r->plain == NULL &&
	    (r->plain = secret_take(r->arena, SLOT_PLAIN_SIZE)) == NULL)
		return ERR_NOMEM;
	err = slot_open(slot, &r->f->secret->keys, r->f->child.start.newsroom,
	    r->plain, &piece->answer);
	if (err == ERR_NOMEM)
		return err;
	if (err != 0) {
		/* Our tag on it, and it does not open: nobody at the desk
		 * makes such a slot. */
		r->out->is_broken = true;
		return 0;
	}
	for (size_t i = 0; i < r->pieces_n; i++)
		if (memcmp(r->piece[i].answer.id, piece->answer.id,
			ANSWER_ID_SIZE) == 0 &&
		    r->piece[i].answer.part == piece->answer.part)
			return 0;
	r->pieces_n++;
	r->plain = NULL;
	return 0;
}

/* Takes a whole edition, whatever is in it for us, and opens what is. */
static int
take_edition(struct reading *r, size_t i)
{
	uint32_t number = r->live[i];
	uint8_t *index = NULL, *slots = NULL;
	struct edition_view v;
	struct wire_message m;
	size_t n;
	int err;

	if ((err = ask_index(r->f, number, &m)) != 0)
		goto out;
	if ((index = mem_new(m.n, 1)) == NULL) {
		err = ERR_NOMEM;
		goto out;
	}
	memcpy(index, m.body, m.n);
	if ((err = read_edition(r->f, index, m.n, number, NULL, &v)) != 0)
		goto out;
	if (memcmp(v.hash, r->hash[i], sizeof(v.hash)) != 0) {
		err = ERR_DIGEST;
		goto out;
	}
	n = (size_t)v.head.slots * SLOT_SIZE;
	if ((slots = mem_new(n, 1)) == NULL) {
		err = ERR_NOMEM;
		goto out;
	}
	if ((err = fetch_slots(r->f, number, slots, n)) != 0 ||
	    (err = edition_check_slots(&v, slots, n)) != 0)
		goto out;
	for (size_t k = 0; k < r->hits_n && err == 0; k++)
		if (r->hit[k].edition == number)
			err = open_slot(
			    r, slots + (size_t)r->hit[k].slot * SLOT_SIZE);
out:
	mem_free(index);
	mem_free(slots);
	return err;
}

static bool
is_taken(const struct board_pattern *pattern, uint32_t number)
{
	if (pattern->is_whole)
		return true;
	for (size_t i = 0; i < pattern->n; i++)
		if (pattern->number[i] == number)
			return true;
	return false;
}

static int
take_pattern(struct reading *r)
{
	struct board_pattern pattern;
	uint32_t hits[HITS_MAX] = { 0 };
	size_t hits_n = 0;
	int err;

	for (size_t i = 0; i < r->hits_n; i++)
		if (hits_n == 0 || hits[hits_n - 1] != r->hit[i].edition)
			hits[hits_n++] = r->hit[i].edition;
	board_pattern(r->live, r->live_n, r->bytes, hits, hits_n, &pattern);
	for (size_t i = 0; i < hits_n; i++)
		if (!is_taken(&pattern, hits[i]))
			r->out->has_more = true;
	/* The newest first, so that they are the ones there is room for. */
	for (size_t i = r->live_n; i-- > 0;) {
		if (!is_taken(&pattern, r->live[i]))
			continue;
		err = take_edition(r, i);
		if (err == ERR_NOMEM || err == ERR_CLOSED)
			return err;
		if (err != 0)
			r->out->is_broken = true;
	}
	return 0;
}

static struct piece *
find_part(struct reading *r, const struct answer *of, uint32_t part)
{
	for (size_t i = 0; i < r->pieces_n; i++)
		if (r->piece[i].answer.part == part &&
		    memcmp(r->piece[i].answer.id, of->id, ANSWER_ID_SIZE) == 0)
			return &r->piece[i];
	return NULL;
}

/* Puts the parts of an answer together, as far as they are here. */
static int
join(struct reading *r, const struct answer *of, struct view_answer *ret_answer)
{
	struct view_answer whole = { .by = of->by };
	char *day, *text;
	size_t n = 0;

	for (uint32_t part = 1; part <= of->parts; part++) {
		const struct piece *p = find_part(r, of, part);

		n += p == NULL ? 0 : p->answer.text.n;
	}
	if ((day = secret_take(r->arena, DAY_TEXT_SIZE + 1)) == NULL ||
	    (text = secret_take(r->arena, n + 1)) == NULL)
		return ERR_NOMEM;
	day_write(day, of->day);
	whole.day = day;
	whole.text.t = (struct text){ text, n };
	n = 0;
	for (uint32_t part = 1; part <= of->parts; part++) {
		struct piece *p = find_part(r, of, part);

		if (p == NULL) {
			whole.is_partial = true;
			continue;
		}
		memcpy(text + n, p->answer.text.p, p->answer.text.n);
		n += p->answer.text.n;
		p->is_used = true;
	}
	r->out->bytes += whole.text.t.n + whole.by.n;
	*ret_answer = whole;
	return 0;
}

static int
read_all(struct reading *r)
{
	struct wire_message m;
	uint32_t oldest, newest;
	struct cursor c;
	int err;

	if ((err = keep_ask(r->f, WIRE_BOARD_LIST, NULL, 0, &m)) != 0)
		return err;
	cursor_init(&c, m.body, m.n);
	oldest = cursor_u32(&c);
	newest = cursor_u32(&c);
	if ((err = cursor_finish(&c)) != 0)
		return err;
	if (newest == 0)
		return 0;
	if (oldest == 0 || oldest > newest)
		return ERR_FORMAT;
	if ((err = scan_board(r, oldest, newest)) != 0 ||
	    (err = take_pattern(r)) != 0)
		return err;
	for (size_t i = 0; i < r->pieces_n; i++) {
		if (r->piece[i].is_used)
			continue;
		if ((err = join(r, &r->piece[i].answer,
			 &r->out->answer[r->out->n])) != 0)
			return err;
		r->piece[i].is_used = true;
		r->out->n++;
	}
	return 0;
}

int
board_read(struct form *f, struct secret_arena *arena,
    struct board_answers *ret_answers)
{
	uint64_t now = (uint64_t)time(NULL);
	struct reading *r;
	int err;

	if ((r = secret_new(sizeof(*r))) == NULL)
		return ERR_NOMEM;
	r->f = f;
	r->arena = arena;
	r->out = ret_answers;
	err = read_all(r);
	secret_free(&r);
	if (err == ERR_NOMEM)
		return err;
	ret_answers->is_unreachable = err != 0;
	ret_answers->is_late = f->next.is_known && f->next.time != 0 &&
			       now > f->next.time + EDITION_LATE_SECONDS;
	return 0;
}
