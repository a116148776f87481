#include "each_allocation.h"

#include <string.h>

#include "base/buf.h"
#include "base/json.h"
#include "base/secret.h"
#include "crypto/base64.h"
#include "crypto/hmac.h"
#include "crypto/hpke.h"
#include "crypto/password.h"
#include "crypto/random.h"

static int
read_json(void)
{
	json_t *root = NULL;
	int err = json_read(
	    TEXT("{\"a\":[1,2.5,true,null,\"text\\u00e9\"],\"b\":{\"c\":{}},"
		 "\"d\":\"a longer text that needs its buffer to grow\"}"),
	    1000, &root);

	if (err != 0)
		assert_null(root);
	json_decref(root);
	return err;
}

static int
fill_buf(void)
{
	struct buf b;
	int err;

	buf_init(&b, 100000);
	for (int i = 0; i < 3000; i++)
		buf_putf(&b, "%d,", i);
	base64_put(&b, "some bytes", 10, true);
	err = buf_finish(&b);
	buf_fini(&b);
	return err;
}

static int
take_secrets(void)
{
	struct secret_arena *arena = NULL;
	void *p = NULL;
	int err = ERR_NOMEM;

	if ((p = secret_new(100)) == NULL)
		goto out;
	err = secret_arena_new(1000, &arena);
out:
	secret_arena_free(&arena);
	secret_free(&p);
	return err;
}

static int
make_hmac_key(void)
{
	struct hmac_key *key = NULL;
	int err = hmac_key_new("key", 3, &key);

	assert_true((err == 0) == (key != NULL));
	hmac_key_free(&key);
	return err;
}

static int
use_hpke(void)
{
	static const uint8_t sk[32] = { 1 }, ephemeral[32] = { 2 };
	uint8_t pk[32], enc[32], sealed[20], back[4];
	const struct hpke_psk psk = { sk, 32, TEXT("id"), TEXT("info") };
	int err;

	x25519_public(pk, sk);
	x25519_public(enc, ephemeral);
	if ((err = hpke_seal(sealed, ephemeral, pk, &psk, "", 0, "abcd", 4)) !=
	    0)
		return err;
	if ((err = hpke_open(back, enc, sk, &psk, "", 0, sealed, 20)) == 0)
		assert_memory_equal(back, "abcd", 4);
	return err;
}

static int
hash_slowly(void)
{
	static const uint8_t salt[16];
	uint8_t out[32];
	int err;

	if ((err = argon2id(out, 32, "x", 1, salt, 8, 1)) != 0)
		return err;
	return scrypt(out, 32, "x", 1, salt, 16, 1);
}

static void
test_json(void **state)
{
	(void)state;
	each_allocation(read_json, 10);
}

static void
test_buf(void **state)
{
	(void)state;
	each_allocation(fill_buf, 3);
}

static void
test_secrets(void **state)
{
	(void)state;
	each_allocation(take_secrets, 2);
}

static void
test_crypto(void **state)
{
	(void)state;
	each_allocation(make_hmac_key, 1);
	each_allocation(use_hpke, 2);
	each_allocation(hash_slowly, 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_json),
		cmocka_unit_test(test_buf),
		cmocka_unit_test(test_secrets),
		cmocka_unit_test(test_crypto),
	};

	if (crypto_init() != 0)
		return 1;
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
