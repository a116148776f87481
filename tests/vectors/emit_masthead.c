/*
 * Signs a card with a fresh key and makes a member's request, and prints both
 * as JSON.
 */
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "crypto/ed25519.h"
#include "crypto/random.h"
#include "crypto/x25519.h"
#include "masthead/member.h"
#include "masthead/sign.h"

static const uint8_t newsroom[16] = { 0xaa, 0xbb };
static const char card[] = "{\"pista\":1,"
			   "\"newsroom\":\"aabb0000000000000000000000000000\","
			   "\"serial\":3}";

static void
put_request(struct buf *out)
{
	struct member_request r = { .id = "ana", .name = "Ana O Neil" };
	uint8_t identity[32], sign[32], request[32];

	random_bytes(identity, sizeof(identity));
	member_sign_seed(identity, newsroom, sign);
	member_request_seed(identity, newsroom, request);
	memcpy(r.newsroom, newsroom, sizeof(newsroom));
	r.recipient.kind = &age_kinds[0];
	x25519_public(r.recipient.pk, identity);
	ed25519_public(r.sign, sign);
	ed25519_public(r.request, request);
	buf_puts(out, "\"identity\":\"");
	buf_put_hex(out, identity, sizeof(identity));
	buf_puts(out, "\",\"line\":\"");
	must(member_request_put(out, &r, sign) == 0);
	out->n--; /* its LF has no place in a JSON text */
	buf_puts(out, "\"");
}

static void
put_text(struct buf *out, const char *name, struct text t)
{
	json_t *v = json_stringn(t.p, t.n);

	must(v != NULL);
	buf_putf(out, "\"%s\":", name);
	json_put(out, v, JSON_ENCODE_ANY);
	buf_puts(out, ",");
	json_decref(v);
}

int
main(void)
{
	struct masthead_key *key = NULL;
	struct masthead_pin pin;
	struct buf minisig, out;

	must(crypto_init() == 0);
	must(masthead_key_new(&key) == 0);
	buf_init(&minisig, MINISIG_MAX);
	must(masthead_sign(key, TEXT(card), newsroom, 3, &minisig) == 0);
	buf_init(&out, 65536);
	buf_puts(&out, "{\"pin\":\"");
	masthead_key_pin(key, &pin);
	masthead_pin_put(&out, &pin);
	buf_puts(&out, "\",");
	put_text(&out, "json", TEXT(card));
	put_text(&out, "minisig", buf_text(&minisig));
	put_request(&out);
	buf_puts(&out, "}\n");
	fwrite(out.p, 1, out.n, stdout);
	masthead_key_free(&key);
	buf_fini(&minisig);
	buf_fini(&out);
	return 0;
}
