#include <string.h>

#include "base/err.h"
#include "base/secret.h"
#include "crypto/ed25519.h"
#include "crypto/hash.h"
#include "crypto/hmac.h"
#include "crypto/password.h"
#include "crypto/x25519.h"
#include "receipt/receipt.h"

#define SECRET_SIZE 32
#define ARGON2_KIB 8192
#define ARGON2_PASSES 1

static void
derive(uint8_t out[static 32], const uint8_t key[static 32], struct text info)
{
	hkdf(out, 32, key, 32, NULL, 0, info);
}

int
receipt_keys(const uint8_t value[static RECEIPT_VALUE_SIZE],
    const uint8_t newsroom[static NEWSROOM_ID_SIZE],
    struct thread_keys *ret_keys)
{
	uint8_t secret[SECRET_SIZE];
	int err;

	err = argon2id(secret, sizeof(secret), value, RECEIPT_VALUE_SIZE,
	    newsroom, ARGON2_KIB, ARGON2_PASSES);
	if (err != 0)
		goto out;
	derive(ret_keys->reply_secret, secret, TEXT("pista/v1 reply"));
	derive(ret_keys->pub.slot, secret, TEXT("pista/v1 slot"));
	derive(ret_keys->mark_seed, secret, TEXT("pista/v1 mark"));
	x25519_public(ret_keys->pub.reply, ret_keys->reply_secret);
	ed25519_public(ret_keys->pub.mark, ret_keys->mark_seed);
	thread_hash(&ret_keys->pub, newsroom);
out:
	secret_wipe(secret, sizeof(secret));
	return err;
}

static void
thread_compute(const struct thread_public *pub,
    const uint8_t newsroom[static NEWSROOM_ID_SIZE],
    uint8_t ret_thread[static THREAD_SIZE])
{
	struct hash h;

	hash_init(&h, THREAD_SIZE);
	hash_put_text(&h, "pista/v1 thread");
	hash_put(&h, newsroom, NEWSROOM_ID_SIZE);
	hash_put(&h, pub->reply, sizeof(pub->reply));
	hash_put(&h, pub->slot, sizeof(pub->slot));
	hash_put(&h, pub->mark, sizeof(pub->mark));
	hash_finish(&h, ret_thread);
}

void
thread_hash(
    struct thread_public *pub, const uint8_t newsroom[static NEWSROOM_ID_SIZE])
{
	thread_compute(pub, newsroom, pub->thread);
}

int
thread_check(const struct thread_public *pub,
    const uint8_t newsroom[static NEWSROOM_ID_SIZE])
{
	uint8_t thread[THREAD_SIZE];

	if (x25519_is_low_order(pub->reply))
		return ERR_LOW_ORDER;
	thread_compute(pub, newsroom, thread);
	if (!secret_is_equal(thread, pub->thread, sizeof(thread)))
		return ERR_THREAD;
	return 0;
}

void
thread_tag_key(const uint8_t slot[static 32], uint8_t ret_key[static 32])
{
	derive(ret_key, slot, TEXT("pista/v1 tag"));
}

void
thread_strip_key(const uint8_t slot[static 32], uint8_t ret_key[static 32])
{
	derive(ret_key, slot, TEXT("pista/v1 strip"));
}
