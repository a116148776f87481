/*
 * A thread being folded: fold.c reads its letters and events, fold_event.c says
 * what each event does, fold_write.c puts the outcome into the tables.
 */
#ifndef PISTA_BOOK_FOLD_H
#define PISTA_BOOK_FOLD_H

#include "base/buf.h"
#include "book/inside.h"

/* Of desks a thread was handed to; a thread that travels more stays where it
 * is. */
#define HOLDERS_MAX (64 * (MASTHEAD_ID_MAX + 1))

/* What somebody said about a field. */
struct said {
	int64_t ord, author;
	char *value, *reason;
	uint32_t until;
};

/* A field that has one value: what was said about it without knowing of each
 * other, the last of which counts. */
struct field {
	struct said *said;
	size_t n;
};
/* NULL when nobody said anything. */
const struct said *field_now(const struct field *f);

enum field_name {
	FIELD_STATUS,
	FIELD_ASSIGNED,
	FIELD_SUMMARY,
	FIELD_DESK,
	FIELDS
};

/* An event as the fold looks at it; texts are borrowed. */
struct saying_row {
	int64_t ord, author;
	uint64_t seen;
	uint32_t day;
	int kind;
	struct text value, reason;
	bool is_off;
	uint32_t eday, until, edition;
	uint8_t answer[LETTER_ID_SIZE];
	struct text slots;
	uint64_t target;
	bool is_granted; /* in a grant, which tells again what was said */
	bool is_repeat;	 /* as the table says so far */
};

/* What came before: a letter that was sent twice, an answer that a grant tells
 * again, counts once. */
struct ids {
	void *tree; /* of search.h: a source may have sent any number */
	size_t n;
};
int ids_note(struct ids *ids, const uint8_t id[static LETTER_ID_SIZE],
    bool *ret_is_repeat);

/* What was said so far, for repeat.c: sayings of one thread, in order. */
struct tellings {
	void *tree;
};
int tellings_note(
    struct tellings *t, const struct saying_row *r, bool *ret_is_repeat);
void tellings_fini(struct tellings *t);

struct folding {
	struct book *book;
	int64_t thread;
	struct ids letter_ids, answer_ids;
	struct tellings tellings;

	uint64_t first, first_claim, newest;
	uint32_t first_day, newest_day;
	uint64_t letters, claims;
	bool is_withdrawn, is_hidden, has_alarm;

	struct field field[FIELDS];
	/* Desks that had the thread, in order, each ended by a NUL. */
	struct buf holders;
	bool is_opened, has_sides, is_plant, is_danger;
	uint64_t answers, pending;
	uint32_t answered_day, told_day;
	char told[32];
	bool is_handled;  /* answered or put away, by somebody who knew of */
	uint64_t handled; /* letters up to this one */
	bool is_told, is_informed; /* anything said; something of substance */
};

int fold_event(struct folding *f, const struct saying_row *r);
int field_take(
    struct folding *f, enum field_name name, const struct saying_row *r);
int fold_write(struct folding *f);
/* Appends the desk a thread went to first, by its first letter: the one it
 * names, or the first when there was no such desk. */
int fold_home(struct folding *f, uint64_t first, struct buf *home);

#endif
