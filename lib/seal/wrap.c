#include "seal/wrap.h"

#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/secret.h"
#include "crypto/aead.h"
#include "crypto/base64.h"
#include "crypto/hmac.h"
#include "crypto/password.h"
#include "crypto/random.h"
#include "crypto/x25519.h"

#define SALT_SIZE 16
#define WRAPPED_SIZE (AGE_FILE_KEY_SIZE + AEAD_TAG_SIZE)
#define SCRYPT_LABEL "age-encryption.org/v1/scrypt"
#define SCRYPT_LABEL_SIZE (sizeof(SCRYPT_LABEL) - 1)

/* Seals the file key under a wrap key that is used once. */
static int
wrap_body(uint8_t out[static WRAPPED_SIZE],
    const uint8_t wrap_key[static AEAD_KEY_SIZE],
    const uint8_t file_key[static AGE_FILE_KEY_SIZE])
{
	static const uint8_t nonce[AEAD_NONCE_SIZE];
	struct aead *aead = NULL;
	int err;

	if ((err = aead_new(wrap_key, &aead)) != 0)
		return err;
	err = aead_seal(aead, out, nonce, NULL, 0, file_key, AGE_FILE_KEY_SIZE);
	aead_free(&aead);
	return err;
}

static void
put_stanza(struct buf *b, const char *type, const uint8_t *share,
    size_t share_n, const char *log_n, const uint8_t body[static WRAPPED_SIZE])
{
	char text[64];
	struct text args[2];
	struct buf encoded;

	buf_init_fixed(&encoded, text, sizeof(text));
	base64_put(&encoded, share, share_n, false);
	must(buf_finish(&encoded) == 0);
	args[0] = buf_text(&encoded);
	args[1] = text_from(log_n);
	age_header_stanza(
	    b, type, args, log_n == NULL ? 1 : 2, body, WRAPPED_SIZE);
}

struct x25519_work {
	uint8_t ephemeral[X25519_SIZE];
	uint8_t shared[X25519_SIZE];
	uint8_t key[AEAD_KEY_SIZE];
};

int
seal_wrap(struct buf *b, const struct age_recipient *r,
    const uint8_t file_key[static AGE_FILE_KEY_SIZE])
{
	struct x25519_work w;
	uint8_t salt[2 * X25519_SIZE], body[WRAPPED_SIZE];
	int err;

	random_bytes(w.ephemeral, sizeof(w.ephemeral));
	x25519_public(salt, w.ephemeral);
	memcpy(salt + X25519_SIZE, r->pk, X25519_SIZE);
	if ((err = x25519(w.shared, w.ephemeral, r->pk)) != 0)
		goto out;
	hkdf(w.key, sizeof(w.key), w.shared, sizeof(w.shared), salt,
	    sizeof(salt), TEXT("age-encryption.org/v1/X25519"));
	if ((err = wrap_body(body, w.key, file_key)) != 0)
		goto out;
	put_stanza(b, r->kind->type, salt, X25519_SIZE, NULL, body);
out:
	secret_wipe(&w, sizeof(w));
	return err;
}

int
seal_wrap_passphrase(struct buf *b, struct text passphrase, unsigned log_n,
    const uint8_t file_key[static AGE_FILE_KEY_SIZE])
{
	uint8_t salt[SCRYPT_LABEL_SIZE + SALT_SIZE];
	uint8_t key[AEAD_KEY_SIZE], body[WRAPPED_SIZE];
	char digits[16];
	int err;

	memcpy(salt, SCRYPT_LABEL, SCRYPT_LABEL_SIZE);
	random_bytes(salt + SCRYPT_LABEL_SIZE, SALT_SIZE);
	err = scrypt(key, sizeof(key), passphrase.p, passphrase.n, salt,
	    sizeof(salt), log_n);
	if (err != 0)
		goto out;
	if ((err = wrap_body(body, key, file_key)) != 0)
		goto out;
	(void)snprintf(digits, sizeof(digits), "%u", log_n);
	put_stanza(
	    b, "scrypt", salt + SCRYPT_LABEL_SIZE, SALT_SIZE, digits, body);
out:
	secret_wipe(key, sizeof(key));
	return err;
}

void
seal_throw_away(
    const struct age_kind *kind, struct age_recipient *ret_recipient)
{
	uint8_t sk[X25519_SIZE];

	/* A real public key: random bytes are none in half of all cases, and
	 * an observer would count those. */
	random_bytes(sk, sizeof(sk));
	memset(ret_recipient, 0, sizeof(*ret_recipient));
	ret_recipient->kind = kind;
	x25519_public(ret_recipient->pk, sk);
	secret_wipe(sk, sizeof(sk));
}
