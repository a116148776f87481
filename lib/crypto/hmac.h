/* HMAC-SHA256 (RFC 2104), HKDF-SHA256 (RFC 5869). */
#ifndef PISTA_CRYPTO_HMAC_H
#define PISTA_CRYPTO_HMAC_H

#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

#define HMAC_SIZE 32

void hmac_once(uint8_t out[static HMAC_SIZE], const void *key, size_t key_n,
    const void *p, size_t n);

/* A key prepared for many short messages (board scans). */
struct hmac_key;
int hmac_key_new(const void *key, size_t n, struct hmac_key **ret_key);
void hmac_key_free(struct hmac_key **key);
void hmac_many(struct hmac_key *key, uint8_t out[static HMAC_SIZE],
    const void *p, size_t n);

/* Salt may be NULL with 0 bytes. out_n at most 255 * 32. */
void hkdf(void *out, size_t out_n, const void *key, size_t key_n,
    const void *salt, size_t salt_n, struct text info);
void hkdf_extract(uint8_t out[static HMAC_SIZE], const void *salt,
    size_t salt_n, const void *key, size_t key_n);
void hkdf_expand(void *out, size_t out_n, const uint8_t prk[static HMAC_SIZE],
    const void *info, size_t info_n);

#endif
