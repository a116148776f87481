/*
 * A thread being shown: show.c walks its letters and events, item.c says each of
 * them, onboard.c looks up where answers stand.
 */
#ifndef PISTA_BOOK_SHOW_H
#define PISTA_BOOK_SHOW_H

#include "book/inside.h"

/* A slot of an answer, and the list of editions it stands in. */
struct slot_seat {
	uint8_t slot[8];
	size_t number; /* the answer that came first has it */
	json_t *editions;
};
struct seats {
	struct slot_seat *seat;
	size_t n, max;
};
int seats_add(struct seats *s, const struct event *e, json_t *editions);
/* Fills the lists out of the editions of the mirror. */
int seats_fill(struct book *b, struct seats *s);
void seats_fini(struct seats *s);

/* Columns for item_letter and item_event. bytes: how much text it holds. */
#define ITEM_LETTER                                                     \
	"l.seq, l.day, l.kind, d.text, l.size, l.held, l.own, l.mark,"  \
	" l.terms, l.story, l.passage, l.name, l.contact, l.announced," \
	" l.channel"
int item_letter(
    struct book *b, sqlite3_stmt *st, json_t **ret_item, size_t *ret_bytes);
#define ITEM_EVENT "e.ord, e.line, e.day, a.name, " EVENT_COLUMNS
int item_event(struct seats *seats, sqlite3_stmt *st, json_t **ret_item,
    size_t *ret_bytes);

#endif
