/* Random bytes from the kernel, over libsodium. */
#ifndef PISTA_CRYPTO_RANDOM_H
#define PISTA_CRYPTO_RANDOM_H

#include <stddef.h>
#include <stdint.h>

/* Starts the libraries (libsodium, OpenSSL) and makes them load everything
 * they ever load, so that a jail can be closed afterwards. Idempotent.
 * ERR_SYS. */
int crypto_init(void);

void random_bytes(void *out, size_t n);

/* Even over 0 .. bound-1. */
uint32_t random_below(uint32_t bound);

/* Fisher-Yates over n items of size bytes. */
void random_shuffle(void *items, size_t n, size_t size);

#endif
