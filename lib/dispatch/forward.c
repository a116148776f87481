/*
 * A source's follow-up is sealed to the desk that the source knows. Whoever
 * handed a thread to another desk grants it what comes later too.
 */
#include <jansson.h>
#include <string.h>

#include "base/err.h"
#include "base/secret.h"
#include "dispatch/inside.h"

#define LETTERS_MAX 200 /* a step */

static const char *
word_of(const json_t *o, const char *name)
{
	const char *word = json_string_value(json_object_get(o, name));

	return word != NULL ? word : "";
}

/* Handed over by this member, or by one who has left and cannot do it. */
static bool
is_ours(const struct dispatch *d, const json_t *shown)
{
	const json_t *item;
	size_t i;

	json_array_foreach (json_object_get(shown, "items"), i, item) {
		const char *by = word_of(item, "by");

		if (strcmp(word_of(item, "kind"), "handed") == 0 &&
		    (by[0] == '?' || text_is(book_me(d->book)->id, by)))
			return true;
	}
	return false;
}

static int
grant_one(struct dispatch *d, uint64_t seq, size_t desk)
{
	struct grant_letter l = { .seq = seq };
	struct mirror_entry entry;
	struct parcels ps;
	int err;

	parcels_init(&ps);
	if ((err = mirror_get(d->mirror, seq, &entry)) == 0 &&
	    (err = book_key(d->book, seq, l.key)) == 0) {
		memcpy(l.digest, entry.digest, sizeof(l.digest));
		err = grant_parcels(d, &ps, desk, &l, 1, TEXT(""));
	}
	if (err == 0)
		err = parcels_lay(d, &ps);
	secret_wipe(&l, sizeof(l));
	parcels_fini(&ps);
	/* What this member cannot open is for others to grant. */
	return err == ERR_NO_KEY || err == ERR_NOT_FOUND ? 0 : err;
}

static int
forward(struct dispatch *d, uint64_t seq)
{
	const struct masthead *card = book_card(d->book);
	struct book_thread t;
	json_t *shown = NULL;
	char name[24];
	size_t desk;
	int err;

	find_name(name, seq);
	if ((err = book_find(d->book, name, &t)) != 0 ||
	    (err = desks_find(card, text_from(t.desk), &desk)) != 0)
		return err == ERR_NOT_FOUND ? 0 : err;
	if ((err = book_show(d->book, t.thread, &shown)) == 0 &&
	    is_ours(d, shown))
		err = grant_one(d, seq, desk);
	json_decref(shown);
	secret_wipe(&t, sizeof(t));
	return err;
}

/* A source's later letters; what begins a thread was granted with it, and what
 * only claims to belong to it is nobody's business elsewhere. */
static bool
is_later(const json_t *letter)
{
	enum letter_kind kind;

	if (!json_is_true(json_object_get(letter, "own")))
		return false;
	return letter_kind_read(text_from(word_of(letter, "kind")), &kind) ==
		   0 &&
	       (kind == LETTER_FOLLOW_UP || kind == LETTER_WITHDRAWAL ||
		   kind == LETTER_CONSENT);
}

/* Not here yet, though the server should have it. */
static bool
is_missing(const json_t *letter)
{
	return strcmp(word_of(letter, "state"), "missing") == 0 &&
	       !json_is_true(json_object_get(letter, "gone"));
}

int
forward_step(struct dispatch *d, bool *ret_is_done)
{
	uint64_t done, before;
	json_t *list = NULL, *letter;
	size_t i, n;
	int err, noted = 0;

	if ((err = mirror_done(d->mirror, MIRROR_FORWARDED, &done)) != 0 ||
	    (err = book_letters(d->book, done, LETTERS_MAX, &list)) != 0)
		return err;
	before = done;
	n = json_array_size(json_object_get(list, "letters"));
	json_array_foreach (json_object_get(list, "letters"), i, letter) {
		json_t *seq = json_object_get(letter, "seq");

		/* Nothing is passed over, and nothing granted twice. */
		if (is_missing(letter)) {
			n = i;
			break;
		}
		if (is_later(letter) &&
		    (err = forward(d, (uint64_t)json_integer_value(seq))) != 0)
			break;
		done = (uint64_t)json_integer_value(seq);
	}
	if (done != before)
		noted = mirror_set_done(d->mirror, MIRROR_FORWARDED, done);
	json_decref(list);
	if (err != 0 || noted != 0)
		return err != 0 ? err : noted;
	*ret_is_done = n < LETTERS_MAX;
	return 0;
}
