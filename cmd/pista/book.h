/*
 * The letters of the mirror, opened in memory, and what they say together:
 * which belong to one thread, which were answered or deleted, which lie.
 */
#ifndef PISTA_CMD_BOOK_H
#define PISTA_CMD_BOOK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/secret.h"
#include "seat.h"
#include "letter/read.h"

struct book_letter {
	struct mirror_entry entry;
	int err; /* why it could not be opened: it goes to the bin */
	struct letter_head *head; /* NULL with err */
	char *message;            /* the book's secret memory */
	size_t message_n;
	bool is_own;    /* the thread's first tip, or signed by its mark */
	bool is_repeat; /* the same (thread, id) stands earlier */
	bool is_answered, is_deleted;
};

struct book {
	struct book_letter *letters; /* by seq; cards left out */
	size_t n;
	uint64_t joined; /* the first card with this member; 0: none */
	struct secret_arena **arenas; /* of the messages */
	size_t arenas_n;
};

/*
 * Opens every letter whose first bytes are in the mirror and folds the desk's
 * events over them. Events by somebody who was not on the masthead at that time
 * count for nothing.
 */
int book_open(const struct seat *d, struct book **ret_book);
void book_free(struct book **book);

/* By seq ("12") or by at least four hex digits of a thread ("t:9f3a…" or
 * "9f3a"): the thread's first letter. ERR_NOT_FOUND, ERR_CONFLICT when several
 * threads begin so. */
int book_find(
    const struct book *b, const char *name, struct book_letter **ret_letter);

/* True when both are a source's letters of one thread. */
bool book_is_same_thread(
    const struct book_letter *a, const struct book_letter *b);

#endif
