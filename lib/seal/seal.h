/*
 * Public keys in, ciphertext out. Chunks may be sealed in any order, each
 * exactly once (late sealing): a second put of an index is a broken promise.
 * The file key is gone when the header stands, the payload key dies with this
 * object; sealing is never resumed, no placeholder is ever sealed.
 */
#ifndef PISTA_SEAL_SEAL_H
#define PISTA_SEAL_SEAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "age/age.h"

struct seal;

/*
 * A fresh file sealed to n recipients, all of one kind (ERR_UNSUPPORTED). fill: total stanzas,
 * reached with real stanzas to throw-away keys; 0 for none. Shuffled. A
 * letter uses seal_fill(n). ERR_LIMIT when n is 0 or above fill, ERR_LOW_ORDER,
 * ERR_NOMEM.
 */
int seal_new(const struct age_recipient *to, size_t n, size_t fill,
    struct seal **ret_seal);

/* 8, 16, 32 or 64: the smallest that holds n; 0 when n is above 64. */
size_t seal_fill(size_t n);

#define SEAL_LOG_N 18	/* scrypt's work for passphrases, as stock age has it */

/* A fresh file sealed with a passphrase (scrypt stanza, N = 2^log_n).
 * ERR_PASSPHRASE when it is empty, ERR_LIMIT, ERR_NOMEM. */
int seal_new_passphrase(struct text passphrase, unsigned log_n,
    struct seal **ret_seal);

void seal_free(struct seal **seal);

/* Header and payload nonce: what a sealed file begins with. Borrowed. */
struct text seal_head(const struct seal *s);

/* The plaintext that fits into a sealed file of max bytes with this head; 0 when
 * none does. */
uint64_t seal_plain_max(const struct seal *s, uint64_t max);

/*
 * Seals n bytes of plaintext (AGE_CHUNK_SIZE unless is_last) as chunk index
 * into out, n + 16 bytes; out may be p. Chunk 0 alone may be empty and last.
 * ERR_LIMIT when chunks are put too far out of order, ERR_NOMEM.
 */
int seal_put(struct seal *s, uint64_t index, const uint8_t *p, size_t n,
    bool is_last, uint8_t *out);

/* A whole small file: appends the head and all n bytes, sealed, to out. No
 * chunk may have been put before. */
int seal_bytes(struct seal *s, const uint8_t *p, size_t n, struct buf *out);

/*
 * A second hand at the same file, for another thread: its own cipher under the
 * same key. Puts through any hand count together; s outlives its hands.
 */
struct seal_hand;
int seal_hand_new(struct seal *s, struct seal_hand **ret_hand);
int seal_hand_put(struct seal_hand *h, uint64_t index, const uint8_t *p,
    size_t n, bool is_last, uint8_t *out);
void seal_hand_free(struct seal_hand **hand);

#endif
