#include "book/local.h"

#include <stdio.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/secret.h"
#include "crypto/hmac.h"
#include "os/file.h"
#include "seal/seal.h"

#define KEY_SIZE 32
#define INFO_MAX 64
/* Header, nonce and a tag for each chunk. */
#define SEALED_MORE(n) (4096 + (n) / AGE_CHUNK_SIZE * 16)

int
local_identity(const struct open_identities *ids,
    const uint8_t newsroom[static 16], const char *name,
    struct open_identities **ret_ids)
{
	struct {
		uint8_t key[KEY_SIZE];
		uint8_t text[OPEN_IDENTITY_TEXT];
	} * s;
	char info[INFO_MAX];
	struct buf text;
	int n, err;

	n = snprintf(info, sizeof(info), "pista/v1 local %s", name);
	must(n > 0 && (size_t)n < sizeof(info));
	if ((s = secret_new(sizeof(*s))) == NULL)
		return ERR_NOMEM;
	hkdf(s->key, sizeof(s->key), open_identity_secret(ids, 0), KEY_SIZE,
	    newsroom, 16, text_from(info));
	buf_init_fixed(&text, s->text, sizeof(s->text));
	bech32_put(&text, age_kinds[0].identity_prefix, s->key, sizeof(s->key));
	if ((err = buf_finish(&text)) == 0)
		err = open_identities_read(buf_text(&text), ret_ids);
	secret_free(&s);
	return err;
}

int
local_write(const struct open_identities *ids,
    const uint8_t newsroom[static 16], const char *name, const char *path,
    struct text plain)
{
	struct open_identities *own = NULL;
	struct age_recipient to;
	struct seal *seal = NULL;
	struct buf sealed;
	int err;

	buf_init(&sealed, plain.n + SEALED_MORE(plain.n));
	if ((err = local_identity(ids, newsroom, name, &own)) != 0)
		goto out;
	open_identity_recipient(own, 0, &to);
	if ((err = seal_new(&to, 1, 0, &seal)) != 0 ||
	    (err = seal_bytes(
		 seal, (const uint8_t *)plain.p, plain.n, &sealed)) != 0)
		goto out;
	err = file_write_atomic(path, 0600, sealed.p, sealed.n);
out:
	seal_free(&seal);
	open_identities_free(&own);
	buf_fini(&sealed);
	return err;
}

static int
take(void *ctx, const uint8_t *p, size_t n)
{
	buf_put(ctx, p, n);
	return buf_finish(ctx);
}

int
local_read(const struct open_identities *ids, const uint8_t newsroom[static 16],
    const char *name, const char *path, struct buf *ret_plain)
{
	struct open_identities *own = NULL;
	struct open_stream *stream = NULL;
	uint8_t *p = NULL;
	size_t n;
	int err;

	if ((err = file_read(path, ret_plain->max + SEALED_MORE(ret_plain->max),
		 &p, &n)) != 0 ||
	    (err = local_identity(ids, newsroom, name, &own)) != 0 ||
	    (err = open_stream_new(own, TEXT(""), take, ret_plain, &stream)) !=
		0 ||
	    (err = open_stream_put(stream, p, n)) != 0)
		goto out;
	err = open_stream_finish(stream);
out:
	open_stream_free(&stream);
	open_identities_free(&own);
	mem_free(p);
	return err;
}
