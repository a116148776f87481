/* A signed card, handed to the server. */
#ifndef PISTA_CMD_NEWSROOM_MASTHEAD_PUBLISH_H
#define PISTA_CMD_NEWSROOM_MASTHEAD_PUBLISH_H

#include "home.h"
#include "place.h"

/* Hands m to the server at p unless it has this card or a newer one, and says
 * so. Returns an exit status. */
int masthead_publish(
    const struct home *h, struct place *p, const struct masthead *m);

#endif
