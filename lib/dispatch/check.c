#include "base/day.h"
#include "base/err.h"
#include "dispatch/inside.h"

#define LABEL_MAX 40 /* code points */

/* The card's members, each once, with a space between them. */
static int
check_members(const struct dispatch *d, struct text list)
{
	const struct masthead *card = book_card(d->book);
	struct text rest = list, id, before;
	size_t at;

	while (rest.n > 0) {
		at = list.n - rest.n;
		id = text_cut(&rest, ' ');
		if (id.n == 0 || (rest.n == 0 && rest.p != NULL))
			return ERR_FORMAT;
		if (desks_member(card, id) == NULL)
			return ERR_NOT_FOUND;
		for (before = (struct text){ list.p, at }; before.n > 0;)
			if (text_is_equal(text_cut(&before, ' '), id))
				return ERR_FORMAT;
	}
	return 0;
}

/* Punctuation, blanks and signs that look like nothing are no part of a label:
 * two that look alike would be two labels. */
static bool
is_label_letter(uint32_t c)
{
	if (c < 0x80)
		return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
		       (c >= 'A' && c <= 'Z') || c == ' ' || c == '-';
	return c >= 0xc0 && !text_is_turn(c) && !(c >= 0x2000 && c < 0x2070) &&
	       c != 0xd7 && c != 0xf7 && c != 0x3000 && c != 0xfeff &&
	       !(c >= 0xe000 && c < 0xf900) && !(c >= 0xfff0 && c < 0x10000) &&
	       c < 0xe0000;
}

static int
check_label(struct text t)
{
	size_t n = 0;
	uint32_t c;
	int used;

	if (t.n == 0 || text_trim(t).n != t.n)
		return ERR_FORMAT;
	for (; (used = text_next(t, &c)) > 0; t.p += used, t.n -= (size_t)used)
		if (!is_label_letter(c))
			return ERR_FORMAT;
		else if (++n > LABEL_MAX)
			return ERR_LIMIT;
	return used == 0 ? 0 : ERR_FORMAT;
}

static int
check_line(struct text t)
{
	if (t.n > EVENT_VALUE_MAX)
		return ERR_LIMIT;
	return text_is_line(t) ? 0 : ERR_FORMAT;
}

static int
check_status(const struct event *e)
{
	if (e->until == 0)
		return check_line(e->reason);
	if (!text_is(e->value, "parked") || e->until <= day_today() ||
	    e->until > DAY_MAX)
		return ERR_FORMAT;
	return check_line(e->reason);
}

static int
check_away(const struct dispatch *d, const struct event *e)
{
	const struct masthead_member *deputy;

	if (e->from > DAY_MAX || e->until > DAY_MAX)
		return ERR_FORMAT;
	if (e->value.n == 0)
		return 0;
	deputy = desks_member(book_card(d->book), e->value);
	if (deputy == NULL)
		return ERR_NOT_FOUND;
	return deputy == book_me(d->book) ? ERR_FORMAT : 0;
}

int
check_event(const struct dispatch *d, const struct event *e)
{
	int err;

	if ((err = check_line(e->value)) != 0)
		return err;
	switch (e->kind) {
	case EVENT_OPENED:
	case EVENT_ANSWERING:
	case EVENT_FLAG:
	case EVENT_SUMMARY:
		return 0;
	case EVENT_ASSIGNED:
		return check_members(d, e->value);
	case EVENT_STATUS:
		return check_status(e);
	case EVENT_LABEL:
		return check_label(e->value);
	case EVENT_AWAY:
		return check_away(d, e);
	default:
		/* These are said by what does them. */
		return ERR_UNSUPPORTED;
	}
}
