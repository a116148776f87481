/*
 * Making mastheads: the administrator's side. Linked into pista only.
 */
#ifndef PISTA_MASTHEAD_SIGN_H
#define PISTA_MASTHEAD_SIGN_H

#include "masthead/masthead.h"

/* A minisign key pair; secret parts stand in locked memory. */
struct masthead_key;
int masthead_key_new(struct masthead_key **ret_key);
void masthead_key_free(struct masthead_key **key);
void masthead_key_pin(const struct masthead_key *key, struct masthead_pin *ret_pin);

/* minisign's own unencrypted secret key file (as `minisign -G -W` writes), to
 * be sealed with a passphrase by the caller. Out is over secret memory. */
void masthead_key_put(struct buf *out, const struct masthead_key *key);
int masthead_key_read(struct text in, struct masthead_key **ret_key);

/* Signs: prehashed ED, trusted comment "pista newsroom=HEX serial=N". Appends
 * the .minisig file's text. */
int masthead_sign(const struct masthead_key *key, struct text json,
    const uint8_t newsroom[static 16], uint64_t serial, struct buf *ret_minisig);

#endif
