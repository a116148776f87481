#include "load.h"

#include "base/err.h"
#include "crypto/ed25519.h"
#include "crypto/hash.h"
#include "http/desk.h"

static json_t *vectors;

static void
check(const json_t *o)
{
	struct desk_request q = { .origin = text_from(load_string(o, "origin")),
		.method = text_from(load_string(o, "method")),
		.target = text_from(load_string(o, "target")) };
	struct desk_signature s = { .minute =
					(uint64_t)load_number(o, "minute") };
	struct text body = text_from(load_string(o, "body"));
	uint8_t seed[32], out[64];
	struct buf b;

	load_hex(o, "seed", seed, sizeof(seed));
	load_hex(o, "newsroom", q.newsroom, sizeof(q.newsroom));
	load_hex(o, "nonce", s.nonce, sizeof(s.nonce));
	load_hex(o, "member", s.member, sizeof(s.member));
	load_hex(o, "signature", s.signature, sizeof(s.signature));
	hash_once(s.body, body.p, body.n);
	assert_field(o, "body_hash", s.body, sizeof(s.body));
	ed25519_public(out, seed);
	assert_field(o, "member", out, 32);

	buf_init(&b, DESK_STRING_MAX);
	desk_string_put(&b, &q, &s);
	assert_int_equal(buf_finish(&b), 0);
	assert_true(text_is(buf_text(&b), load_string(o, "signed")));
	ed25519_sign(out, seed, b.p, b.n);
	assert_memory_equal(out, s.signature, sizeof(out));
	assert_int_equal(desk_verify(&q, &s), 0);
	buf_fini(&b);
}

static void
desk_signatures(void **state)
{
	json_t *o;
	size_t i;

	(void)state;
	assert_true(json_array_size(vectors) > 0);
	json_array_foreach (vectors, i, o)
		check(o);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(desk_signatures) };

	return load_and_run(argc, argv, &vectors, tests);
}
