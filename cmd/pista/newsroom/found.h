/* What a newsroom and a member begin with: keys, and the files they stand in. */
#ifndef PISTA_CMD_NEWSROOM_FOUND_H
#define PISTA_CMD_NEWSROOM_FOUND_H

#include "base/buf.h"
#include "home.h"
#include "newsroom/card.h"

/*
 * A signing key (sealed), its public half, a recovery identity where one is
 * wanted, an empty list of stories; and the first card, which is the caller's
 * to fill, save and free. start->newsroom and start->recovery are set here.
 */
int found_newsroom(struct home *h, struct card_start *start, bool has_recovery,
    json_t **ret_card, struct masthead_key **ret_key);

/* An identity (sealed) and the request that puts its owner on a card; the line
 * to hand over is appended to ret_line. ret_request->newsroom, id and name come
 * set. ERR_FORMAT for an id or a name that is none. */
int found_member(
    struct home *h, struct member_request *ret_request, struct buf *ret_line);

#endif
