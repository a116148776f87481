#include "base/day.h"
#include "base/err.h"
#include "dispatch/inside.h"

_Static_assert(MASTHEAD_DESKS_MAX <= 32, "a bit for each desk");

int
desks_may(const struct dispatch *d)
{
	const struct masthead *card = book_card(d->book);

	if (card == NULL || book_me(d->book) == NULL || card->desks_n == 0)
		return ERR_DENIED;
	return masthead_is_current(card, day_today());
}

const struct masthead_member *
desks_member(const struct masthead *card, struct text id)
{
	for (size_t i = 0; i < card->members_n; i++)
		if (text_is_equal(card->members[i].id, id))
			return &card->members[i];
	return NULL;
}

int
desks_find(const struct masthead *card, struct text id, size_t *ret_desk)
{
	for (size_t i = 0; i < card->desks_n; i++)
		if (text_is_equal(card->desks[i].id, id)) {
			*ret_desk = i;
			return 0;
		}
	return ERR_NOT_FOUND;
}

uint32_t
desks_own(const struct dispatch *d)
{
	const struct masthead *card = book_card(d->book);
	const struct masthead_member *me = book_me(d->book);
	uint32_t desks = 0;

	for (size_t i = 0; i < card->desks_n; i++)
		for (size_t k = 0; k < card->desks[i].members_n; k++)
			if (&card->members[card->desks[i].members[k]] == me)
				desks |= UINT32_C(1) << i;
	return desks;
}

size_t
desks_of(const struct dispatch *d, const char *id)
{
	uint32_t own = desks_own(d);
	size_t desk = 0;

	if (desks_find(book_card(d->book), text_from(id), &desk) == 0 ||
	    own == 0)
		return desk;
	while ((own >> desk & 1) == 0)
		desk++;
	return desk;
}

uint32_t
desks_all(const struct dispatch *d)
{
	const struct masthead *card = book_card(d->book);
	bool is_reached[MASTHEAD_MEMBERS_MAX] = { false };
	uint32_t desks = 0;

	for (size_t i = 0; i < card->desks_n; i++)
		for (size_t k = 0; k < card->desks[i].members_n; k++) {
			size_t member = card->desks[i].members[k];

			if (!is_reached[member])
				desks |= UINT32_C(1) << i;
			is_reached[member] = true;
		}
	/* A card without anybody at a desk. */
	return desks != 0 ? desks : 1;
}
