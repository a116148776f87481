#include "masthead/member.h"

#include <string.h>

#include "base/err.h"
#include "crypto/ed25519.h"
#include "crypto/hmac.h"
#include "masthead/masthead.h"

#define MEMBER_LINE_MAX 4096
#define MEMBER_MAGIC "pista-member1"

void
member_sign_seed(const uint8_t identity[static 32],
    const uint8_t newsroom[static 16], uint8_t ret_seed[static 32])
{
	hkdf(ret_seed, 32, identity, 32, newsroom, 16, TEXT("pista/v1 member"));
}

void
member_request_seed(const uint8_t identity[static 32],
    const uint8_t newsroom[static 16], uint8_t ret_seed[static 32])
{
	hkdf(
	    ret_seed, 32, identity, 32, newsroom, 16, TEXT("pista/v1 request"));
}

/* A line is one line: nothing that ends it, moves a terminal's cursor or turns
 * what is read. */
static bool
is_member_name(struct text t)
{
	return t.n <= MASTHEAD_NAME_MAX && text_is_name(t) &&
	       text_trim(t).n == t.n;
}

/* The line up to and including the request key and its space. */
static void
put_front(struct buf *b, const struct member_request *r)
{
	buf_puts(b, MEMBER_MAGIC " ");
	buf_put_hex(b, r->newsroom, sizeof(r->newsroom));
	buf_puts(b, " ");
	buf_puts(b, r->id);
	buf_puts(b, " ");
	age_recipient_put(b, &r->recipient);
	buf_puts(b, " ");
	buf_put_hex(b, r->sign, sizeof(r->sign));
	buf_puts(b, " ");
	buf_put_hex(b, r->request, sizeof(r->request));
	buf_puts(b, " ");
}

int
member_request_put(struct buf *b, const struct member_request *r,
    const uint8_t sign_seed[static 32])
{
	uint8_t signature[ED25519_SIGNATURE_SIZE];
	struct buf line;
	int err;

	if (!masthead_is_id(text_from(r->id)) ||
	    !is_member_name(text_from(r->name)))
		return ERR_FORMAT;
	buf_init(&line, MEMBER_LINE_MAX);
	put_front(&line, r);
	buf_puts(&line, r->name);
	if ((err = buf_finish(&line)) != 0)
		goto out;
	ed25519_sign(signature, sign_seed, line.p, line.n);

	put_front(b, r);
	buf_put_hex(b, signature, sizeof(signature));
	buf_puts(b, " ");
	buf_puts(b, r->name);
	buf_puts(b, "\n");
	err = buf_finish(b);
out:
	buf_fini(&line);
	return err;
}

static int
take_hex(struct text *rest, void *out, size_t n)
{
	return hex_read(text_cut(rest, ' '), out, n);
}

static int
take_text(struct text t, char *out, size_t max)
{
	if (t.n > max)
		return ERR_LIMIT;
	if (t.n > 0)
		memcpy(out, t.p, t.n);
	out[t.n] = '\0';
	return 0;
}

int
member_request_read(struct text line, struct member_request *ret_request)
{
	uint8_t signature[ED25519_SIGNATURE_SIZE];
	struct member_request r = { 0 };
	struct text rest, id, name;
	struct buf signed_line;
	int err;

	if (line.n > MEMBER_LINE_MAX)
		return ERR_LIMIT;
	rest = text_cut(&line, '\n');
	if (line.n != 0 || !text_is(text_cut(&rest, ' '), MEMBER_MAGIC))
		return ERR_FORMAT;
	buf_init(&signed_line, MEMBER_LINE_MAX);
	if ((err = take_hex(&rest, r.newsroom, sizeof(r.newsroom))) != 0)
		goto out;
	id = text_cut(&rest, ' ');
	if ((err = take_text(id, r.id, MASTHEAD_ID_MAX)) != 0 ||
	    (err = age_recipient_read(text_cut(&rest, ' '), &r.recipient)) !=
		0 ||
	    (err = take_hex(&rest, r.sign, sizeof(r.sign))) != 0 ||
	    (err = take_hex(&rest, r.request, sizeof(r.request))) != 0 ||
	    (err = take_hex(&rest, signature, sizeof(signature))) != 0)
		goto out;
	name = rest;
	if (!masthead_is_id(id) || !is_member_name(name)) {
		err = ERR_FORMAT;
		goto out;
	}
	if ((err = take_text(name, r.name, MASTHEAD_NAME_MAX)) != 0)
		goto out;
	put_front(&signed_line, &r);
	buf_put_text(&signed_line, name);
	if ((err = buf_finish(&signed_line)) != 0 ||
	    (err = ed25519_verify(
		 signature, r.sign, signed_line.p, signed_line.n)) != 0)
		goto out;
	*ret_request = r;
out:
	buf_fini(&signed_line);
	return err;
}
