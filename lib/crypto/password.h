/* Slow hashes: Argon2id v1.3 (RFC 9106) for receipts, scrypt (RFC 7914) for
 * passphrases of age files. */
#ifndef PISTA_CRYPTO_PASSWORD_H
#define PISTA_CRYPTO_PASSWORD_H

#include <stddef.h>
#include <stdint.h>

/* memory in KiB, p = 1. ERR_NOMEM. */
int argon2id(void *out, size_t out_n, const void *password, size_t n,
    const uint8_t salt[static 16], uint32_t memory_kib, uint32_t passes);

/* N = 2^log_n, r = 8, p = 1. log_n at most 22: ERR_LIMIT. ERR_NOMEM. */
int scrypt(void *out, size_t out_n, const void *password, size_t n,
    const void *salt, size_t salt_n, unsigned log_n);

#endif
