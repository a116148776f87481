#include "newsroom/found.h"

#include "base/err.h"
#include "base/secret.h"
#include "crypto/ed25519.h"
#include "crypto/random.h"

#define SECRET_MAX 4096

static const char recovery_words[] =
    "# The recovery key of a newsroom that uses Pista.\n"
    "#\n"
    "# Every letter is sealed to this key too. It opens all of them, also "
    "when\n"
    "# every member has lost theirs, and needs no passphrase.\n"
    "#\n"
    "#   1. Print this page.\n"
    "#   2. Lock the paper away, where two people are needed to reach it.\n"
    "#   3. Remove this file:  shred -u recovery.txt\n"
    "#\n"
    "# To use it, type the last line into a file and run:\n"
    "#   pista open -i FILE LETTER.tar.age   (or: age -d -i FILE "
    "LETTER.tar.age)\n"
    "#\n";

/* Text being made in secret memory. */
static int
secret_buf(struct buf *b, uint8_t **ret_p)
{
	if ((*ret_p = secret_new(SECRET_MAX)) == NULL)
		return ERR_NOMEM;
	buf_init_fixed(b, *ret_p, SECRET_MAX);
	return 0;
}

static int
write_key(struct home *h, const struct masthead_key *key)
{
	struct masthead_pin pin;
	struct buf secret, public;
	uint8_t *p = NULL;
	int err;

	buf_init(&public, SECRET_MAX);
	masthead_key_pin(key, &pin);
	buf_puts(&public, "untrusted comment: pista newsroom's public key\n");
	masthead_pin_put(&public, &pin);
	buf_puts(&public, "\n");
	if ((err = secret_buf(&secret, &p)) != 0)
		goto out;
	masthead_key_put(&secret, key);
	if ((err = buf_finish(&secret)) == 0 &&
	    (err = buf_finish(&public)) == 0 &&
	    (err = home_write_sealed(h, "newsroom/signing.key.age", "your keys",
		 buf_text(&secret))) == 0)
		err = home_write(h, "newsroom/newsroom.pub", buf_text(&public));
out:
	buf_fini(&public);
	secret_free(&p);
	return err;
}

static int
write_recovery(struct home *h, struct age_recipient *ret_recipient)
{
	struct buf b;
	uint8_t *p = NULL;
	int err;

	if ((err = secret_buf(&b, &p)) != 0)
		return err;
	buf_puts(&b, recovery_words);
	if ((err = open_identity_new(&b, ret_recipient)) == 0)
		err = home_write(h, "newsroom/recovery.txt", buf_text(&b));
	secret_free(&p);
	return err;
}

int
found_newsroom(struct home *h, struct card_start *start, bool has_recovery,
    json_t **ret_card, struct masthead_key **ret_key)
{
	char members[HOME_PATH_MAX];
	struct masthead_key *key = NULL;
	struct age_recipient recovery;
	json_t *card = NULL;
	int err;

	random_bytes(start->newsroom, sizeof(start->newsroom));
	if ((err = masthead_key_new(&key)) != 0 ||
	    (err = write_key(h, key)) != 0 ||
	    (has_recovery && (err = write_recovery(h, &recovery)) != 0))
		goto out;
	start->recovery = has_recovery ? &recovery : NULL;
	if ((err = card_new(start, &card)) != 0 ||
	    (err = home_path(h, "newsroom/members", members)) != 0 ||
	    (err = home_make_directories(members)) != 0 ||
	    (err = home_write(h, "newsroom/stories.json", TEXT("[]\n"))) != 0)
		goto out;
	*ret_card = card;
	*ret_key = key;
	card = NULL;
	key = NULL;
out:
	start->recovery = NULL;
	json_decref(card);
	masthead_key_free(&key);
	return err;
}

int
found_member(
    struct home *h, struct member_request *ret_request, struct buf *ret_line)
{
	struct open_identities *ids = NULL;
	struct member_request *r = ret_request;
	struct buf text;
	uint8_t *p = NULL, *seeds = NULL;
	int err;

	if ((err = secret_buf(&text, &p)) != 0)
		return err;
	if ((seeds = secret_new(64)) == NULL) {
		err = ERR_NOMEM;
		goto out;
	}
	if ((err = open_identity_new(&text, &r->recipient)) != 0 ||
	    (err = open_identities_read(buf_text(&text), &ids)) != 0)
		goto out;
	member_sign_seed(open_identity_secret(ids, 0), r->newsroom, seeds);
	member_request_seed(
	    open_identity_secret(ids, 0), r->newsroom, seeds + 32);
	ed25519_public(r->sign, seeds);
	ed25519_public(r->request, seeds + 32);
	if ((err = member_request_put(ret_line, r, seeds)) == 0)
		err = home_write_sealed(
		    h, "member/identity.age", "your keys", buf_text(&text));
out:
	open_identities_free(&ids);
	secret_free(&seeds);
	secret_free(&p);
	return err;
}
