#include "letter/event_shape.h"

#include "base/err.h"

static const struct event_shape shapes[EVENT_KINDS] = {
	[EVENT_OPENED] = { "opened", EVENT_HAS_LETTER, 0, { NULL } },
	[EVENT_ANSWERED] = { "answered",
	    EVENT_HAS_LETTER | EVENT_HAS_DAY | EVENT_HAS_ANSWER |
		EVENT_HAS_PARTS | EVENT_HAS_TEXT | EVENT_HAS_SLOTS,
	    EVENT_HAS_BY, { NULL } },
	[EVENT_POSTED] = { "posted",
	    EVENT_HAS_LETTER | EVENT_HAS_ANSWER | EVENT_HAS_SLOTS, 0,
	    { NULL } },
	[EVENT_TOLD] = { "told",
	    EVENT_HAS_LETTER | EVENT_HAS_VALUE | EVENT_HAS_EDITION, 0,
	    { "opened", "working", "answered", "write-again", "closed",
		"published" } },
	[EVENT_ASSIGNED] = { "assigned", EVENT_HAS_LETTER, EVENT_HAS_VALUE,
	    { NULL } },
	[EVENT_STATUS] = { "status", EVENT_HAS_LETTER | EVENT_HAS_VALUE,
	    EVENT_HAS_REASON | EVENT_HAS_UNTIL,
	    { "open", "parked", "closed", "bin" } },
	[EVENT_FLAG] = { "flag", EVENT_HAS_LETTER | EVENT_HAS_VALUE,
	    EVENT_HAS_OFF, { "plant", "danger" } },
	[EVENT_LABEL] = { "label", EVENT_HAS_LETTER | EVENT_HAS_VALUE,
	    EVENT_HAS_OFF, { NULL } },
	[EVENT_SUMMARY] = { "summary", EVENT_HAS_LETTER, EVENT_HAS_VALUE,
	    { NULL } },
	[EVENT_HANDED] = { "handed", EVENT_HAS_LETTER | EVENT_HAS_VALUE, 0,
	    { NULL } },
	[EVENT_ANSWERING] = { "answering", EVENT_HAS_LETTER, EVENT_HAS_OFF,
	    { NULL } },
	[EVENT_AWAY] = { "away", EVENT_HAS_FROM | EVENT_HAS_UNTIL,
	    EVENT_HAS_VALUE, { NULL } },
	[EVENT_DELETED] = { "deleted", EVENT_HAS_LETTER, 0, { NULL } },
	[EVENT_RESTORED] = { "restored", EVENT_HAS_LETTER, 0, { NULL } },
};

const struct event_shape *
event_shape(enum event_kind kind)
{
	must((size_t)kind < EVENT_KINDS);
	return &shapes[kind];
}

const char *
event_kind_text(enum event_kind kind)
{
	return event_shape(kind)->kind;
}

bool
event_shape_has_word(const struct event_shape *shape, struct text value)
{
	if (shape->words[0] == NULL)
		return true;
	for (size_t i = 0; i < EVENT_WORDS_MAX && shape->words[i] != NULL; i++)
		if (text_is(value, shape->words[i]))
			return true;
	return false;
}

int
event_shape_check(const struct event_shape *shape, const struct event *e)
{
	unsigned needs = shape->needs, has = needs | shape->may;

	if ((needs & EVENT_HAS_LETTER && e->seq == 0) ||
	    (needs & EVENT_HAS_VALUE && e->value.n == 0) ||
	    (needs & EVENT_HAS_EDITION && e->edition == 0) ||
	    (needs & EVENT_HAS_PARTS && e->parts == 0) ||
	    (needs & EVENT_HAS_SLOTS && e->slots_n == 0))
		return ERR_FORMAT;
	if (e->seq > INT64_MAX || e->parts > EVENT_SLOTS_MAX ||
	    e->slots_n > EVENT_SLOTS_MAX ||
	    (has & EVENT_HAS_VALUE && e->value.n > EVENT_VALUE_MAX) ||
	    (has & EVENT_HAS_REASON && e->reason.n > EVENT_VALUE_MAX) ||
	    (has & EVENT_HAS_BY && e->by.n > EVENT_BY_MAX) ||
	    (has & EVENT_HAS_TEXT && e->text.n > EVENT_TEXT_MAX))
		return ERR_LIMIT;
	return 0;
}
