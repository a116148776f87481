#include "open/unwrap.h"

#include <string.h>

#include "base/err.h"
#include "base/secret.h"
#include "crypto/aead.h"
#include "crypto/base64.h"
#include "crypto/hmac.h"
#include "crypto/password.h"
#include "crypto/x25519.h"
#include "open/identity.h"

#define SALT_SIZE 16
#define WRAPPED_SIZE (AGE_FILE_KEY_SIZE + AEAD_TAG_SIZE)
#define SCRYPT_LABEL "age-encryption.org/v1/scrypt"
#define SCRYPT_LABEL_SIZE (sizeof(SCRYPT_LABEL) - 1)
#define DIGITS_MAX 4

struct x25519_stanza {
	uint8_t share[X25519_SIZE];
	uint8_t body[WRAPPED_SIZE];
};

/* All that is secret on the way, in locked memory. */
struct work {
	uint8_t shared[X25519_SIZE];
	uint8_t wrap_key[AEAD_KEY_SIZE];
	uint8_t tried[AGE_FILE_KEY_SIZE];
	uint8_t found[AGE_FILE_KEY_SIZE];
};

/* A body of another length is refused before anything is decrypted: it could
 * be made to fit several keys. */
static int
read_body(const struct age_stanza *s, uint8_t body[static WRAPPED_SIZE])
{
	size_t n;

	if (age_stanza_body(s, body, WRAPPED_SIZE, &n) != 0 ||
	    n != WRAPPED_SIZE)
		return ERR_FORMAT;
	return 0;
}

static int
read_bytes(struct text base64, uint8_t *out, size_t size)
{
	size_t n;

	if (base64_read(base64, false, out, size, &n) != 0 || n != size)
		return ERR_FORMAT;
	return 0;
}

static int
unwrap_body(struct work *w, const uint8_t body[static WRAPPED_SIZE])
{
	static const uint8_t nonce[AEAD_NONCE_SIZE];
	struct aead *aead = NULL;
	int err;

	if ((err = aead_new(w->wrap_key, &aead)) != 0)
		return err;
	err = aead_open(aead, w->tried, nonce, NULL, 0, body, WRAPPED_SIZE);
	aead_free(&aead);
	return err;
}

/* Keeps what was tried if it opened, without a branch on that. */
static void
keep(struct work *w, uint8_t is_open)
{
	uint8_t mask = (uint8_t)(0 - is_open);
	size_t i;

	for (i = 0; i < sizeof(w->found); i++)
		w->found[i] = (uint8_t)((w->tried[i] & mask) |
					(w->found[i] & (uint8_t)~mask));
}

static int
try_stanza(struct work *w, const struct x25519_stanza *s,
    const struct open_identity *id, uint8_t *is_found)
{
	uint8_t salt[2 * X25519_SIZE];
	int err;

	if ((err = x25519(w->shared, id->secret, s->share)) != 0)
		return err;
	memcpy(salt, s->share, X25519_SIZE);
	memcpy(salt + X25519_SIZE, id->recipient.pk, X25519_SIZE);
	hkdf(w->wrap_key, sizeof(w->wrap_key), w->shared, sizeof(w->shared),
	    salt, sizeof(salt), TEXT("age-encryption.org/v1/X25519"));
	err = unwrap_body(w, s->body);
	if (err != 0 && err != ERR_AUTH)
		return err;
	keep(w, err == 0);
	*is_found |= err == 0;
	return 0;
}

/* Reads the shape of every X25519 stanza before a key is used on any. */
static int
read_stanzas(
    const struct age_header *h, struct x25519_stanza *list, size_t *ret_n)
{
	struct text arg;
	size_t i, args_n, n = 0;

	for (i = 0; i < h->n; i++) {
		if (!text_is(h->stanzas[i].type, age_kinds[0].type))
			continue;
		if (age_stanza_args(&h->stanzas[i], &arg, 1, &args_n) != 0 ||
		    args_n != 1 ||
		    read_bytes(arg, list[n].share, X25519_SIZE) != 0 ||
		    read_body(&h->stanzas[i], list[n].body) != 0)
			return ERR_FORMAT;
		n++;
	}
	*ret_n = n;
	return 0;
}

/* A passphrase stanza stands alone: otherwise whoever knows the other key
 * could pass the file off as coming from one who knows the passphrase. */
static int
check_alone(const struct age_header *h)
{
	size_t i;

	for (i = 0; i < h->n; i++) {
		if (h->n > 1 && text_is(h->stanzas[i].type, "scrypt"))
			return ERR_FORMAT;
	}
	return 0;
}

int
unwrap_identities(const struct age_header *h, const struct open_identities *ids,
    uint8_t ret_key[static AGE_FILE_KEY_SIZE])
{
	struct x25519_stanza list[AGE_STANZAS_MAX];
	struct work *w = NULL;
	uint8_t is_found = 0;
	size_t i, j, n = 0;
	int err;

	if ((err = check_alone(h)) != 0)
		return err;
	if ((err = read_stanzas(h, list, &n)) != 0)
		return err;
	if ((w = secret_new(sizeof(*w))) == NULL)
		return ERR_NOMEM;
	for (i = 0; i < n; i++) {
		for (j = 0; j < ids->n; j++) {
			err = try_stanza(w, &list[i], &ids->list[j], &is_found);
			if (err != 0)
				goto out;
		}
	}
	if (is_found == 0)
		err = ERR_NO_KEY;
	else
		memcpy(ret_key, w->found, AGE_FILE_KEY_SIZE);
out:
	secret_free(&w);
	return err;
}

/* Decimal without sign or leading zero, 1 to max. */
static int
read_log_n(struct text digits, unsigned max, unsigned *ret_log_n)
{
	uint64_t v;

	if (digits.n == 0 || digits.n > DIGITS_MAX || digits.p[0] == '0' ||
	    text_to_u64(digits, UINT32_MAX, &v) != 0)
		return ERR_FORMAT;
	if (v > max)
		return ERR_LIMIT;
	*ret_log_n = (unsigned)v;
	return 0;
}

int
unwrap_passphrase(const struct age_header *h, struct text passphrase,
    unsigned max_log_n, uint8_t ret_key[static AGE_FILE_KEY_SIZE])
{
	uint8_t salt[SCRYPT_LABEL_SIZE + SALT_SIZE], body[WRAPPED_SIZE];
	struct text args[2];
	struct work *w = NULL;
	unsigned log_n;
	size_t n;
	int err;

	if ((err = check_alone(h)) != 0)
		return err;
	if (!age_header_is_passphrase(h))
		return ERR_NO_KEY;
	memcpy(salt, SCRYPT_LABEL, SCRYPT_LABEL_SIZE);
	if (age_stanza_args(&h->stanzas[0], args, 2, &n) != 0 || n != 2 ||
	    read_bytes(args[0], salt + SCRYPT_LABEL_SIZE, SALT_SIZE) != 0)
		return ERR_FORMAT;
	if ((err = read_log_n(args[1], max_log_n, &log_n)) != 0)
		return err;
	if ((err = read_body(&h->stanzas[0], body)) != 0)
		return err;
	if ((w = secret_new(sizeof(*w))) == NULL)
		return ERR_NOMEM;
	err = scrypt(w->wrap_key, sizeof(w->wrap_key), passphrase.p,
	    passphrase.n, salt, sizeof(salt), log_n);
	if (err == 0 && (err = unwrap_body(w, body)) == ERR_AUTH)
		err = ERR_PASSPHRASE;
	if (err == 0)
		memcpy(ret_key, w->tried, AGE_FILE_KEY_SIZE);
	secret_free(&w);
	return err;
}
