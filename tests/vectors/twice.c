/*
 * Each primitive asked of the library that lib/crypto does not use for it, with
 * random input of many sizes: libsodium against OpenSSL.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <sodium.h>

#include "base/err.h"
#include "crypto/aead.h"
#include "crypto/base64.h"
#include "crypto/ed25519.h"
#include "crypto/hash.h"
#include "crypto/hmac.h"
#include "crypto/password.h"
#include "crypto/random.h"
#include "crypto/x25519.h"

#define ROUNDS 300

static void
test_aead(void **state)
{
	uint8_t key[32], nonce[12], aad[ROUNDS], p[ROUNDS], got[ROUNDS + 16],
	    want[ROUNDS + 16], back[ROUNDS];

	(void)state;
	for (size_t n = 0; n < ROUNDS; n++) {
		struct aead *a = NULL;
		size_t aad_n = random_below(ROUNDS);

		random_bytes(key, sizeof(key));
		random_bytes(nonce, sizeof(nonce));
		random_bytes(aad, sizeof(aad));
		random_bytes(p, sizeof(p));
		assert_int_equal(aead_new(key, &a), 0);
		assert_int_equal(aead_seal(a, got, nonce, aad, aad_n, p, n), 0);
		crypto_aead_chacha20poly1305_ietf_encrypt(
		    want, NULL, p, n, aad, aad_n, NULL, nonce, key);
		assert_memory_equal(got, want, n + 16);
		assert_int_equal(
		    aead_open(a, back, nonce, aad, aad_n, want, n + 16), 0);
		assert_memory_equal(back, p, n);
		aead_free(&a);
	}
}

static void
test_hmac(void **state)
{
	uint8_t key[ROUNDS], p[ROUNDS], got[32], many[32], want[32];

	(void)state;
	for (size_t n = 0; n < ROUNDS; n++) {
		struct hmac_key *k = NULL;
		size_t key_n = random_below(ROUNDS);
		unsigned want_n = 0;

		random_bytes(key, sizeof(key));
		random_bytes(p, sizeof(p));
		hmac_once(got, key, key_n, p, n);
		assert_non_null(
		    HMAC(EVP_sha256(), key, (int)key_n, p, n, want, &want_n));
		assert_int_equal(want_n, 32);
		assert_memory_equal(got, want, 32);
		assert_int_equal(hmac_key_new(key, key_n, &k), 0);
		hmac_many(k, many, key, key_n);
		hmac_many(k, many, p, n);
		assert_memory_equal(many, want, 32);
		hmac_key_free(&k);
	}
}

static void
test_hkdf(void **state)
{
	uint8_t key[64], salt[64], info[64], got[255 * 32], want[255 * 32];
	char digest[] = "SHA256";
	EVP_KDF *kdf = EVP_KDF_fetch(NULL, "HKDF", NULL);

	(void)state;
	assert_non_null(kdf);
	random_bytes(key, sizeof(key));
	random_bytes(salt, sizeof(salt));
	random_bytes(info, sizeof(info));
	for (size_t n = 1; n <= sizeof(got); n += 137) {
		size_t key_n = 1 + random_below(64), salt_n = random_below(65),
		       info_n = random_below(65);
		OSSL_PARAM params[] = {
			OSSL_PARAM_construct_utf8_string(
			    OSSL_KDF_PARAM_DIGEST, digest, 0),
			OSSL_PARAM_construct_octet_string(
			    OSSL_KDF_PARAM_KEY, key, key_n),
			OSSL_PARAM_construct_octet_string(
			    OSSL_KDF_PARAM_SALT, salt, salt_n),
			OSSL_PARAM_construct_octet_string(
			    OSSL_KDF_PARAM_INFO, info, info_n),
			OSSL_PARAM_construct_end(),
		};
		EVP_KDF_CTX *ctx = EVP_KDF_CTX_new(kdf);

		assert_int_equal(EVP_KDF_derive(ctx, want, n, params), 1);
		hkdf(got, n, key, key_n, salt, salt_n,
		    (struct text){ (const char *)info, info_n });
		assert_memory_equal(got, want, n);
		EVP_KDF_CTX_free(ctx);
	}
	EVP_KDF_free(kdf);
}

static void
test_x25519(void **state)
{
	(void)state;
	for (int i = 0; i < 50; i++) {
		uint8_t sk[32], other[32], pk[32], other_pk[32], got[32],
		    want[32];
		size_t n = 32;
		EVP_PKEY *own, *peer;
		EVP_PKEY_CTX *ctx;

		random_bytes(sk, 32);
		random_bytes(other, 32);
		x25519_public(other_pk, other);
		own =
		    EVP_PKEY_new_raw_private_key(EVP_PKEY_X25519, NULL, sk, 32);
		peer = EVP_PKEY_new_raw_public_key(
		    EVP_PKEY_X25519, NULL, other_pk, 32);
		assert_int_equal(EVP_PKEY_get_raw_public_key(own, want, &n), 1);
		x25519_public(pk, sk);
		assert_memory_equal(pk, want, 32);
		ctx = EVP_PKEY_CTX_new(own, NULL);
		assert_int_equal(EVP_PKEY_derive_init(ctx), 1);
		assert_int_equal(EVP_PKEY_derive_set_peer(ctx, peer), 1);
		assert_int_equal(EVP_PKEY_derive(ctx, want, &n), 1);
		assert_int_equal(x25519(got, sk, other_pk), 0);
		assert_memory_equal(got, want, 32);
		assert_int_equal(x25519(got, other, pk), 0);
		assert_memory_equal(got, want, 32);
		EVP_PKEY_CTX_free(ctx);
		EVP_PKEY_free(own);
		EVP_PKEY_free(peer);
	}
}

static void
test_ed25519(void **state)
{
	(void)state;
	for (size_t i = 0; i < 50; i++) {
		uint8_t seed[32], pk[32], want_pk[32], sig[64], want[64], p[50];
		size_t n = 32;
		EVP_PKEY *key;
		EVP_MD_CTX *ctx = EVP_MD_CTX_new();

		random_bytes(seed, 32);
		random_bytes(p, sizeof(p));
		key = EVP_PKEY_new_raw_private_key(
		    EVP_PKEY_ED25519, NULL, seed, 32);
		assert_int_equal(
		    EVP_PKEY_get_raw_public_key(key, want_pk, &n), 1);
		ed25519_public(pk, seed);
		assert_memory_equal(pk, want_pk, 32);
		n = 64;
		assert_int_equal(
		    EVP_DigestSignInit(ctx, NULL, NULL, NULL, key), 1);
		assert_int_equal(EVP_DigestSign(ctx, want, &n, p, i), 1);
		ed25519_sign(sig, seed, p, i);
		assert_memory_equal(sig, want, 64);
		assert_int_equal(ed25519_verify(want, pk, p, i), 0);
		EVP_MD_CTX_free(ctx);
		EVP_PKEY_free(key);
	}
}

static void
test_blake2b(void **state)
{
	uint8_t p[ROUNDS], got[64], want[64];

	(void)state;
	random_bytes(p, sizeof(p));
	for (size_t n = 0; n < ROUNDS; n++) {
		size_t cut = random_below((uint32_t)n + 1);
		struct hash h;

		hash_init(&h, HASH_SIZE_512);
		hash_put(&h, p, cut);
		hash_put(&h, p + cut, n - cut);
		hash_finish(&h, got);
		assert_int_equal(
		    EVP_Digest(p, n, want, NULL, EVP_blake2b512(), NULL), 1);
		assert_memory_equal(got, want, 64);
	}
}

static void
test_scrypt(void **state)
{
	uint8_t got[32], want[32];

	(void)state;
	for (unsigned log_n = 1; log_n <= 12; log_n++) {
		assert_int_equal(
		    scrypt(got, 32, "password", log_n % 9, "salt", 4, log_n),
		    0);
		assert_int_equal(
		    EVP_PBE_scrypt("password", log_n % 9,
			(const unsigned char *)"salt", 4, (uint64_t)1 << log_n,
			8, 1, 1 << 26, want, 32),
		    1);
		assert_memory_equal(got, want, 32);
	}
}

static void
test_base64(void **state)
{
	uint8_t p[ROUNDS];
	unsigned char want[2 * ROUNDS];
	struct buf b;

	(void)state;
	random_bytes(p, sizeof(p));
	buf_init(&b, sizeof(want));
	for (size_t n = 0; n < ROUNDS; n++) {
		int want_n = EVP_EncodeBlock(want, p, (int)n);

		buf_clear(&b);
		base64_put(&b, p, n, true);
		assert_int_equal(b.n, want_n);
		if (n > 0)
			assert_memory_equal(b.p, want, b.n);
	}
	buf_fini(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_aead),
		cmocka_unit_test(test_hmac),
		cmocka_unit_test(test_hkdf),
		cmocka_unit_test(test_x25519),
		cmocka_unit_test(test_ed25519),
		cmocka_unit_test(test_blake2b),
		cmocka_unit_test(test_scrypt),
		cmocka_unit_test(test_base64),
	};

	if (crypto_init() != 0)
		return 1;
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
