#include "crypto/hmac.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <sodium.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/secret.h"
#include "crypto/init.h"

/* Fetched once by hmac_init. */
static EVP_MAC *mac;

struct hmac_key {
	EVP_MAC_CTX *ctx;
};

/* SHA256 is named only when a key is set, so one key is set here: it makes
 * OpenSSL fetch the digest too. */
int
hmac_init(void)
{
	struct hmac_key *warm = NULL;
	int err;

	if (mac == NULL &&
	    (mac = EVP_MAC_fetch(NULL, OSSL_MAC_NAME_HMAC, NULL)) == NULL)
		return ERR_SYS;
	if ((err = hmac_key_new("warm", 4, &warm)) != 0)
		return err;
	hmac_key_free(&warm);
	return 0;
}

static void
hmac_start(crypto_auth_hmacsha256_state *st, const void *key, size_t n)
{
	crypto_auth_hmacsha256_init(st, n > 0 ? key : (const void *)"", n);
}

static void
hmac_put(crypto_auth_hmacsha256_state *st, const void *p, size_t n)
{
	if (n > 0)
		crypto_auth_hmacsha256_update(st, p, n);
}

static void
hmac_end(crypto_auth_hmacsha256_state *st, uint8_t out[static HMAC_SIZE])
{
	crypto_auth_hmacsha256_final(st, out);
	secret_wipe(st, sizeof(*st));
}

void
hmac_once(uint8_t out[static HMAC_SIZE], const void *key, size_t key_n,
    const void *p, size_t n)
{
	crypto_auth_hmacsha256_state st;

	hmac_start(&st, key, key_n);
	hmac_put(&st, p, n);
	hmac_end(&st, out);
}

int
hmac_key_new(const void *key, size_t n, struct hmac_key **ret_key)
{
	char digest[] = "SHA256";
	const OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string(
		    OSSL_MAC_PARAM_DIGEST, digest, 0),
		OSSL_PARAM_construct_end(),
	};
	struct hmac_key *k;

	if ((k = mem_new(1, sizeof(*k))) == NULL)
		return ERR_NOMEM;
	/* A key of no bytes must not be taken for "the same key again". */
	if ((k->ctx = EVP_MAC_CTX_new(mac)) == NULL ||
	    EVP_MAC_init(k->ctx, n > 0 ? key : (const void *)"", n, params) !=
		1) {
		hmac_key_free(&k);
		return ERR_NOMEM;
	}
	*ret_key = k;
	return 0;
}

void
hmac_key_free(struct hmac_key **key)
{
	if (*key == NULL)
		return;
	EVP_MAC_CTX_free((*key)->ctx);
	mem_free(*key);
	*key = NULL;
}

void
hmac_many(struct hmac_key *key, uint8_t out[static HMAC_SIZE], const void *p,
    size_t n)
{
	size_t size;

	must(EVP_MAC_init(key->ctx, NULL, 0, NULL) == 1);
	must(n == 0 || EVP_MAC_update(key->ctx, p, n) == 1);
	must(EVP_MAC_final(key->ctx, out, &size, HMAC_SIZE) == 1);
	must(size == HMAC_SIZE);
}

void
hkdf_extract(uint8_t out[static HMAC_SIZE], const void *salt, size_t salt_n,
    const void *key, size_t key_n)
{
	/* An absent salt is 32 zero bytes in RFC 5869, which HMAC does not tell
	 * from no bytes. */
	hmac_once(out, salt, salt_n, key, key_n);
}

void
hkdf_expand(void *out, size_t out_n, const uint8_t prk[static HMAC_SIZE],
    const void *info, size_t info_n)
{
	crypto_auth_hmacsha256_state st;
	uint8_t block[HMAC_SIZE];
	uint8_t *p = out;
	uint8_t count = 0;

	must(out_n <= 255 * HMAC_SIZE);
	while (out_n > 0) {
		size_t step = out_n < HMAC_SIZE ? out_n : HMAC_SIZE;

		hmac_start(&st, prk, HMAC_SIZE);
		if (count > 0)
			hmac_put(&st, block, HMAC_SIZE);
		hmac_put(&st, info, info_n);
		count++;
		hmac_put(&st, &count, 1);
		hmac_end(&st, block);
		memcpy(p, block, step);
		p += step;
		out_n -= step;
	}
	secret_wipe(block, sizeof(block));
}

void
hkdf(void *out, size_t out_n, const void *key, size_t key_n, const void *salt,
    size_t salt_n, struct text info)
{
	uint8_t prk[HMAC_SIZE];

	hkdf_extract(prk, salt, salt_n, key, key_n);
	hkdf_expand(out, out_n, prk, info.p, info.n);
	secret_wipe(prk, sizeof(prk));
}
