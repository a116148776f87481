/* What the page shows around everything else. */
#ifndef PISTA_DESK_STATE_H
#define PISTA_DESK_STATE_H

#include "desk/desk.h"

/* Answers those who waited for a change, or long enough; between requests. */
void state_tick(struct desk *d, uint64_t now);

#endif
