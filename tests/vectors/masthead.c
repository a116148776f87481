#include "load.h"

#include <stdlib.h>

#include "base/day.h"
#include "base/err.h"
#include "crypto/ed25519.h"
#include "masthead/member.h"
#include "masthead/sign.h"

static json_t *vectors;

static struct text
field(const json_t *o, const char *name)
{
	return text_from(load_string(o, name));
}

static void
check_recipients(
    const json_t *card, const json_t *o, const struct masthead_pin *pin)
{
	struct age_recipient to[AGE_STANZAS_MAX], expected;
	const json_t *list = json_object_get(o, "to");
	struct masthead *m = NULL;
	uint32_t day;
	size_t n = 0;
	int err;

	assert_int_equal(day_read(field(o, "day"), &day), 0);
	assert_int_equal(masthead_read(field(card, "json"),
			     field(card, "minisig"), pin, NULL, day, &m),
	    0);
	err = masthead_recipients(m, field(o, "desk"), to, &n);
	/* The recovery key alone does not make a desk. */
	if (json_array_size(list) <= (m->has_recovery ? 1 : 0)) {
		assert_int_equal(err, ERR_NOT_FOUND);
		masthead_free(&m);
		return;
	}
	assert_int_equal(err, 0);
	assert_int_equal(n, json_array_size(list));
	for (size_t i = 0; i < n; i++) {
		const char *s = json_string_value(json_array_get(list, i));

		assert_int_equal(
		    age_recipient_read(text_from(s), &expected), 0);
		assert_memory_equal(to[i].pk, expected.pk, 32);
	}
	masthead_free(&m);
}

/* Hashes in order; null where the card does not say. */
static void
check_scripts(const struct masthead *m, const json_t *list)
{
	uint8_t hash[MASTHEAD_SCRIPT_SIZE];

	assert_int_equal(m->has_scripts, json_is_array(list));
	assert_int_equal(m->scripts_n, json_array_size(list));
	for (size_t i = 0; i < m->scripts_n; i++) {
		const char *s = json_string_value(json_array_get(list, i));

		assert_int_equal(hex_read(text_from(s), hash, sizeof(hash)), 0);
		assert_memory_equal(m->scripts[i], hash, sizeof(hash));
		assert_true(masthead_has_script(m, hash));
		hash[0] ^= 1;
		assert_false(masthead_has_script(m, hash));
	}
}

static void
check_card(const json_t *o, const struct masthead_pin *pin)
{
	uint8_t newsroom[16], digest[32];
	struct masthead *m = NULL;
	json_t *v;
	size_t i;

	load_hex(o, "newsroom", newsroom, sizeof(newsroom));
	assert_int_equal(masthead_read(field(o, "json"), field(o, "minisig"),
			     pin, newsroom, 20000, &m),
	    0);
	assert_field(o, "hash", m->hash, sizeof(m->hash));
	assert_int_equal(m->serial, load_number(o, "serial"));
	assert_int_equal(m->edition_hours, load_number(o, "edition_hours"));
	assert_int_equal(m->edition_seconds, load_number(o, "edition_seconds"));
	check_scripts(m, json_object_get(o, "scripts"));
	masthead_digest(digest, (struct text){ (char *)m->json, m->json_n },
	    (struct text){ m->minisig, m->minisig_n });
	assert_field(o, "digest", digest, sizeof(digest));
	masthead_free(&m);
	json_array_foreach (json_object_get(o, "recipients"), i, v)
		check_recipients(o, v, pin);
}

static void
test_cards(void **state)
{
	struct masthead_pin pin;
	json_t *o;
	size_t i;

	(void)state;
	assert_int_equal(masthead_pin_read(field(vectors, "pin"), &pin), 0);
	assert_true(json_array_size(json_object_get(vectors, "cards")) > 0);
	json_array_foreach (json_object_get(vectors, "cards"), i, o)
		check_card(o, &pin);
}

/* Ed25519 is deterministic, so the same key signs the same file. */
static void
test_signing(void **state)
{
	struct masthead_key *key = NULL;
	struct buf b;
	uint8_t newsroom[16];
	json_t *o;
	size_t i;

	(void)state;
	buf_init(&b, MASTHEAD_MAX);
	assert_int_equal(masthead_key_read(field(vectors, "secret"), &key), 0);
	masthead_key_put(&b, key);
	assert_true(text_is_equal(buf_text(&b), field(vectors, "secret")));
	json_array_foreach (json_object_get(vectors, "cards"), i, o) {
		load_hex(o, "newsroom", newsroom, sizeof(newsroom));
		buf_clear(&b);
		assert_int_equal(masthead_sign(key, field(o, "json"), newsroom,
				     (uint64_t)load_number(o, "serial"), &b),
		    0);
		assert_true(text_is_equal(buf_text(&b), field(o, "minisig")));
	}
	masthead_key_free(&key);
	buf_fini(&b);
}

static void
test_members(void **state)
{
	uint8_t identity[32], newsroom[16], seed[32];
	struct member_request r, again;
	struct buf b;
	json_t *o;
	size_t i;

	(void)state;
	buf_init(&b, 4096);
	assert_true(json_array_size(json_object_get(vectors, "members")) > 0);
	json_array_foreach (json_object_get(vectors, "members"), i, o) {
		load_hex(o, "identity", identity, sizeof(identity));
		load_hex(o, "newsroom", newsroom, sizeof(newsroom));
		member_request_seed(identity, newsroom, seed);
		assert_field(o, "request_seed", seed, sizeof(seed));
		member_sign_seed(identity, newsroom, seed);
		assert_field(o, "sign_seed", seed, sizeof(seed));
		assert_int_equal(member_request_read(field(o, "line"), &r), 0);
		assert_field(o, "newsroom", r.newsroom, sizeof(r.newsroom));
		assert_field(o, "sign", r.sign, sizeof(r.sign));
		assert_field(o, "request", r.request, sizeof(r.request));
		assert_string_equal(r.id, load_string(o, "id"));
		assert_string_equal(r.name, load_string(o, "name"));
		buf_clear(&b);
		assert_int_equal(member_request_put(&b, &r, seed), 0);
		assert_true(text_is_equal(buf_text(&b), field(o, "line")));
		/* Any byte changed is noticed. */
		for (size_t at = 0; at < b.n; at++) {
			b.p[at] ^= 1;
			assert_int_not_equal(
			    member_request_read(buf_text(&b), &again), 0);
			b.p[at] ^= 1;
		}
	}
	buf_fini(&b);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cards),
		cmocka_unit_test(test_signing),
		cmocka_unit_test(test_members),
	};

	return load_and_run(argc, argv, &vectors, tests);
}
