#include <string.h>

#include "base/err.h"
#include "base/secret.h"
#include "dispatch/inside.h"

#define STATE_MAX (4 * 1024 * 1024)

/* One letter of grants. The state stands behind the last. */
static int
grant_parcel(struct dispatch *d, struct parcels *ps, size_t desk,
    const struct grant_letter *letters, size_t n, struct text state)
{
	struct message m = { .kind = LETTER_GRANT,
		.desk = book_card(d->book)->desks[desk].id };
	struct buf lines;
	size_t i;
	int err;

	buf_init(&lines, STATE_MAX + LETTER_TEXT_MAX);
	for (i = 0; i < n; i++)
		grant_put_letter(&lines, &letters[i]);
	buf_put_text(&lines, state);
	m.text = buf_text(&lines);
	if ((err = buf_finish(&lines)) == 0)
		err = parcels_lines(d, ps, &m, NULL);
	buf_fini(&lines);
	return err;
}

int
grant_parcels(struct dispatch *d, struct parcels *ps, size_t desk,
    const struct grant_letter *letters, size_t n)
{
	size_t part;
	int err = 0;

	for (; n > 0 && err == 0; letters += part, n -= part) {
		part = n < GRANT_LETTERS_MAX ? n : GRANT_LETTERS_MAX;
		err = grant_parcel(d, ps, desk, letters, part, TEXT(""));
	}
	return err;
}

/* Of a thread, a letter of grants after the other: one more is read, to know the
 * last. */
typedef int page_fn(struct dispatch *d, struct parcels *ps, size_t desk,
    const struct grant_letter *letters, size_t n, struct text state);

static int
each_page(struct dispatch *d, const struct book_thread *t, page_fn *fn,
    struct parcels *ps, size_t desk, struct text state)
{
	struct grant_letter *letters;
	uint64_t after = 0;
	size_t n, part;
	int err;

	letters = secret_new((GRANT_LETTERS_MAX + 1) * sizeof(*letters));
	if (letters == NULL)
		return ERR_NOMEM;
	do {
		if ((err = book_grant_letters(d->book, t->thread, after,
			 letters, GRANT_LETTERS_MAX + 1, &n)) != 0)
			break;
		if (n == 0) {
			err = ERR_NO_KEY;
			break;
		}
		part = n < GRANT_LETTERS_MAX ? n : GRANT_LETTERS_MAX;
		after = letters[part - 1].seq;
		err = fn(
		    d, ps, desk, letters, part, n == part ? state : TEXT(""));
	} while (err == 0 && n > part);
	secret_free(&letters);
	return err;
}

/* What the other desk gets: letters, state, and that it has the thread now. */
static int
grant_thread(struct dispatch *d, const struct book_thread *t, size_t desk,
    const struct event *handed, struct parcels *ps)
{
	struct buf state;
	int err;

	buf_init(&state, STATE_MAX);
	if ((err = book_grant_state(d->book, t->thread, &state)) == 0) {
		event_put(&state, handed);
		err = buf_finish(&state);
	}
	if (err == 0)
		err = each_page(d, t, grant_parcel, ps, desk, buf_text(&state));
	buf_fini(&state);
	return err;
}

static int
note_page(struct dispatch *d, struct parcels *ps, size_t desk,
    const struct grant_letter *letters, size_t n, struct text state)
{
	(void)ps, (void)state;
	return book_given(
	    d->book, book_card(d->book)->desks[desk].id, letters, n);
}

int
grant_lay(struct dispatch *d, const struct parcels *ps, size_t desk,
    const struct grant_letter *letters, size_t n)
{
	int err = parcels_lay(d, ps);

	return err != 0 ? err : note_page(d, NULL, desk, letters, n, TEXT(""));
}

static int
hand_over(struct dispatch *d, const struct book_thread *t, size_t desk)
{
	struct event e = { .kind = EVENT_HANDED,
		.seq = t->seq,
		.value = book_card(d->book)->desks[desk].id };
	struct parcels ps;
	uint64_t handle;
	int err;

	memcpy(e.digest, t->digest, sizeof(e.digest));
	parcels_init(&ps);
	/* The state as the old desk has it: the event is not part of it yet. */
	if ((err = grant_thread(d, t, desk, &e, &ps)) != 0 ||
	    (err = book_pend(d->book, &e, &handle)) != 0)
		goto out;
	if ((err = flush_since(d, handle, &ps)) != 0)
		(void)book_unpend(d->book, handle);
	else /* It is on its way: what cannot be noted is granted once more. */
		(void)each_page(d, t, note_page, NULL, desk, TEXT(""));
out:
	parcels_fini(&ps);
	return err;
}

int
dispatch_hand_over(
    struct dispatch *d, const struct book_thread *t, struct text desk)
{
	const struct masthead *card;
	size_t to, from;
	int err;

	if ((err = desks_may(d)) != 0)
		return err;
	card = book_card(d->book);
	if ((err = desks_find(card, desk, &to)) != 0)
		return err;
	if (card->desks[to].members_n == 0)
		return ERR_NOT_FOUND;
	if (text_is(desk, t->desk))
		return ERR_EXISTS;
	/* Who does not have it cannot give it away; what belonged to a desk that
	 * is no more is anybody's. */
	if (desks_find(card, text_from(t->desk), &from) == 0 &&
	    (desks_own(d) >> from & 1) == 0)
		return ERR_DENIED;
	/* What was said before is for the desk that has it still. */
	if ((err = dispatch_flush(d)) != 0)
		return err;
	return hand_over(d, t, to);
}

int
dispatch_note(struct dispatch *d, const struct book_thread *t, struct text note)
{
	struct message m = {
		.kind = LETTER_NOTE, .thread = t->thread, .text = note
	};
	struct parcels ps;
	int err;

	if ((err = desks_may(d)) != 0)
		return err;
	if (text_trim(note).n == 0 || !text_is_utf8(note))
		return ERR_FORMAT;
	if (note.n > DISPATCH_NOTE_MAX)
		return ERR_LIMIT;
	m.desk = book_card(d->book)->desks[desks_of(d, t->desk)].id;
	parcels_init(&ps);
	if ((err = parcels_letter(d, &ps, &m, NULL)) == 0)
		err = parcels_lay(d, &ps);
	parcels_fini(&ps);
	return err;
}
