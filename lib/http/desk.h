/*
 * Desk requests, each signed by a member's request key over everything that
 * matters about it. FORMATS.md section 7.
 */
#ifndef PISTA_HTTP_DESK_H
#define PISTA_HTTP_DESK_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "http/head.h"

#define DESK_NONCE_SIZE 16
#define DESK_WINDOW 5	/* minutes a clock may be wrong, either way */
#define DESK_ORIGIN_UNIX "unix"
#define DESK_NONCES_MAX 65536	/* remembered at a time */
#define DESK_STRING_MAX 9216

/* The five header fields. */
struct desk_signature {
	uint8_t member[32];	/* Pista-Member: request key */
	uint8_t nonce[DESK_NONCE_SIZE];	/* Pista-Nonce */
	uint64_t minute;	/* Pista-Minute: since 1970 */
	uint8_t body[32];	/* Pista-Body: H of the body */
	uint8_t signature[64];	/* Pista-Signature */
};

/* What is asked of whom. */
struct desk_request {
	uint8_t newsroom[16];
	struct text origin;	/* scheme://host[:port] as dialled, or "unix" */
	struct text method;	/* "GET" */
	struct text target;	/* path with query */
};

/* The bytes that are signed: "pista/v1 desk\n", then newsroom, origin, nonce,
 * minute, method, target and body hash, each ended by LF. */
void desk_string_put(struct buf *b, const struct desk_request *q,
    const struct desk_signature *s);

/* The client: fills s with a fresh nonce, minute, body hash, key, signature.
 * start: the number of the server's start, with which the nonce then begins;
 * 0: not known. */
int desk_sign(const uint8_t seed[static 32], const struct desk_request *q,
    const uint8_t body_hash[static 32], uint64_t minute, uint64_t start,
    struct desk_signature *ret_signature);

/* Appends the five fields as "Name: value\r\n" each. */
void desk_fields_put(struct buf *b, const struct desk_signature *s);

/* The server: reads the five fields. ERR_NOT_FOUND, ERR_FORMAT. */
int desk_fields_read(const struct http_head *h,
    struct desk_signature *ret_signature);

/* 0 or ERR_SIGNATURE. Whether the key is a member's, and the time, are not
 * looked at. */
int desk_verify(const struct desk_request *q, const struct desk_signature *s);

/* Nonces that were used, for as long as their minute could be accepted. */
struct desk_nonces;
/*
 * What was used before the start is forgotten. So as long as a minute could
 * have been accepted by then (now: the minute of the start), the nonce must
 * begin with a number that nobody could know before.
 */
int desk_nonces_new(uint64_t now, struct desk_nonces **ret_nonces);
uint64_t desk_nonces_start(const struct desk_nonces *n);
void desk_nonces_free(struct desk_nonces **nonces);
/*
 * Takes the nonce of a verified request: 0 once. ERR_REPLAY; ERR_EXPIRED and
 * ERR_NOT_YET outside the window around now; ERR_AGAIN when it must begin with
 * desk_nonces_start; ERR_BUSY when DESK_NONCES_MAX are in use.
 */
int desk_nonces_take(struct desk_nonces *n,
    const uint8_t nonce[static DESK_NONCE_SIZE], uint64_t minute, uint64_t now);

/* Minutes since 1970. */
uint64_t desk_minute(void);

#endif
