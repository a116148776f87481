#include "crypto/hpke.h"

#include <sodium.h>
#include <string.h>

#include "base/err.h"
#include "base/secret.h"
#include "crypto/aead.h"
#include "crypto/hmac.h"

/* RFC 9180, names and numbers of sections 4, 5 and 7. */
#define MODE_PSK 0x01
#define PSK_MIN 32

static const struct text kem_suite = { "KEM\x00\x20", 5 };
static const struct text hpke_suite = { "HPKE\x00\x20\x00\x01\x00\x03", 10 };

/* The secrets of one message. */
struct keys {
	uint8_t dh[X25519_SIZE];
	uint8_t prk[HMAC_SIZE];
	uint8_t shared[HMAC_SIZE];
	uint8_t context[1 + 2 * HMAC_SIZE];
	uint8_t key[AEAD_KEY_SIZE];
	uint8_t nonce[AEAD_NONCE_SIZE];
};

static void
put(crypto_auth_hmacsha256_state *st, const void *p, size_t n)
{
	if (n > 0)
		crypto_auth_hmacsha256_update(st, p, n);
}

static void
put_label(
    crypto_auth_hmacsha256_state *st, struct text suite, const char *label)
{
	put(st, "HPKE-v1", 7);
	put(st, suite.p, suite.n);
	put(st, label, strlen(label));
}

/* LabeledExtract of section 4; an empty salt is 32 zero bytes to HMAC. */
static void
labeled_extract(uint8_t out[static HMAC_SIZE], struct text suite,
    const uint8_t salt[static HMAC_SIZE], const char *label, const void *ikm,
    size_t n)
{
	crypto_auth_hmacsha256_state st;

	crypto_auth_hmacsha256_init(&st, salt, HMAC_SIZE);
	put_label(&st, suite, label);
	put(&st, ikm, n);
	crypto_auth_hmacsha256_final(&st, out);
	secret_wipe(&st, sizeof(st));
}

/* LabeledExpand of section 4, for at most one block of HKDF. */
static void
labeled_expand(uint8_t *out, size_t out_n, struct text suite,
    const uint8_t prk[static HMAC_SIZE], const char *label, const void *info,
    size_t n)
{
	crypto_auth_hmacsha256_state st;
	uint8_t block[HMAC_SIZE];
	const uint8_t length[2] = { 0, (uint8_t)out_n };

	must(out_n <= HMAC_SIZE);
	crypto_auth_hmacsha256_init(&st, prk, HMAC_SIZE);
	put(&st, length, sizeof(length));
	put_label(&st, suite, label);
	put(&st, info, n);
	put(&st, "\x01", 1);
	crypto_auth_hmacsha256_final(&st, block);
	memcpy(out, block, out_n);
	secret_wipe(block, sizeof(block));
	secret_wipe(&st, sizeof(st));
}

/*
 * ExtractAndExpand (4.1) and KeySchedule (5.1). sk and their are the own
 * secret and the other side's public key; enc and to are the message's.
 */
static int
make_keys(struct keys *k, const uint8_t *sk, const uint8_t *their,
    const uint8_t *enc, const uint8_t *to, const struct hpke_psk *psk)
{
	static const uint8_t none[HMAC_SIZE];
	uint8_t kem_context[2 * X25519_SIZE];
	int err;

	must(psk->psk_n >= PSK_MIN && psk->psk_id.n > 0);
	if ((err = x25519(k->dh, sk, their)) != 0)
		return err;
	memcpy(kem_context, enc, X25519_SIZE);
	memcpy(kem_context + X25519_SIZE, to, X25519_SIZE);
	labeled_extract(
	    k->prk, kem_suite, none, "eae_prk", k->dh, sizeof(k->dh));
	labeled_expand(k->shared, sizeof(k->shared), kem_suite, k->prk,
	    "shared_secret", kem_context, sizeof(kem_context));

	k->context[0] = MODE_PSK;
	labeled_extract(k->context + 1, hpke_suite, none, "psk_id_hash",
	    psk->psk_id.p, psk->psk_id.n);
	labeled_extract(k->context + 1 + HMAC_SIZE, hpke_suite, none,
	    "info_hash", psk->info.p, psk->info.n);
	labeled_extract(
	    k->prk, hpke_suite, k->shared, "secret", psk->psk, psk->psk_n);
	labeled_expand(k->key, sizeof(k->key), hpke_suite, k->prk, "key",
	    k->context, sizeof(k->context));
	/* The first message's nonce is the base nonce itself (5.2). */
	labeled_expand(k->nonce, sizeof(k->nonce), hpke_suite, k->prk,
	    "base_nonce", k->context, sizeof(k->context));
	return 0;
}

int
hpke_seal(uint8_t *out, const uint8_t ephemeral[static 32],
    const uint8_t to[static 32], const struct hpke_psk *psk, const void *aad,
    size_t aad_n, const void *p, size_t n)
{
	struct aead *a = NULL;
	struct keys k;
	uint8_t enc[HPKE_ENC_SIZE];
	int err;

	x25519_public(enc, ephemeral);
	if ((err = make_keys(&k, ephemeral, to, enc, to, psk)) != 0)
		goto out;
	if ((err = aead_new(k.key, &a)) != 0)
		goto out;
	err = aead_seal(a, out, k.nonce, aad, aad_n, p, n);
out:
	aead_free(&a);
	secret_wipe(&k, sizeof(k));
	return err;
}

int
hpke_open(uint8_t *out, const uint8_t enc[static 32],
    const uint8_t sk[static 32], const struct hpke_psk *psk, const void *aad,
    size_t aad_n, const void *p, size_t n)
{
	struct aead *a = NULL;
	struct keys k;
	uint8_t to[X25519_SIZE];
	int err;

	x25519_public(to, sk);
	if ((err = make_keys(&k, sk, enc, enc, to, psk)) != 0)
		goto out;
	if ((err = aead_new(k.key, &a)) != 0)
		goto out;
	err = aead_open(a, out, k.nonce, aad, aad_n, p, n);
out:
	aead_free(&a);
	secret_wipe(&k, sizeof(k));
	return err;
}
