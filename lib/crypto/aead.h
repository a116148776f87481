/* ChaCha20-Poly1305 (RFC 8439), IETF variant, over OpenSSL EVP. */
#ifndef PISTA_CRYPTO_AEAD_H
#define PISTA_CRYPTO_AEAD_H

#include <stddef.h>
#include <stdint.h>

#define AEAD_KEY_SIZE 32
#define AEAD_NONCE_SIZE 12
#define AEAD_TAG_SIZE 16

/* A key with its cipher context, for many chunks. */
struct aead;
int aead_new(const uint8_t key[static AEAD_KEY_SIZE], struct aead **ret_aead);
void aead_free(struct aead **aead);

/* out: n + AEAD_TAG_SIZE bytes; may be p itself. */
int aead_seal(struct aead *a, uint8_t *out,
    const uint8_t nonce[static AEAD_NONCE_SIZE], const void *aad, size_t aad_n,
    const uint8_t *p, size_t n);

/* n counts the tag; out: n - AEAD_TAG_SIZE bytes, zeroed when the tag does not
 * fit. ERR_AUTH, ERR_TRUNCATED. */
int aead_open(struct aead *a, uint8_t *out,
    const uint8_t nonce[static AEAD_NONCE_SIZE], const void *aad, size_t aad_n,
    const uint8_t *p, size_t n);

#endif
