#include "holes.h"

#include <stdio.h>

#include "base/day.h"
#include "base/err.h"
#include "chain/chain.h"

#define NAMED_MAX 20 /* numbers in one warning */

static bool
is_suspect(const struct mirror_entry *e, const struct masthead *card)
{
	if (!e->is_deleted && !e->is_gone && e->held > 0)
		return false;
	return e->type == CHAIN_CARD || card->retention_days == 0 ||
	       e->day + card->retention_days > day_today();
}

bool
holes_is_one(
    const struct seat *d, const struct book *book, const struct book_letter *l)
{
	const struct mirror_entry *e = &l->entry;

	if (l->is_deleted || !is_suspect(e, d->card))
		return false;
	/* What was deleted before a member came was announced in letters that
	 * the member cannot open. */
	return e->seq > book->joined || l->head != NULL ||
	       (!e->is_deleted && !e->is_gone);
}

static void
note(struct holes *h, const struct mirror_entry *e)
{
	json_t *lists[] = { e->held == 0 ? h->missing : NULL,
		e->is_deleted ? h->deleted : NULL,
		e->is_deleted && e->held > 0 && e->held < e->size ? h->risked
								  : NULL,
		e->is_gone && e->held > 0 ? h->gone : NULL };
	size_t i;

	for (i = 0; i < sizeof(lists) / sizeof(*lists); i++)
		if (lists[i] != NULL)
			(void)json_array_append_new(
			    lists[i], json_integer((json_int_t)e->seq));
}

struct looking {
	const struct seat *desk;
	struct holes *holes;
	bool has_letters;
};

/* Nobody deletes a card; letters need the book, which takes longer. */
static int
look(void *ctx, const struct mirror_entry *e)
{
	struct looking *l = ctx;

	if (!is_suspect(e, l->desk->card))
		return 0;
	if (e->type == CHAIN_LETTER)
		l->has_letters = true;
	else
		note(l->holes, e);
	return 0;
}

int
holes_find(const struct seat *d, struct holes *ret_holes)
{
	struct holes *h = ret_holes;
	struct looking l = { .desk = d, .holes = h };
	struct book *book = NULL;
	size_t i;
	int err;

	*h = (struct holes){ json_array(), json_array(), json_array(),
		json_array() };
	if (h->missing == NULL || h->deleted == NULL || h->risked == NULL ||
	    h->gone == NULL)
		return ERR_NOMEM;
	if ((err = mirror_each(d->mirror, look, &l)) != 0 || !l.has_letters)
		return err;
	if ((err = book_open(d, &book)) != 0)
		return err;
	for (i = 0; i < book->n; i++)
		if (holes_is_one(d, book, &book->letters[i]))
			note(h, &book->letters[i].entry);
	book_free(&book);
	return 0;
}

void
holes_fini(struct holes *h)
{
	json_decref(h->missing);
	json_decref(h->deleted);
	json_decref(h->risked);
	json_decref(h->gone);
	*h = (struct holes){ 0 };
}

bool
holes_has_any(const struct holes *h)
{
	return json_array_size(h->missing) + json_array_size(h->deleted) +
		   json_array_size(h->gone) >
	       0;
}

static void
put_numbers(const json_t *list)
{
	size_t i, n = json_array_size(list);

	for (i = 0; i < n && i < NAMED_MAX; i++)
		fprintf(stderr, " %lld",
		    (long long)json_integer_value(json_array_get(list, i)));
}

/* "letter 3" or "letters 3 4 5 and 7 more". */
static void
put_letters(const json_t *list)
{
	size_t n = json_array_size(list);

	fprintf(stderr, "letter%s", n == 1 ? "" : "s");
	put_numbers(list);
	if (n > NAMED_MAX)
		fprintf(stderr, " and %zu more", n - NAMED_MAX);
}

/* "letter 3 is" */
static bool
warn(const char *command, const json_t *list)
{
	if (json_array_size(list) == 0)
		return false;
	fprintf(stderr, "pista: %s: WARNING: ", command);
	put_letters(list);
	fputs(json_array_size(list) == 1 ? " is " : " are ", stderr);
	return true;
}

void
holes_warn(const struct holes *h, const char *command)
{
	static const char nobody[] =
	    "and nobody on the masthead announced it; tell your "
	    "administrator.";

	if (warn(command, h->missing))
		fprintf(stderr,
		    "missing on the server, %s Nothing of it is here\n",
		    nobody);
	if (warn(command, h->gone))
		fprintf(stderr,
		    "gone from the server, %s What is here stays here\n",
		    nobody);
	if (warn(command, h->deleted)) {
		fprintf(stderr,
		    "deleted on the server, %s For 14 days after the "
		    "deletion `pista delete --undo",
		    nobody);
		put_numbers(h->deleted);
		fputs("' brings back what it names\n", stderr);
	}
	if (warn(command, h->risked))
		fputs("AT RISK: only the beginning is here. Bring it back as "
		      "said, or save the rest\nwith `pista export' now\n",
		    stderr);
}
