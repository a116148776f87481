#include "crypto/hash.h"

#include <string.h>

#include "base/cursor.h"
#include "base/err.h"
#include "base/secret.h"

void
hash_init(struct hash *h, size_t size)
{
	crypto_generichash_blake2b_state state;

	must(size >= HASH_SIZE_128 && size <= HASH_SIZE_512);
	h->size = size;
	must(crypto_generichash_blake2b_init(&state, NULL, 0, size) == 0);
	memcpy(h->state, &state, sizeof(state));
}

void
hash_put(struct hash *h, const void *p, size_t n)
{
	crypto_generichash_blake2b_state state;

	if (n == 0)
		return;
	memcpy(&state, h->state, sizeof(state));
	must(crypto_generichash_blake2b_update(&state, p, n) == 0);
	memcpy(h->state, &state, sizeof(state));
	secret_wipe(&state, sizeof(state));
}

void
hash_put_text(struct hash *h, const char *s)
{
	hash_put(h, s, strlen(s));
}

void
hash_put_u8(struct hash *h, uint8_t v)
{
	hash_put(h, &v, 1);
}

void
hash_put_u32(struct hash *h, uint32_t v)
{
	uint8_t bytes[4];

	u32_write(bytes, v);
	hash_put(h, bytes, sizeof(bytes));
}

void
hash_put_u64(struct hash *h, uint64_t v)
{
	uint8_t bytes[8];

	u64_write(bytes, v);
	hash_put(h, bytes, sizeof(bytes));
}

void
hash_finish(struct hash *h, uint8_t *out)
{
	crypto_generichash_blake2b_state state;

	memcpy(&state, h->state, sizeof(state));
	must(crypto_generichash_blake2b_final(&state, out, h->size) == 0);
	secret_wipe(&state, sizeof(state));
	secret_wipe(h, sizeof(*h));
}

void
hash_once(uint8_t out[static HASH_SIZE], const void *p, size_t n)
{
	struct hash h;

	hash_init(&h, HASH_SIZE);
	hash_put(&h, p, n);
	hash_finish(&h, out);
}

void
hash_sha256(uint8_t out[static HASH_SHA256_SIZE], const void *p, size_t n)
{
	must(crypto_hash_sha256(out, p, n) == 0);
}
