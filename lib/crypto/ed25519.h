/* Ed25519 (RFC 8032). Verification refuses low-order keys and non-canonical
 * signatures (libsodium). */
#ifndef PISTA_CRYPTO_ED25519_H
#define PISTA_CRYPTO_ED25519_H

#include <stddef.h>
#include <stdint.h>

#define ED25519_SEED_SIZE 32
#define ED25519_PUBLIC_SIZE 32
#define ED25519_SIGNATURE_SIZE 64

void ed25519_public(uint8_t pk[static ED25519_PUBLIC_SIZE],
    const uint8_t seed[static ED25519_SEED_SIZE]);
void ed25519_sign(uint8_t sig[static ED25519_SIGNATURE_SIZE],
    const uint8_t seed[static ED25519_SEED_SIZE], const void *p, size_t n);

/* 0 or ERR_SIGNATURE. */
int ed25519_verify(const uint8_t sig[static ED25519_SIGNATURE_SIZE],
    const uint8_t pk[static ED25519_PUBLIC_SIZE], const void *p, size_t n);

#endif
