#include "unit.h"

#include "base/err.h"
#include "crypto/hpke.h"
#include "crypto/random.h"

struct setting {
	uint8_t sk[32], pk[32], ephemeral[32], enc[32], key[32];
	struct hpke_psk psk;
	uint8_t plain[50], sealed[66], back[50];
};

static void
setting_init(struct setting *s)
{
	random_bytes(s->sk, 32);
	random_bytes(s->ephemeral, 32);
	random_bytes(s->key, 32);
	random_bytes(s->plain, sizeof(s->plain));
	x25519_public(s->pk, s->sk);
	x25519_public(s->enc, s->ephemeral);
	s->psk = (struct hpke_psk){ s->key, 32, TEXT("id"), TEXT("info") };
	assert_int_equal(hpke_seal(s->sealed, s->ephemeral, s->pk, &s->psk,
			     "aad", 3, s->plain, sizeof(s->plain)),
	    0);
}

static int
setting_open(struct setting *s)
{
	return hpke_open(s->back, s->enc, s->sk, &s->psk, "aad", 3, s->sealed,
	    sizeof(s->sealed));
}

static void
test_there_and_back(void **state)
{
	struct setting s;

	(void)state;
	setting_init(&s);
	assert_int_equal(setting_open(&s), 0);
	assert_memory_equal(s.back, s.plain, sizeof(s.plain));
}

static void
test_every_part_counts(void **state)
{
	static const uint8_t zeros[50];
	struct setting s;

	(void)state;
	setting_init(&s);
	s.key[31] ^= 1;
	assert_int_equal(setting_open(&s), ERR_AUTH);
	assert_memory_equal(s.back, zeros, sizeof(zeros));
	s.key[31] ^= 1;
	s.psk.psk_n = 32;
	s.psk.psk_id = TEXT("ie");
	assert_int_equal(setting_open(&s), ERR_AUTH);
	s.psk.psk_id = TEXT("id");
	s.psk.info = TEXT("inf");
	assert_int_equal(setting_open(&s), ERR_AUTH);
	s.psk.info = TEXT("info");
	s.sk[5] ^= 1;
	assert_int_equal(setting_open(&s), ERR_AUTH);
	s.sk[5] ^= 1;
	s.enc[5] ^= 1;
	assert_int_equal(setting_open(&s), ERR_AUTH);
	s.enc[5] ^= 1;
	s.sealed[65] ^= 1;
	assert_int_equal(setting_open(&s), ERR_AUTH);
	s.sealed[65] ^= 1;
	assert_int_equal(hpke_open(s.back, s.enc, s.sk, &s.psk, "aae", 3,
			     s.sealed, sizeof(s.sealed)),
	    ERR_AUTH);
	assert_int_equal(
	    hpke_open(s.back, s.enc, s.sk, &s.psk, "aad", 3, s.sealed, 15),
	    ERR_TRUNCATED);
	assert_int_equal(setting_open(&s), 0);
}

static void
test_low_order_keys(void **state)
{
	static const uint8_t zero[32];
	struct setting s;

	(void)state;
	setting_init(&s);
	assert_int_equal(hpke_open(s.back, zero, s.sk, &s.psk, "aad", 3,
			     s.sealed, sizeof(s.sealed)),
	    ERR_LOW_ORDER);
	assert_int_equal(hpke_seal(s.sealed, s.ephemeral, zero, &s.psk, "aad",
			     3, s.plain, sizeof(s.plain)),
	    ERR_LOW_ORDER);
}

/* x25519_is_low_order says the same without the work. */
static void
test_low_order_is_known(void **state)
{
	static const char *const weak[] = {
		"00000000000000000000000000000000000000000000000000000000000000"
		"00",
		"01000000000000000000000000000000000000000000000000000000000000"
		"00",
		"e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b8"
		"00",
		"5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f11"
		"57",
		"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
		"7f",
		"edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
		"7f",
		"eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
		"7f",
	};
	uint8_t pk[32], sk[32], out[32];

	(void)state;
	random_bytes(sk, sizeof(sk));
	for (size_t i = 0; i < 2 * sizeof(weak) / sizeof(*weak); i++) {
		must(hex_read(text_from(weak[i / 2]), pk, sizeof(pk)) == 0);
		pk[31] |= i % 2 == 0 ? 0 : 0x80;
		assert_int_equal(x25519(out, sk, pk), ERR_LOW_ORDER);
		assert_true(x25519_is_low_order(pk));
		/* Their neighbours are points like any other. */
		pk[4] ^= 1;
		assert_int_equal(x25519(out, sk, pk), 0);
		assert_false(x25519_is_low_order(pk));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_there_and_back),
		cmocka_unit_test(test_every_part_counts),
		cmocka_unit_test(test_low_order_keys),
		cmocka_unit_test(test_low_order_is_known),
	};

	if (crypto_init() != 0)
		return 1;
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
