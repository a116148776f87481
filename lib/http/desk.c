#include "http/desk.h"

#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "base/cursor.h"
#include "base/err.h"
#include "crypto/ed25519.h"
#include "crypto/random.h"

void
desk_string_put(
    struct buf *b, const struct desk_request *q, const struct desk_signature *s)
{
	buf_puts(b, "pista/v1 desk\n");
	buf_put_hex(b, q->newsroom, sizeof(q->newsroom));
	buf_puts(b, "\n");
	buf_put_text(b, q->origin);
	buf_puts(b, "\n");
	buf_put_hex(b, s->nonce, sizeof(s->nonce));
	buf_putf(b, "\n%" PRIu64 "\n", s->minute);
	buf_put_text(b, q->method);
	buf_puts(b, "\n");
	buf_put_text(b, q->target);
	buf_puts(b, "\n");
	buf_put_hex(b, s->body, sizeof(s->body));
	buf_puts(b, "\n");
}

int
desk_sign(const uint8_t seed[static 32], const struct desk_request *q,
    const uint8_t body_hash[static 32], uint64_t minute, uint64_t start,
    struct desk_signature *ret_signature)
{
	struct desk_signature s = { .minute = minute };
	struct buf b;
	int err;

	random_bytes(s.nonce, sizeof(s.nonce));
	if (start != 0)
		u64_write(s.nonce, start);
	memcpy(s.body, body_hash, sizeof(s.body));
	ed25519_public(s.member, seed);
	buf_init(&b, DESK_STRING_MAX);
	desk_string_put(&b, q, &s);
	if ((err = buf_finish(&b)) == 0) {
		ed25519_sign(s.signature, seed, b.p, b.n);
		*ret_signature = s;
	}
	buf_fini(&b);
	return err;
}

static void
field_put(struct buf *b, const char *name, const void *p, size_t n)
{
	buf_puts(b, name);
	buf_puts(b, ": ");
	buf_put_hex(b, p, n);
	buf_puts(b, "\r\n");
}

void
desk_fields_put(struct buf *b, const struct desk_signature *s)
{
	field_put(b, "Pista-Member", s->member, sizeof(s->member));
	field_put(b, "Pista-Nonce", s->nonce, sizeof(s->nonce));
	buf_putf(b, "Pista-Minute: %" PRIu64 "\r\n", s->minute);
	field_put(b, "Pista-Body", s->body, sizeof(s->body));
	field_put(b, "Pista-Signature", s->signature, sizeof(s->signature));
}

int
desk_verify(const struct desk_request *q, const struct desk_signature *s)
{
	struct buf b;
	int err;

	buf_init(&b, DESK_STRING_MAX);
	desk_string_put(&b, q, s);
	if ((err = buf_finish(&b)) == 0)
		err = ed25519_verify(s->signature, s->member, b.p, b.n);
	buf_fini(&b);
	return err;
}

uint64_t
desk_minute(void)
{
	return (uint64_t)time(NULL) / 60;
}
