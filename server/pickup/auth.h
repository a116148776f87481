/*
 * Who asks: a desk request signed by a member of the current card, now, and
 * for the first time.
 */
#ifndef PISTA_PICKUP_AUTH_H
#define PISTA_PICKUP_AUTH_H

#include "crypto/hash.h"
#include "relay/station.h"

struct auth;
int auth_new(const struct station *s, struct auth **ret_auth);
void auth_free(struct auth **auth);

/*
 * Looks at the head alone. 0: *ret_body is what H of the body must be. Else r
 * is answered.
 */
int auth_check(struct auth *a, struct http_request *r,
    uint8_t ret_body[static HASH_SIZE]);

/* Whether who sent this head is a member now: the card may have changed since
 * auth_check. */
bool auth_is_member(const struct auth *a, const struct http_head *h);

#endif
