/*
 * Digests of letters and the links of the inbox chain. FORMATS.md sections 3
 * and 4.
 */
#ifndef PISTA_CHAIN_CHAIN_H
#define PISTA_CHAIN_CHAIN_H

#include <stddef.h>
#include <stdint.h>

#include "crypto/hash.h"

#define CHAIN_LETTER 1
#define CHAIN_CARD 2

/* Digest of a letter from its parts; leaves are fed in order as they come or
 * are known. head includes the payload nonce. */
struct chain_digest {
	uint8_t head[32];
	uint8_t chunk0[32];
	struct hash leaves;
	uint64_t size;
};
void chain_digest_init(struct chain_digest *d, const void *head, size_t n);
void chain_digest_chunk0(struct chain_digest *d, const uint8_t hash[static 32], size_t n);
/* The next leaf in order: H of a sealed chunk, and the chunk's bytes. */
void chain_digest_leaf(struct chain_digest *d, const uint8_t leaf[static 32], size_t n);
void chain_digest_finish(struct chain_digest *d, uint8_t out[static 32]);

/* The same from 96 bytes: head, chunk 0 and H of the leaves (previews). */
void chain_digest_parts(uint8_t out[static 32], uint64_t size,
    const uint8_t head[static 32], const uint8_t chunk0[static 32],
    const uint8_t leaves[static 32]);

/* link of an entry. */
void chain_link(uint8_t out[static 32], const uint8_t newsroom[static 16],
    const uint8_t previous[static 32], uint64_t seq, uint8_t type, uint32_t day,
    const uint8_t digest[static 32]);

#endif
