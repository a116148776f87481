#include "masthead/minisig.h"

#include <inttypes.h>
#include <string.h>

#include "base/err.h"
#include "crypto/base64.h"
#include "crypto/ed25519.h"

#define PIN_SIZE 42 /* algorithm, key id, public key */

int
masthead_pin_read(struct text in, struct masthead_pin *ret_pin)
{
	uint8_t raw[PIN_SIZE];
	size_t n;
	int err;

	if (text_has_prefix(in, MINISIG_UNTRUSTED))
		text_cut(&in, '\n');
	if ((err = base64_read(text_trim(in), true, raw, sizeof(raw), &n)) != 0)
		return err;
	if (n != sizeof(raw) || memcmp(raw, MINISIG_KEY_ALGORITHM, 2) != 0)
		return ERR_FORMAT;
	memcpy(ret_pin->key_id, raw + 2, sizeof(ret_pin->key_id));
	memcpy(ret_pin->pk, raw + 10, sizeof(ret_pin->pk));
	return 0;
}

void
masthead_pin_put(struct buf *b, const struct masthead_pin *pin)
{
	uint8_t raw[PIN_SIZE];

	memcpy(raw, MINISIG_KEY_ALGORITHM, 2);
	memcpy(raw + 2, pin->key_id, sizeof(pin->key_id));
	memcpy(raw + 10, pin->pk, sizeof(pin->pk));
	base64_put(b, raw, sizeof(raw), true);
}

void
minisig_prehash(uint8_t out[static HASH_SIZE_512], struct text file)
{
	struct hash h;

	hash_init(&h, HASH_SIZE_512);
	hash_put(&h, file.p, file.n);
	hash_finish(&h, out);
}

struct text
minisig_comment(char out[static MINISIG_COMMENT_MAX],
    const uint8_t newsroom[static 16], uint64_t serial)
{
	struct buf b;

	buf_init_fixed(&b, out, MINISIG_COMMENT_MAX);
	buf_puts(&b, "pista newsroom=");
	buf_put_hex(&b, newsroom, 16);
	buf_putf(&b, " serial=%" PRIu64, serial);
	must(buf_finish(&b) == 0);
	return buf_text(&b);
}

/* A line that begins with prefix, without both; every line ends in LF. */
static int
take_line(struct text *rest, const char *prefix, struct text *ret_line)
{
	struct text line = text_cut(rest, '\n');
	size_t n = strlen(prefix);

	if (rest->p == NULL || !text_has_prefix(line, prefix))
		return ERR_FORMAT;
	*ret_line = (struct text){ line.p + n, line.n - n };
	return 0;
}

static int
take_base64(struct text *rest, uint8_t *out, size_t size)
{
	struct text line;
	size_t n;
	int err;

	if ((err = take_line(rest, "", &line)) != 0)
		return err;
	if (base64_read(line, true, out, size, &n) != 0 || n != size)
		return ERR_FORMAT;
	return 0;
}

/* The second signature covers the first and the trusted comment. */
static int
check_global(const uint8_t global[static ED25519_SIGNATURE_SIZE],
    const uint8_t signature[static ED25519_SIGNATURE_SIZE], struct text comment,
    const struct masthead_pin *pin)
{
	uint8_t both[ED25519_SIGNATURE_SIZE + MINISIG_COMMENT_MAX];

	/* A longer comment cannot be the one a card must have. */
	if (comment.n > MINISIG_COMMENT_MAX)
		return ERR_SIGNATURE;
	memcpy(both, signature, ED25519_SIGNATURE_SIZE);
	memcpy(both + ED25519_SIGNATURE_SIZE, comment.p, comment.n);
	return ed25519_verify(
	    global, pin->pk, both, ED25519_SIGNATURE_SIZE + comment.n);
}

int
minisig_verify(struct text minisig, struct text file,
    const struct masthead_pin *pin, struct text *ret_comment)
{
	uint8_t signature[MINISIG_SIZE], global[ED25519_SIGNATURE_SIZE];
	uint8_t prehash[HASH_SIZE_512];
	struct text untrusted, comment;
	int err;

	if ((err = take_line(&minisig, MINISIG_UNTRUSTED, &untrusted)) != 0 ||
	    (err = take_base64(&minisig, signature, sizeof(signature))) != 0 ||
	    (err = take_line(&minisig, MINISIG_TRUSTED, &comment)) != 0 ||
	    (err = take_base64(&minisig, global, sizeof(global))) != 0)
		return err;
	/* Nobody signs the first comment, yet it goes where the card goes. */
	if (untrusted.n > MINISIG_COMMENT_MAX)
		return ERR_LIMIT;
	if (minisig.n != 0 || !text_is_line(untrusted))
		return ERR_FORMAT;
	/* The legacy algorithm "Ed", over the file itself, is not taken. */
	if (memcmp(signature, MINISIG_ALGORITHM, 2) != 0 ||
	    memcmp(signature + 2, pin->key_id, sizeof(pin->key_id)) != 0)
		return ERR_SIGNATURE;
	minisig_prehash(prehash, file);
	if ((err = ed25519_verify(
		 signature + 10, pin->pk, prehash, sizeof(prehash))) != 0 ||
	    (err = check_global(global, signature + 10, comment, pin)) != 0)
		return err;
	*ret_comment = comment;
	return 0;
}
