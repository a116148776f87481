#include "open/identity.h"

#include <string.h>

#include "base/day.h"
#include "base/err.h"
#include "base/secret.h"
#include "crypto/random.h"
#include "crypto/x25519.h"

#define HRP_MAX 32
#define SECRET_WORD "AGE-SECRET-KEY-"
#define PLUGIN_WORD "AGE-PLUGIN-"

static void
set_secret(struct open_identity *id, const struct age_kind *kind,
    const uint8_t secret[static X25519_SIZE])
{
	memcpy(id->secret, secret, X25519_SIZE);
	id->recipient.kind = kind;
	x25519_public(id->recipient.pk, secret);
}

static int
read_line(struct text line, struct open_identity *id)
{
	char hrp[HRP_MAX];
	uint8_t secret[X25519_SIZE];
	size_t i, n;
	int err;

	/* Kinds of other programs have prefixes of their own. */
	if (text_has_prefix(line, PLUGIN_WORD) ||
	    (text_has_prefix(line, SECRET_WORD) &&
		!text_has_prefix(line, SECRET_WORD "1")))
		return ERR_UNSUPPORTED;
	err = bech32_read(line, hrp, sizeof(hrp), secret, sizeof(secret), &n);
	if (err != 0)
		goto out;
	err = ERR_FORMAT;
	for (i = 0; i < age_kinds_n && err != 0; i++) {
		if (strcmp(hrp, age_kinds[i].identity_prefix) != 0 ||
		    n != age_kinds[i].identity_size)
			continue;
		set_secret(id, &age_kinds[i], secret);
		err = 0;
	}
out:
	secret_wipe(secret, sizeof(secret));
	return err == ERR_LIMIT ? ERR_FORMAT : err;
}

static int
read_lines(struct text in, struct open_identities *ids)
{
	struct text line;
	int err;

	while (in.n > 0) {
		line = text_cut(&in, '\n');
		if (line.n > 0 && line.p[line.n - 1] == '\r')
			line.n--;
		if (line.n == 0 || line.p[0] == '#')
			continue;
		if (ids->n == OPEN_IDENTITIES_MAX)
			return ERR_LIMIT;
		if ((err = read_line(line, &ids->list[ids->n])) != 0)
			return err;
		ids->n++;
	}
	return ids->n > 0 ? 0 : ERR_NOT_FOUND;
}

int
open_identities_read(struct text in, struct open_identities **ret_ids)
{
	struct open_identities *ids;
	int err;

	if ((ids = secret_new(sizeof(*ids))) == NULL)
		return ERR_NOMEM;
	if ((err = read_lines(in, ids)) != 0) {
		secret_free(&ids);
		return err;
	}
	*ret_ids = ids;
	return 0;
}

void
open_identities_free(struct open_identities **ids)
{
	secret_free(ids);
}

size_t
open_identities_count(const struct open_identities *ids)
{
	return ids->n;
}

const uint8_t *
open_identity_secret(const struct open_identities *ids, size_t i)
{
	must(i < ids->n);
	return ids->list[i].secret;
}

void
open_identity_recipient(const struct open_identities *ids, size_t i,
    struct age_recipient *ret_recipient)
{
	must(i < ids->n);
	*ret_recipient = ids->list[i].recipient;
}

int
open_identity_new(struct buf *out, struct age_recipient *ret_recipient)
{
	struct open_identity *id;
	uint8_t secret[X25519_SIZE];
	char day[DAY_TEXT_SIZE + 1];
	int err;

	if ((id = secret_new(sizeof(*id))) == NULL)
		return ERR_NOMEM;
	random_bytes(secret, sizeof(secret));
	set_secret(id, &age_kinds[0], secret);
	day_write(day, day_today());
	buf_putf(out, "# created: %s\n# public key: ", day);
	age_recipient_put(out, &id->recipient);
	buf_puts(out, "\n");
	bech32_put(out, age_kinds[0].identity_prefix, secret, sizeof(secret));
	buf_puts(out, "\n");
	if ((err = buf_finish(out)) == 0)
		*ret_recipient = id->recipient;
	secret_wipe(secret, sizeof(secret));
	secret_free(&id);
	return err;
}
