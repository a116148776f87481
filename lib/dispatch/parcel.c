#include <string.h>

#include "base/day.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/secret.h"
#include "crypto/random.h"
#include "dispatch/inside.h"
#include "letter/write.h"

/* Of a letter's lines; a longer line has a letter for itself. */
#define LINES_MAX (60 * 1024)

void
parcels_init(struct parcels *ps)
{
	ps->first = NULL;
	ps->end = &ps->first;
}

void
parcels_fini(struct parcels *ps)
{
	struct parcel *p, *next;

	for (p = ps->first; p != NULL; p = next) {
		next = p->next;
		buf_fini(&p->bytes);
		mem_free(p);
	}
	parcels_init(ps);
}

int
parcels_add(
    struct parcels *ps, enum mirror_out_kind kind, struct parcel **ret_parcel)
{
	struct parcel *p;

	if ((p = mem_new(1, sizeof(*p))) == NULL)
		return ERR_NOMEM;
	p->kind = kind;
	buf_init(&p->bytes, MIRROR_OUT_MAX);
	*ps->end = p;
	ps->end = &p->next;
	*ret_parcel = p;
	return 0;
}

int
parcels_lay(struct dispatch *d, const struct parcels *ps)
{
	struct mirror *m = d->mirror;
	const struct parcel *p;
	uint64_t number;
	int err;

	if (ps->first == NULL)
		return 0;
	if ((err = mirror_out_begin(m)) != 0)
		return err;
	for (p = ps->first; p != NULL && err == 0; p = p->next) {
		if (p->replaces != 0)
			err = mirror_out_drop(m, p->replaces);
		if (err == 0 && p->bytes.n > 0)
			err = mirror_out_put(m, p->kind, p->once, p->edition,
			    p->bytes.p, p->bytes.n, &number);
	}
	if (err == 0 && (err = mirror_out_commit(m)) == 0)
		return 0;
	mirror_out_rollback(m);
	return err;
}

static bool
is_among(
    const struct age_recipient *to, size_t n, const struct age_recipient *r)
{
	for (size_t i = 0; i < n; i++)
		if (to[i].kind == r->kind &&
		    memcmp(to[i].pk, r->pk, r->kind->recipient_size) == 0)
			return true;
	return false;
}

/* The desk, and whoever writes. */
static int
recipients(const struct dispatch *d, struct text desk,
    struct age_recipient to[static AGE_STANZAS_MAX], size_t *ret_n)
{
	const struct masthead_member *me = book_me(d->book);
	size_t n;
	int err;

	if ((err = masthead_recipients(book_card(d->book), desk, to, &n)) != 0)
		return err;
	if (me->has_recipient && n < AGE_STANZAS_MAX &&
	    !is_among(to, n, &me->recipient))
		to[n++] = me->recipient;
	*ret_n = n;
	return 0;
}

struct sealing {
	struct buf *out;
	size_t head_n;
};

static int
take_chunk(
    void *ctx, uint64_t index, const uint8_t *sealed, size_t n, bool is_last)
{
	struct sealing *s = ctx;
	size_t at;

	(void)is_last;
	if (index > MIRROR_OUT_MAX / AGE_CHUNK_SEALED)
		return ERR_LIMIT;
	at = s->head_n + (size_t)index * AGE_CHUNK_SEALED;
	if (at + n > s->out->n)
		buf_fill(s->out, 0, at + n - s->out->n);
	if (buf_finish(s->out) != 0)
		return buf_finish(s->out);
	memcpy(s->out->p + at, sealed, n);
	return 0;
}

/* What the author had seen: the newest entry that the book took. */
static int
put_seen(const struct dispatch *d, struct letter_tip *tip)
{
	struct mirror_entry e;
	int err;

	if ((tip->seen_seq = book_seq(d->book)) == 0)
		return 0;
	if ((err = mirror_get(d->mirror, tip->seen_seq, &e)) == 0)
		memcpy(tip->seen_link, e.link, sizeof(tip->seen_link));
	return err;
}

static int
fill_tip(
    const struct dispatch *d, const struct message *m, struct letter_tip *tip)
{
	const struct masthead *card = book_card(d->book);

	*tip = (struct letter_tip){ .kind = m->kind,
		.channel = TEXT("desk"),
		.desk = m->desk,
		.lang = masthead_language(card, 0),
		.day = day_today() };
	memcpy(tip->newsroom, d->newsroom, sizeof(tip->newsroom));
	memcpy(tip->card, card->hash, sizeof(tip->card));
	memcpy(tip->author, d->me, sizeof(tip->author));
	if (m->thread != NULL)
		memcpy(tip->thread.thread, m->thread, THREAD_SIZE);
	return put_seen(d, tip);
}

int
parcels_letter(struct dispatch *d, struct parcels *ps, const struct message *m,
    struct parcel **ret_parcel)
{
	struct age_recipient to[AGE_STANZAS_MAX];
	struct secret_arena *arena = NULL;
	struct letter_writer *writer;
	struct seal *seal = NULL;
	struct letter_tip tip;
	struct sealing s;
	struct parcel *p;
	uint8_t token[16];
	size_t n;
	int err;

	if ((err = fill_tip(d, m, &tip)) != 0 ||
	    (err = recipients(d, m->desk, to, &n)) != 0 ||
	    (err = parcels_add(ps, MIRROR_LETTER, &p)) != 0 ||
	    (err = secret_arena_new(LETTER_WRITER_ARENA, &arena)) != 0 ||
	    (err = seal_new(to, n, seal_fill(n), &seal)) != 0)
		goto out;
	random_bytes(token, sizeof(token));
	buf_put_text(&p->bytes, seal_head(seal));
	s = (struct sealing){ &p->bytes, seal_head(seal).n };
	if ((err = buf_finish(&p->bytes)) != 0 ||
	    (err = letter_writer_new(&tip, m->text, token,
		 seal_plain_max(seal, book_card(d->book)->letter_max), seal,
		 take_chunk, &s, arena, &writer)) != 0 ||
	    (err = letter_writer_finish(writer, NULL, d->sign_seed, p->id)) !=
		0)
		goto out;
	letter_once(p->once, tip.thread.thread, p->id);
	if (ret_parcel != NULL)
		*ret_parcel = p;
out:
	seal_free(&seal);
	secret_arena_free(&arena);
	return err;
}

/* Cuts as many lines off *rest as one letter takes. */
static struct text
cut_lines(struct text *rest, size_t *ret_n)
{
	struct text piece = { rest->p, 0 }, line;

	for (*ret_n = 0; rest->n > 0 && *ret_n < EVENT_LINES_MAX; (*ret_n)++) {
		struct text behind = *rest;

		line = text_cut(&behind, '\n');
		if (piece.n > 0 && piece.n + line.n + 1 > LINES_MAX)
			break;
		piece.n += line.n + 1;
		*rest = behind;
	}
	return piece;
}

int
parcels_lines(struct dispatch *d, struct parcels *ps, const struct message *m,
    uint8_t (*ret_ids)[LETTER_ID_SIZE])
{
	struct message part = *m;
	struct text rest = m->text;
	struct parcel *p;
	size_t i, n;
	int err;

	while (rest.n > 0) {
		part.text = cut_lines(&rest, &n);
		if ((err = parcels_letter(d, ps, &part, &p)) != 0)
			return err;
		for (i = 0; i < n && ret_ids != NULL; i++)
			memcpy(*ret_ids++, p->id, LETTER_ID_SIZE);
	}
	return 0;
}
