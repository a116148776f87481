#include "chain/chain.h"

#include <string.h>

void
chain_digest_init(struct chain_digest *d, const void *head, size_t n)
{
	hash_once(d->head, head, n);
	d->size = n;
	hash_once(d->chunk0, NULL, 0);
	hash_init(&d->leaves, HASH_SIZE);
}

void
chain_digest_chunk0(
    struct chain_digest *d, const uint8_t hash[static 32], size_t n)
{
	memcpy(d->chunk0, hash, sizeof(d->chunk0));
	d->size += n;
}

void
chain_digest_leaf(
    struct chain_digest *d, const uint8_t leaf[static 32], size_t n)
{
	hash_put(&d->leaves, leaf, 32);
	d->size += n;
}

void
chain_digest_finish(struct chain_digest *d, uint8_t out[static 32])
{
	uint8_t leaves[HASH_SIZE];

	hash_finish(&d->leaves, leaves);
	chain_digest_parts(out, d->size, d->head, d->chunk0, leaves);
}

void
chain_digest_parts(uint8_t out[static 32], uint64_t size,
    const uint8_t head[static 32], const uint8_t chunk0[static 32],
    const uint8_t leaves[static 32])
{
	struct hash h;

	hash_init(&h, HASH_SIZE);
	hash_put_text(&h, "pista/v1 letter");
	hash_put_u64(&h, size);
	hash_put(&h, head, 32);
	hash_put(&h, chunk0, 32);
	hash_put(&h, leaves, 32);
	hash_finish(&h, out);
}

void
chain_link(uint8_t out[static 32], const uint8_t newsroom[static 16],
    const uint8_t previous[static 32], uint64_t seq, uint8_t type, uint32_t day,
    const uint8_t digest[static 32])
{
	struct hash h;

	hash_init(&h, HASH_SIZE);
	hash_put_text(&h, "pista/v1 link");
	hash_put(&h, newsroom, 16);
	hash_put(&h, previous, 32);
	hash_put_u64(&h, seq);
	hash_put_u8(&h, type);
	hash_put_u32(&h, day);
	hash_put(&h, digest, 32);
	hash_finish(&h, out);
}
