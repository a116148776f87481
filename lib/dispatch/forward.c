/*
 * A source's follow-up is sealed to the desk that the source knows. Whoever
 * handed a thread to another desk grants it what comes later too. One that the
 * server holds back keeps nothing else waiting: it goes when it comes.
 */
#include "base/err.h"
#include "base/secret.h"
#include "dispatch/inside.h"

#define LETTERS_MAX 200 /* a step */

/* The next letters of one desk. */
static size_t
cut_desk(const struct book_owed *owed, size_t n, struct grant_letter *letters)
{
	size_t i;

	for (i = 0; i < n && text_is(text_from(owed[i].desk), owed[0].desk);
	     i++)
		letters[i] = owed[i].letter;
	return i;
}

static int
forward(struct dispatch *d, const char *name, const struct grant_letter *l,
    size_t n)
{
	struct parcels ps;
	size_t desk;
	int err;

	parcels_init(&ps);
	if ((err = desks_find(book_card(d->book), text_from(name), &desk)) ==
		0 &&
	    (err = grant_parcels(d, &ps, desk, l, n)) == 0)
		err = grant_lay(d, &ps, desk, l, n);
	parcels_fini(&ps);
	return err;
}

int
forward_step(struct dispatch *d, bool *ret_is_done)
{
	struct grant_letter *letters = NULL;
	struct book_owed *owed = NULL;
	size_t at = 0, n = 0, part;
	int err = ERR_NOMEM;

	if ((owed = secret_new(LETTERS_MAX * sizeof(*owed))) == NULL ||
	    (letters = secret_new(LETTERS_MAX * sizeof(*letters))) == NULL ||
	    (err = book_owed(d->book, owed, LETTERS_MAX, &n)) != 0)
		goto out;
	for (; at < n && err == 0; at += part) {
		part = cut_desk(owed + at, n - at, letters);
		err = forward(d, owed[at].desk, letters, part);
	}
	if (err == 0)
		*ret_is_done = n < LETTERS_MAX;
out:
	secret_free(&owed);
	secret_free(&letters);
	return err;
}
