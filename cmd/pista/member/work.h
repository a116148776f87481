/*
 * A member's work on the opened inbox: what comes between the command line and
 * lib/book and lib/dispatch. Every function says what is wrong on standard
 * error and returns 0 or an exit status.
 */
#ifndef PISTA_CMD_MEMBER_WORK_H
#define PISTA_CMD_MEMBER_WORK_H

#include <stdbool.h>

#include "book/book.h"
#include "dispatch/dispatch.h"
#include "member/round.h"
#include "seat.h"

struct work {
	struct seat seat;
	struct book *book;
	struct dispatch *dispatch;
	struct round round; /* the last ones together */
};

void work_init(struct work *w, const char *command);
void work_fini(struct work *w);

/* The inbox as it is here, without the network. */
int work_open(struct work *w);

/* The same after rounds with the server. */
int work_sync(struct work *w);

/* The same for those who change something: only a member of the newest masthead
 * may go on. A desk that cannot be reached is no error: what is said is kept till
 * the next round. Warns of what is not in order. */
int work_begin(struct work *w);

/* By number or thread, as people name it. */
int work_thread(
    struct work *w, const char *name, struct book_thread *ret_thread);

/* Says e about t; subject is what a complaint begins with. t may be NULL for
 * kinds that are about nothing. */
int work_event(struct work *w, const struct book_thread *t,
    const struct event *e, const char *subject);

/* The words for an error of dispatch. */
int work_say_error(const struct work *w, const char *subject, int err);

/* Seals what was said and sends it; what cannot go now stays sealed in the
 * outbox. */
int work_send(struct work *w);

/* The same, and the person is told when it could not go. */
int work_end(struct work *w);

#endif
