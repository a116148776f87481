/*
 * Requests that change something: the body is collected, compared with its
 * hash, understood, and only then told to keep.
 */
#ifndef PISTA_PICKUP_CHANGE_H
#define PISTA_PICKUP_CHANGE_H

#include "crypto/hash.h"
#include "relay/station.h"

struct change_kind;
extern const struct change_kind change_delete;	 /* POST v1/inbox/delete */
extern const struct change_kind change_board;	 /* POST v1/board */
extern const struct change_kind change_stories;	 /* PUT v1/stories */
extern const struct change_kind change_masthead; /* PUT v1/masthead */

/* Answers r, inside the head callback or later. body_hash is copied; NULL: the
 * body proves itself. */
void change_start(struct station *s, struct http_request *r,
    const struct change_kind *kind, const uint8_t *body_hash);

#endif
