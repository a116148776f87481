/*
 * A member's keys for one newsroom, from the 32 bytes of an identity; and the
 * one request line a member hands to the administrator.
 */
#ifndef PISTA_MASTHEAD_MEMBER_H
#define PISTA_MASTHEAD_MEMBER_H

#include "age/age.h"

void member_sign_seed(const uint8_t identity[static 32],
    const uint8_t newsroom[static 16], uint8_t ret_seed[static 32]);
void member_request_seed(const uint8_t identity[static 32],
    const uint8_t newsroom[static 16], uint8_t ret_seed[static 32]);

/* "pista-member1 NEWSROOM ID age1... SIGN REQUEST SIGNATURE NAME": the line
 * proves possession of the signing key. Text up to the LF. */
struct member_request {
	uint8_t newsroom[16];
	char id[33];
	char name[101];
	struct age_recipient recipient;
	uint8_t sign[32];
	uint8_t request[32];
};
int member_request_put(struct buf *b, const struct member_request *r,
    const uint8_t sign_seed[static 32]);
int member_request_read(struct text line, struct member_request *ret_request);

#endif
