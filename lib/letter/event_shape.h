/*
 * Which members an event of each kind has: one table for writing and reading.
 */
#ifndef PISTA_LETTER_EVENT_SHAPE_H
#define PISTA_LETTER_EVENT_SHAPE_H

#include "letter/events.h"

enum event_member {
	EVENT_HAS_LETTER = 1 << 0, /* seq and digest */
	EVENT_HAS_VALUE = 1 << 1,
	EVENT_HAS_REASON = 1 << 2,
	EVENT_HAS_OFF = 1 << 3,
	EVENT_HAS_DAY = 1 << 4,
	EVENT_HAS_FROM = 1 << 5,
	EVENT_HAS_UNTIL = 1 << 6,
	EVENT_HAS_EDITION = 1 << 7,
	EVENT_HAS_ANSWER = 1 << 8,
	EVENT_HAS_PARTS = 1 << 9,
	EVENT_HAS_BY = 1 << 10,
	EVENT_HAS_TEXT = 1 << 11,
	EVENT_HAS_SLOTS = 1 << 12,
};

#define EVENT_WORDS_MAX 6

struct event_shape {
	const char *kind;
	unsigned needs, may;                /* of enum event_member */
	const char *words[EVENT_WORDS_MAX]; /* what value may be; none: any */
};

const struct event_shape *event_shape(enum event_kind kind);

/* True when value is one of the shape's words, or the shape names none. */
bool event_shape_has_word(const struct event_shape *shape, struct text value);

/* What the members must hold beside being there. ERR_FORMAT, ERR_LIMIT. */
int event_shape_check(const struct event_shape *shape, const struct event *e);

#endif
