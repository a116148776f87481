/*
 * After crypto_init nothing of lib/base and lib/crypto may open a file or a
 * socket: in a jail there is none. A child that tries is killed by the kernel.
 */
#include "unit.h"

#include <seccomp.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/day.h"
#include "base/err.h"
#include "base/json.h"
#include "base/secret.h"
#include "crypto/aead.h"
#include "crypto/base64.h"
#include "crypto/ed25519.h"
#include "crypto/hash.h"
#include "crypto/hmac.h"
#include "crypto/hpke.h"
#include "crypto/password.h"
#include "crypto/random.h"
#include "crypto/x25519.h"

static int
forbid_opening(void)
{
	static const int calls[] = { SCMP_SYS(open), SCMP_SYS(openat),
		SCMP_SYS(openat2), SCMP_SYS(socket), SCMP_SYS(stat),
		SCMP_SYS(newfstatat), SCMP_SYS(access), SCMP_SYS(readlink) };
	scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_ALLOW);

	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
		if (seccomp_rule_add(ctx, SCMP_ACT_KILL_PROCESS, calls[i], 0) !=
		    0)
			return ERR_SYS;
	return seccomp_load(ctx) == 0 ? 0 : ERR_SYS;
}

static int
use_keys(void)
{
	uint8_t sk[32], pk[32], out[64], sealed[48];
	struct hmac_key *key = NULL;
	struct aead *a = NULL;
	struct hpke_psk psk = { sk, 32, TEXT("id"), TEXT("info") };

	random_bytes(sk, sizeof(sk));
	x25519_public(pk, sk);
	ed25519_sign(out, sk, "x", 1);
	ed25519_public(pk, sk);
	must(ed25519_verify(out, pk, "x", 1) == 0);
	x25519_public(pk, sk);
	must(x25519(out, sk, pk) == 0);
	hash_once(out, "x", 1);
	hkdf(out, 64, sk, 32, NULL, 0, TEXT("info"));
	must(hmac_key_new(sk, 32, &key) == 0);
	hmac_many(key, out, "x", 1);
	hmac_many(key, out, "y", 1);
	hmac_key_free(&key);
	must(aead_new(sk, &a) == 0);
	must(aead_seal(a, sealed, out, "a", 1, pk, 32) == 0);
	must(aead_open(a, out, out, "a", 1, sealed, 48) == 0);
	sealed[0] ^= 1;
	must(aead_open(a, out, out, "a", 1, sealed, 48) == ERR_AUTH);
	aead_free(&a);
	must(hpke_seal(sealed, sk, pk, &psk, "a", 1, pk, 32) == 0);
	return 0;
}

static int
use_the_rest(void)
{
	static const uint8_t salt[16];
	uint8_t out[32];
	char day[DAY_TEXT_SIZE + 1];
	json_t *root = NULL;
	void *p = secret_new(100);

	secret_free(&p);
	must(argon2id(out, 32, "x", 1, salt, 8192, 1) == 0);
	must(scrypt(out, 32, "x", 1, salt, 16, 10) == 0);
	day_write(day, day_today());
	must(json_read(TEXT("{\"a\":1.5}"), 100, &root) == 0);
	json_decref(root);
	must(json_read(TEXT("{\"a\":1.5"), 100, &root) == ERR_FORMAT);
	root = json_object();
	must(root != NULL);
	json_decref(root);
	random_shuffle(out, sizeof(out), 1);
	return 0;
}

static void
test_nothing_is_opened(void **state)
{
	pid_t child;
	int status;

	(void)state;
	fflush(stdout);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		if (forbid_opening() != 0)
			_exit(2);
		_exit(use_keys() != 0 || use_the_rest() != 0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

/* The trap itself works. */
static void
test_opening_is_noticed(void **state)
{
	pid_t child;
	int status;

	(void)state;
	fflush(stdout);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		if (forbid_opening() != 0)
			_exit(2);
		_exit(fopen("/dev/null", "r") != NULL ? 0 : 1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing_is_opened),
		cmocka_unit_test(test_opening_is_noticed),
	};

	if (crypto_init() != 0)
		return 1;
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
