/*
 * A sealed letter on its way from a connection to keep: its age header looked
 * at, its sizes checked, the body cut into head and chunks. Never more than one
 * chunk is held; a full keep pauses the reader.
 */
#ifndef PISTA_RELAY_PUT_H
#define PISTA_RELAY_PUT_H

#include "http/server.h"
#include "masthead/masthead.h"
#include "relay/link.h"

/*
 * Answers POST of a letter, inside the head callback: at once when the head
 * already shows what is wrong, else when the body was put. Needs an
 * Idempotency-Key and at most card->letter_max bytes. body_hash is copied:
 * nothing is committed unless H of the body is that; NULL: any. The answer is
 * 201 `{}`, or 200 when keep had this letter before.
 */
void put_start(struct http_request *r, struct link *l,
    const struct masthead *card, const uint8_t *body_hash);

#endif
