/*
 * The book of a seat: snapshot and key cache taken, what is new opened, and both
 * written again when that was much.
 */
#ifndef PISTA_CMD_MEMBER_OPENED_H
#define PISTA_CMD_MEMBER_OPENED_H

#include "book/book.h"
#include "dispatch/dispatch.h"
#include "seat.h"

/* All of these say what is wrong and return 0 or an exit status. The book
 * borrows from the seat and ends before it, a dispatch before both. */
int opened_book(struct seat *d, struct book **ret_book);
/* What came into the mirror since. */
int opened_more(struct seat *d, struct book *book);
int opened_dispatch(
    struct seat *d, struct book *book, struct dispatch **ret_dispatch);

#endif
