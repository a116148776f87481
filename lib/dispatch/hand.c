#include <string.h>

#include "base/err.h"
#include "base/secret.h"
#include "dispatch/inside.h"

#define LETTERS_MAX 1024 /* of a thread */
#define STATE_MAX (4 * 1024 * 1024)

int
grant_parcels(struct dispatch *d, struct parcels *ps, size_t desk,
    const struct grant_letter *letters, size_t n, struct text state)
{
	struct message m = { .kind = LETTER_GRANT,
		.desk = book_card(d->book)->desks[desk].id };
	struct buf lines;
	size_t part;
	int err = 0;

	buf_init(&lines, STATE_MAX + LETTER_TEXT_MAX);
	for (; n > 0 && err == 0; letters += part, n -= part) {
		part = n < GRANT_LETTERS_MAX ? n : GRANT_LETTERS_MAX;
		secret_wipe(lines.p, lines.n);
		buf_clear(&lines);
		for (size_t i = 0; i < part; i++)
			grant_put_letter(&lines, &letters[i]);
		/* The state stands behind the last letters. */
		if (part == n)
			buf_put_text(&lines, state);
		m.text = buf_text(&lines);
		if ((err = buf_finish(&lines)) == 0)
			err = parcels_lines(d, ps, &m, NULL);
	}
	buf_fini(&lines);
	return err;
}

/* What the other desk gets: letters, state, and that it has the thread now. */
static int
grant_thread(struct dispatch *d, const struct book_thread *t, size_t desk,
    const struct event *handed, struct parcels *ps)
{
	struct grant_letter *letters;
	struct buf state;
	size_t n;
	int err;

	if ((letters = secret_new(LETTERS_MAX * sizeof(*letters))) == NULL)
		return ERR_NOMEM;
	buf_init(&state, STATE_MAX);
	if ((err = book_grant_letters(
		 d->book, t->thread, letters, LETTERS_MAX, &n)) != 0 ||
	    (err = book_grant_state(d->book, t->thread, &state)) != 0)
		goto out;
	event_put(&state, handed);
	if ((err = buf_finish(&state)) != 0)
		goto out;
	err = n == 0 ? ERR_NO_KEY
		     : grant_parcels(d, ps, desk, letters, n, buf_text(&state));
out:
	buf_fini(&state);
	secret_free(&letters);
	return err;
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
