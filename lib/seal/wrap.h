/* Wrapping a file key: one stanza each. */
#ifndef PISTA_SEAL_WRAP_H
#define PISTA_SEAL_WRAP_H

#include "age/age.h"

/* Appends a stanza that only the holder of r's secret key can unwrap.
 * ERR_LOW_ORDER, ERR_NOMEM. */
int seal_wrap(struct buf *b, const struct age_recipient *r,
    const uint8_t file_key[static AGE_FILE_KEY_SIZE]);

/* The same for a passphrase. ERR_LIMIT, ERR_NOMEM. */
int seal_wrap_passphrase(struct buf *b, struct text passphrase, unsigned log_n,
    const uint8_t file_key[static AGE_FILE_KEY_SIZE]);

/* A public key whose secret nobody has. */
void seal_throw_away(
    const struct age_kind *kind, struct age_recipient *ret_recipient);

#endif
