/*
 * The desk and fetch: what goes out with the next round, and how it went.
 */
#ifndef PISTA_DESK_ROUND_H
#define PISTA_DESK_ROUND_H

#include "desk/desk.h"

/* Takes over fd, the socket to fetch; an older one is closed. */
int round_connect(struct desk *d, int fd);

/* Tells fetch the key it signs requests with: the desk has been unlocked. */
void round_unlocked(struct desk *d);

/* Asks for a round; one that cannot be asked for now comes by itself. */
void round_ask(struct desk *d);

/* Asks fetch for what is wanted of large letters, as far as it may have more. */
void round_bring(struct desk *d);

/* Behind every act: kept for the next round, and against a crash. */
int round_acted(struct desk *d);

/* Behind what was laid out already: kept, and sent at once. */
int round_laid_out(struct desk *d);

/* Seals all that waits and lays it out. */
int round_flush(struct desk *d);

/* How many things wait to be sent. */
uint64_t round_waiting(struct desk *d);

#endif
