/* BLAKE2b (RFC 7693), unkeyed; H of the formats is BLAKE2b-256. */
#ifndef PISTA_CRYPTO_HASH_H
#define PISTA_CRYPTO_HASH_H

#include <sodium.h>
#include <stddef.h>
#include <stdint.h>

#define HASH_SIZE 32
#define HASH_SIZE_128 16
#define HASH_SIZE_512 64

/*
 * libsodium's state as bytes. Its own type wants 64-byte alignment, which
 * neither the heap nor an arena gives, and which every struct with a hash in
 * it would inherit.
 */
struct hash {
	uint8_t state[sizeof(crypto_generichash_blake2b_state)];
	size_t size;
};

/* size: bytes of the result, 16 to 64; part of the parameters, not a cut. */
void hash_init(struct hash *h, size_t size);
void hash_put(struct hash *h, const void *p, size_t n);
void hash_put_text(struct hash *h, const char *s);	/* without the NUL */
void hash_put_u8(struct hash *h, uint8_t v);
void hash_put_u32(struct hash *h, uint32_t v);	/* little-endian */
void hash_put_u64(struct hash *h, uint64_t v);
void hash_finish(struct hash *h, uint8_t *out);	/* h->size bytes; wipes h */

/* H of one run of bytes. */
void hash_once(uint8_t out[static HASH_SIZE], const void *p, size_t n);

/* SHA-256 (FIPS 180-4): for what browsers check by it, and nothing of ours. */
#define HASH_SHA256_SIZE 32
void hash_sha256(uint8_t out[static HASH_SHA256_SIZE], const void *p, size_t n);

#endif
