/* What the desk does by itself, in pieces small enough to answer in between. */
#ifndef PISTA_DESK_CHORES_H
#define PISTA_DESK_CHORES_H

#include "desk/desk.h"

/* One piece. True when there is another that should not wait. */
bool chores_step(struct desk *d, uint64_t now);

#endif
