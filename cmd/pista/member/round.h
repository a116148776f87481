/*
 * Rounds with the server: what waits goes out, what is new comes in, and what
 * that makes due (answers for another edition, follow-ups to hand on) goes out
 * too. All of these say what is wrong and return 0 or an exit status.
 */
#ifndef PISTA_CMD_MEMBER_ROUND_H
#define PISTA_CMD_MEMBER_ROUND_H

#include "book/book.h"
#include "dispatch/dispatch.h"
#include "seat.h"

struct round {
	uint64_t added, bytes,
	    newest;       /* entries, bytes of them, newest entry */
	uint64_t waiting; /* what did not go out */
	bool is_offline;  /* of a seat that can wait: it has to */
};

/* One round. With a book that borrows the mirror, a damaged one is only told,
 * without it is fetched anew. */
int round_once(struct seat *d, bool has_book, struct round *r);

/* After it: takes what came into the book, does what is due with the coming
 * edition, and makes further rounds until nothing waits. */
int round_settle(struct seat *d, struct book *book, struct dispatch *dispatch,
    struct round *r);

#endif
