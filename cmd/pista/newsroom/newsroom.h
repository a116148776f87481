/* Parts of `pista newsroom'. */
#ifndef PISTA_CMD_NEWSROOM_NEWSROOM_H
#define PISTA_CMD_NEWSROOM_NEWSROOM_H

#include "home.h"

/* Returns an exit status. */
int newsroom_set(struct home *h, int argc, char **argv);

#endif
