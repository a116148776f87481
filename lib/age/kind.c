#include "age/age.h"

#include <string.h>

#include "base/err.h"
#include "crypto/base64.h"

#define BODY_MAX 64
#define HRP_MAX 32

const struct age_kind age_kinds[] = {
	{ .type = "X25519",
	    .recipient_prefix = "age",
	    .identity_prefix = "AGE-SECRET-KEY-",
	    .recipient_size = 32,
	    .identity_size = 32,
	    .share_size = 32,
	    .body_size = 32 },
};
const size_t age_kinds_n = sizeof(age_kinds) / sizeof(age_kinds[0]);

bool
age_header_is_passphrase(const struct age_header *h)
{
	return h->n == 1 && text_is(h->stanzas[0].type, "scrypt");
}

static const struct age_kind *
kind_of(struct text type)
{
	size_t i;

	for (i = 0; i < age_kinds_n; i++) {
		if (text_is(type, age_kinds[i].type))
			return &age_kinds[i];
	}
	return NULL;
}

static int
check_shape(const struct age_stanza *s, const struct age_kind *kind)
{
	uint8_t scratch[BODY_MAX];
	size_t n;

	/* Nothing but the share may stand there: a second argument is no
	 * base64 with its space. */
	if (base64_read(s->args, false, scratch, sizeof(scratch), &n) != 0 ||
	    n != kind->share_size)
		return ERR_FORMAT;
	if (age_stanza_body(s, scratch, sizeof(scratch), &n) != 0 ||
	    n != kind->body_size)
		return ERR_FORMAT;
	return 0;
}

int
age_header_is_letter(const struct age_header *h)
{
	const struct age_kind *kind;
	size_t i;
	int err;

	if (h->n != 8 && h->n != 16 && h->n != 32 && h->n != 64)
		return ERR_FORMAT;
	kind = kind_of(h->stanzas[0].type);
	if (kind == NULL)
		return ERR_UNSUPPORTED;
	for (i = 0; i < h->n; i++) {
		if (!text_is(h->stanzas[i].type, kind->type))
			return ERR_FORMAT;
		if ((err = check_shape(&h->stanzas[i], kind)) != 0)
			return err;
	}
	return 0;
}

int
age_recipient_read(struct text in, struct age_recipient *ret_recipient)
{
	struct age_recipient r;
	char hrp[HRP_MAX];
	uint8_t pk[AGE_RECIPIENT_MAX];
	size_t i, n;
	int err;

	err = bech32_read(in, hrp, sizeof(hrp), pk, sizeof(pk), &n);
	if (err != 0 && text_has_prefix(in, "age1"))
		/* Larger keys and plug-ins begin the same way. */
		return err == ERR_LIMIT ? ERR_UNSUPPORTED : ERR_FORMAT;
	if (err != 0)
		return ERR_FORMAT;
	for (i = 0; i < age_kinds_n; i++) {
		if (strcmp(hrp, age_kinds[i].recipient_prefix) != 0)
			continue;
		if (n != age_kinds[i].recipient_size)
			return ERR_FORMAT;
		memset(&r, 0, sizeof(r));
		r.kind = &age_kinds[i];
		memcpy(r.pk, pk, n);
		*ret_recipient = r;
		return 0;
	}
	return text_has_prefix(in, "age1") ? ERR_UNSUPPORTED : ERR_FORMAT;
}

void
age_recipient_put(struct buf *b, const struct age_recipient *r)
{
	bech32_put(
	    b, r->kind->recipient_prefix, r->pk, r->kind->recipient_size);
}
