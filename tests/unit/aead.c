#include "unit.h"

#include <limits.h>

#include "base/err.h"
#include "crypto/aead.h"
#include "crypto/random.h"

static const uint8_t key[AEAD_KEY_SIZE] = { 1, 2, 3 };
static const uint8_t nonce[AEAD_NONCE_SIZE] = { 4, 5, 6 };

static void
test_one_context_both_ways(void **state)
{
	uint8_t p[100], sealed[116], back[100], other[AEAD_NONCE_SIZE] = { 9 };
	struct aead *a = NULL;

	(void)state;
	assert_int_equal(aead_new(key, &a), 0);
	random_bytes(p, sizeof(p));
	for (size_t n = 0; n <= sizeof(p); n += 5) {
		assert_int_equal(
		    aead_seal(a, sealed, nonce, "aad", 3, p, n), 0);
		assert_int_equal(
		    aead_open(a, back, nonce, "aad", 3, sealed, n + 16), 0);
		assert_memory_equal(back, p, n);
		assert_int_equal(
		    aead_open(a, back, other, "aad", 3, sealed, n + 16),
		    ERR_AUTH);
		assert_int_equal(
		    aead_open(a, back, nonce, "aae", 3, sealed, n + 16),
		    ERR_AUTH);
		assert_int_equal(
		    aead_open(a, back, nonce, NULL, 0, sealed, n + 16),
		    ERR_AUTH);
		/* A refusal leaves the context as usable as before. */
		assert_int_equal(
		    aead_open(a, back, nonce, "aad", 3, sealed, n + 16), 0);
	}
	aead_free(&a);
	assert_null(a);
	aead_free(&a);
}

static void
test_in_place(void **state)
{
	uint8_t p[80], want[80];
	struct aead *a = NULL;

	(void)state;
	assert_int_equal(aead_new(key, &a), 0);
	memset(p, 7, 64);
	assert_int_equal(aead_seal(a, want, nonce, NULL, 0, p, 64), 0);
	assert_int_equal(aead_seal(a, p, nonce, NULL, 0, p, 64), 0);
	assert_memory_equal(p, want, 80);
	assert_int_equal(aead_open(a, p, nonce, NULL, 0, p, 80), 0);
	for (size_t i = 0; i < 64; i++)
		assert_int_equal(p[i], 7);
	aead_free(&a);
}

static void
test_every_changed_bit_is_refused(void **state)
{
	static const uint8_t zeros[20];
	uint8_t sealed[36], out[20];
	struct aead *a = NULL;

	(void)state;
	assert_int_equal(aead_new(key, &a), 0);
	memset(out, 3, sizeof(out));
	assert_int_equal(aead_seal(a, sealed, nonce, "x", 1, out, 20), 0);
	for (size_t bit = 0; bit < 36 * 8; bit++) {
		sealed[bit / 8] ^= (uint8_t)(1u << bit % 8);
		memset(out, 0xee, sizeof(out));
		assert_int_equal(
		    aead_open(a, out, nonce, "x", 1, sealed, 36), ERR_AUTH);
		assert_memory_equal(out, zeros, sizeof(out));
		sealed[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
	for (size_t n = 0; n < 36; n++)
		assert_int_equal(aead_open(a, out, nonce, "x", 1, sealed, n),
		    n < 16 ? ERR_TRUNCATED : ERR_AUTH);
	aead_free(&a);
}

static void
test_too_long(void **state)
{
	uint8_t out[16];
	struct aead *a = NULL;

	(void)state;
	assert_int_equal(aead_new(key, &a), 0);
	assert_int_equal(
	    aead_seal(a, out, nonce, NULL, 0, out, (size_t)INT_MAX + 1),
	    ERR_LIMIT);
	assert_int_equal(
	    aead_seal(a, out, nonce, out, (size_t)INT_MAX + 1, out, 0),
	    ERR_LIMIT);
	aead_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_context_both_ways),
		cmocka_unit_test(test_in_place),
		cmocka_unit_test(test_every_changed_bit_is_refused),
		cmocka_unit_test(test_too_long),
	};

	if (crypto_init() != 0)
		return 1;
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
