/*
 * Resumable uploads: tus 1.0.0 with creation, termination and expiration, of
 * sealed letters alone. An upload is told by a random id that only its sender
 * knows; keep holds the header and whole chunks of it, so that an offset is at
 * most one chunk behind what was sent, or 0 until the header is whole.
 * docs/formats/requests.md.
 */
#ifndef PISTA_RELAY_UPLOAD_H
#define PISTA_RELAY_UPLOAD_H

#include "relay/put.h"

/*
 * Answers a request for rest ("" or "/ID", what stands behind /v1/upload)
 * inside the head callback. prefix stands in front of addresses given out.
 */
void upload_start(struct http_request *r, struct link *l,
    const struct masthead *card, const char *prefix, struct text rest);

/* The answer after bytes came: how many there are now. */
void upload_answer(struct http_request *r, unsigned status, uint64_t offset);

#endif
