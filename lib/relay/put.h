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

#define PUT_ID_SIZE 16

/* What keep has of an upload. */
struct put_upload {
	uint8_t id[PUT_ID_SIZE];
	uint64_t size;   /* of the age file */
	uint64_t head_n; /* of its header and nonce; 0: nothing came yet */
	uint64_t chunks; /* whole ones, in order */
	bool is_letter;
	uint8_t once[16];
};

/* Goes on with an upload, from what keep has; the answer is that of tus. In
 * the head callback, or later on a request that is paused. */
void put_resume(
    struct http_request *r, struct link *l, const struct put_upload *upload);

#endif
