#include "masthead/sign.h"

#include <string.h>

#include "base/err.h"
#include "base/secret.h"
#include "crypto/base64.h"
#include "crypto/ed25519.h"
#include "crypto/random.h"
#include "masthead/minisig.h"

/*
 * minisign's secret key file without a passphrase: signature algorithm, no key
 * derivation, checksum algorithm, 48 bytes of derivation parameters that mean
 * nothing here, key id, seed and public key, checksum. minisign itself leaves
 * the checksum zero when there is no passphrase to check.
 */
#define SECRET_SIZE 158
#define SECRET_ID_AT 54
#define SECRET_SEED_AT 62
#define SECRET_PUBLIC_AT 94
static const uint8_t secret_head[6] = { 'E', 'd', 0, 0, 'B', '2' };

struct masthead_key {
	uint8_t seed[ED25519_SEED_SIZE];
	struct masthead_pin pin;
};

int
masthead_key_new(struct masthead_key **ret_key)
{
	struct masthead_key *key = secret_new(sizeof(*key));

	if (key == NULL)
		return ERR_NOMEM;
	random_bytes(key->seed, sizeof(key->seed));
	random_bytes(key->pin.key_id, sizeof(key->pin.key_id));
	ed25519_public(key->pin.pk, key->seed);
	*ret_key = key;
	return 0;
}

void
masthead_key_free(struct masthead_key **key)
{
	secret_free(key);
}

void
masthead_key_pin(const struct masthead_key *key, struct masthead_pin *ret_pin)
{
	*ret_pin = key->pin;
}

void
masthead_key_put(struct buf *out, const struct masthead_key *key)
{
	uint8_t raw[SECRET_SIZE] = { 0 };

	memcpy(raw, secret_head, sizeof(secret_head));
	memcpy(raw + SECRET_ID_AT, key->pin.key_id, sizeof(key->pin.key_id));
	memcpy(raw + SECRET_SEED_AT, key->seed, sizeof(key->seed));
	memcpy(raw + SECRET_PUBLIC_AT, key->pin.pk, sizeof(key->pin.pk));
	/* minisign calls it encrypted whether or not it is. */
	buf_puts(out, MINISIG_UNTRUSTED "minisign encrypted secret key\n");
	base64_put(out, raw, sizeof(raw), true);
	buf_puts(out, "\n");
	secret_wipe(raw, sizeof(raw));
}

int
masthead_key_read(struct text in, struct masthead_key **ret_key)
{
	struct masthead_key *key = NULL;
	uint8_t raw[SECRET_SIZE];
	size_t n;
	int err;

	if (text_has_prefix(in, MINISIG_UNTRUSTED))
		text_cut(&in, '\n');
	if ((err = base64_read(text_trim(in), true, raw, sizeof(raw), &n)) != 0)
		goto out;
	if (n != sizeof(raw) || memcmp(raw, secret_head, 2) != 0) {
		err = ERR_FORMAT;
		goto out;
	}
	if (memcmp(raw, secret_head, sizeof(secret_head)) != 0) {
		err = ERR_UNSUPPORTED;
		goto out;
	}
	if ((key = secret_new(sizeof(*key))) == NULL) {
		err = ERR_NOMEM;
		goto out;
	}
	memcpy(key->pin.key_id, raw + SECRET_ID_AT, sizeof(key->pin.key_id));
	memcpy(key->seed, raw + SECRET_SEED_AT, sizeof(key->seed));
	ed25519_public(key->pin.pk, key->seed);
	if (memcmp(key->pin.pk, raw + SECRET_PUBLIC_AT, 32) != 0) {
		err = ERR_FORMAT;
		goto out;
	}
	*ret_key = key;
	key = NULL;
out:
	secret_wipe(raw, sizeof(raw));
	masthead_key_free(&key);
	return err;
}

static void
put_signature(struct buf *b, const struct masthead_key *key,
    const uint8_t signature[static ED25519_SIGNATURE_SIZE])
{
	uint8_t raw[MINISIG_SIZE];

	memcpy(raw, MINISIG_ALGORITHM, 2);
	memcpy(raw + 2, key->pin.key_id, sizeof(key->pin.key_id));
	memcpy(raw + 10, signature, ED25519_SIGNATURE_SIZE);
	base64_put(b, raw, sizeof(raw), true);
}

int
masthead_sign(const struct masthead_key *key, struct text json,
    const uint8_t newsroom[static 16], uint64_t serial, struct buf *ret_minisig)
{
	uint8_t both[ED25519_SIGNATURE_SIZE + MINISIG_COMMENT_MAX];
	uint8_t prehash[HASH_SIZE_512], global[ED25519_SIGNATURE_SIZE];
	char text[MINISIG_COMMENT_MAX];
	struct text comment;

	minisig_prehash(prehash, json);
	ed25519_sign(both, key->seed, prehash, sizeof(prehash));
	comment = minisig_comment(text, newsroom, serial);
	memcpy(both + ED25519_SIGNATURE_SIZE, comment.p, comment.n);
	ed25519_sign(
	    global, key->seed, both, ED25519_SIGNATURE_SIZE + comment.n);

	buf_puts(ret_minisig, MINISIG_UNTRUSTED "pista masthead\n");
	put_signature(ret_minisig, key, both);
	buf_puts(ret_minisig, "\n" MINISIG_TRUSTED);
	buf_put_text(ret_minisig, comment);
	buf_puts(ret_minisig, "\n");
	base64_put(ret_minisig, global, sizeof(global), true);
	buf_puts(ret_minisig, "\n");
	return buf_finish(ret_minisig);
}
