/*
 * Public keys in, ciphertext out. Chunks may be sealed in any order, each
 * exactly once (late sealing): a second put of an index is a broken promise.
 * File key and nonce live in this object only and die with it; sealing is
 * never resumed, no placeholder is ever sealed.
 */
#ifndef PISTA_SEAL_SEAL_H
#define PISTA_SEAL_SEAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "age/age.h"

struct seal;

/*
 * A fresh file sealed to n recipients, all of one kind. fill: total stanzas,
 * reached with real stanzas to throw-away keys and shuffled; 0 for none. A
 * letter uses seal_fill(n). ERR_LIMIT when n is 0 or above fill, ERR_LOW_ORDER,
 * ERR_NOMEM.
 */
int seal_new(const struct age_recipient *to, size_t n, size_t fill,
    struct seal **ret_seal);

/* 8, 16, 32 or 64: the smallest that holds n; 0 when n is above 64. */
size_t seal_fill(size_t n);

/* A fresh file sealed with a passphrase (scrypt stanza, N = 2^log_n). */
int seal_new_passphrase(struct text passphrase, unsigned log_n,
    struct seal **ret_seal);

void seal_free(struct seal **seal);

/* Header and payload nonce: what a sealed file begins with. Borrowed. */
struct text seal_head(const struct seal *s);

/*
 * Seals n bytes of plaintext (AGE_CHUNK_SIZE unless is_last) as chunk index
 * into out, n + 16 bytes; out may be p. Chunk 0 alone may be empty and last.
 */
int seal_put(struct seal *s, uint64_t index, const uint8_t *p, size_t n,
    bool is_last, uint8_t *out);

/* In-order convenience: takes any amount, gives sealed bytes to sink. is_last
 * ends the file. Used by `pista seal` and for small files. */
typedef int seal_sink(void *ctx, const uint8_t *p, size_t n);
int seal_bytes(struct seal *s, const uint8_t *p, size_t n, struct buf *out);

#endif
