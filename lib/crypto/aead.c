#include "crypto/aead.h"

#include <limits.h>
#include <openssl/evp.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/secret.h"
#include "crypto/init.h"

/* Fetched once by aead_init. */
static EVP_CIPHER *cipher;

struct aead {
	EVP_CIPHER_CTX *ctx;
};

int
aead_init(void)
{
	if (cipher == NULL)
		cipher = EVP_CIPHER_fetch(NULL, "ChaCha20-Poly1305", NULL);
	return cipher != NULL ? 0 : ERR_SYS;
}

int
aead_new(const uint8_t key[static AEAD_KEY_SIZE], struct aead **ret_aead)
{
	struct aead *a;

	if ((a = mem_new(1, sizeof(*a))) == NULL)
		return ERR_NOMEM;
	if ((a->ctx = EVP_CIPHER_CTX_new()) == NULL ||
	    EVP_CipherInit_ex2(a->ctx, cipher, key, NULL, 1, NULL) != 1) {
		aead_free(&a);
		return ERR_NOMEM;
	}
	*ret_aead = a;
	return 0;
}

void
aead_free(struct aead **aead)
{
	if (*aead == NULL)
		return;
	EVP_CIPHER_CTX_free((*aead)->ctx);
	mem_free(*aead);
	*aead = NULL;
}

/* Sets the nonce, reads aad and turns n bytes of p into out. */
static int
aead_run(struct aead *a, int is_sealing, uint8_t *out,
    const uint8_t nonce[static AEAD_NONCE_SIZE], const void *aad, size_t aad_n,
    const uint8_t *p, size_t n)
{
	int done;

	if (n > INT_MAX || aad_n > INT_MAX)
		return ERR_LIMIT;
	if (EVP_CipherInit_ex2(a->ctx, NULL, NULL, nonce, is_sealing, NULL) !=
	    1)
		return ERR_SYS;
	if (aad_n > 0 &&
	    EVP_CipherUpdate(a->ctx, NULL, &done, aad, (int)aad_n) != 1)
		return ERR_SYS;
	if (n > 0 && EVP_CipherUpdate(a->ctx, out, &done, p, (int)n) != 1)
		return ERR_SYS;
	return 0;
}

int
aead_seal(struct aead *a, uint8_t *out,
    const uint8_t nonce[static AEAD_NONCE_SIZE], const void *aad, size_t aad_n,
    const uint8_t *p, size_t n)
{
	uint8_t none[AEAD_TAG_SIZE];
	int done, err;

	if ((err = aead_run(a, 1, out, nonce, aad, aad_n, p, n)) != 0)
		return err;
	if (EVP_CipherFinal_ex(a->ctx, none, &done) != 1 ||
	    EVP_CIPHER_CTX_ctrl(
		a->ctx, EVP_CTRL_AEAD_GET_TAG, AEAD_TAG_SIZE, out + n) != 1)
		return ERR_SYS;
	return 0;
}

int
aead_open(struct aead *a, uint8_t *out,
    const uint8_t nonce[static AEAD_NONCE_SIZE], const void *aad, size_t aad_n,
    const uint8_t *p, size_t n)
{
	uint8_t tag[AEAD_TAG_SIZE], none[AEAD_TAG_SIZE];
	int done, err;

	if (n < AEAD_TAG_SIZE)
		return ERR_TRUNCATED;
	n -= AEAD_TAG_SIZE;
	memcpy(tag, p + n, sizeof(tag));
	if ((err = aead_run(a, 0, out, nonce, aad, aad_n, p, n)) == 0 &&
	    EVP_CIPHER_CTX_ctrl(
		a->ctx, EVP_CTRL_AEAD_SET_TAG, AEAD_TAG_SIZE, tag) != 1)
		err = ERR_SYS;
	if (err == 0 && EVP_CipherFinal_ex(a->ctx, none, &done) != 1)
		err = ERR_AUTH;
	if (err != 0 && n > 0)
		secret_wipe(out, n);
	return err;
}
