/* X25519 (RFC 7748). */
#ifndef PISTA_CRYPTO_X25519_H
#define PISTA_CRYPTO_X25519_H

#include <stdbool.h>
#include <stdint.h>

#define X25519_SIZE 32

void x25519_public(uint8_t pk[static X25519_SIZE],
    const uint8_t sk[static X25519_SIZE]);

/* ERR_LOW_ORDER when the shared secret would be all zeros. */
int x25519(uint8_t out[static X25519_SIZE], const uint8_t sk[static X25519_SIZE],
    const uint8_t pk[static X25519_SIZE]);

/* True when x25519 would refuse pk whatever the secret, without its cost. For
 * public keys: the time tells which one. */
bool x25519_is_low_order(const uint8_t pk[static X25519_SIZE]);

#endif
