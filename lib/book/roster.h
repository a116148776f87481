/*
 * Who was on the masthead when: every card is an entry of the inbox too, so all
 * members agree about it.
 */
#ifndef PISTA_BOOK_ROSTER_H
#define PISTA_BOOK_ROSTER_H

#include <stdbool.h>
#include <stdint.h>

#include "masthead/masthead.h"
#include "mirror/mirror.h"

struct roster;

/* Reads the cards of the mirror; one that does not verify counts for
 * nothing. */
int roster_new(struct mirror *m, const struct masthead_pin *pin,
    const uint8_t newsroom[static 16], struct roster **ret_roster);
void roster_free(struct roster **roster);

/* Whether the newest card before entry seq lists this signing key. */
bool roster_has(
    const struct roster *r, uint64_t seq, const uint8_t sign[static 32]);

/* The first card that lists it; 0 when none does. */
uint64_t roster_joined(const struct roster *r, const uint8_t sign[static 32]);

#endif
