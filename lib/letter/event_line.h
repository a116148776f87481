/*
 * Lines of a desk letter's message as JSON objects, before any of them counts.
 * Part of events and grants.
 */
#ifndef PISTA_LETTER_EVENT_LINE_H
#define PISTA_LETTER_EVENT_LINE_H

#include "base/json.h"
#include "letter/events.h"

struct event_lines {
	json_t **line;
	size_t n;
};

/* Every line ends in LF and is an object. ERR_FORMAT, ERR_LIMIT, ERR_NOMEM. */
int event_lines_read(struct text in, struct event_lines *ret_lines);
void event_lines_fini(struct event_lines *lines);

/* *ret_is_known is false for a kind or a value of a later version; the event is
 * then not filled. ERR_FORMAT, ERR_LIMIT. */
int event_line_read(
    const json_t *o, struct event *ret_event, bool *ret_is_known);

/* Checks the lines from first on, and, when take is not NULL, hands the known
 * ones over. */
int event_lines_each(
    const struct event_lines *lines, size_t first, event_take *take, void *ctx);

/* ,"name":"digits" */
void event_put_hex(struct buf *b, const char *name, const void *p, size_t n);

#endif
