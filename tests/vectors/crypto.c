/*
 * Published numbers: RFC 4231, 5869, 7693, 7748, 7914, 8032, 8439, 9180 (A.2.2).
 * The RFC for Argon2id has none with one lane, so those were made with the
 * argon2 program of its authors.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"
#include "base/text.h"
#include "crypto/aead.h"
#include "crypto/ed25519.h"
#include "crypto/hash.h"
#include "crypto/hmac.h"
#include "crypto/hpke.h"
#include "crypto/password.h"
#include "crypto/random.h"
#include "crypto/x25519.h"

struct bytes {
	uint8_t p[256];
	size_t n;
};

static struct bytes
hex(const char *s)
{
	struct bytes b = { .n = strlen(s) / 2 };

	assert_true(b.n <= sizeof(b.p));
	assert_int_equal(hex_read(text_from(s), b.p, b.n), 0);
	return b;
}

static void
assert_hex(const uint8_t *p, const char *want)
{
	struct bytes b = hex(want);

	assert_memory_equal(p, b.p, b.n);
}

/* n bytes counting up from first. */
static struct bytes
counting(uint8_t first, size_t n)
{
	struct bytes b = { .n = n };

	for (size_t i = 0; i < n; i++)
		b.p[i] = (uint8_t)(first + i);
	return b;
}

static struct bytes
repeated(uint8_t byte, size_t n)
{
	struct bytes b = { .n = n };

	memset(b.p, byte, n);
	return b;
}

static void
test_blake2b(void **state)
{
	uint8_t out[64];
	struct hash h;

	(void)state;
	hash_once(out, "abc", 3);
	assert_hex(out, "bddd813c634239723171ef3fee98579b"
			"94964e3bb1cb3e427262c8c068d52319");
	hash_once(out, NULL, 0);
	assert_hex(out, "0e5751c026e543b2e8ab2eb06099daa1"
			"d1e5df47778f7787faab45cdf12fe3a8");
	hash_init(&h, HASH_SIZE_128);
	hash_finish(&h, out);
	assert_hex(out, "cae66941d9efbd404e4d88758ea67670");
	hash_init(&h, HASH_SIZE_512);
	hash_put_text(&h, "a");
	hash_put_u8(&h, 'b');
	hash_put(&h, "c", 1);
	hash_finish(&h, out);
	assert_hex(out, "ba80a53f981c4d0d6a2797b69f12f6e9"
			"4c212f14685ac4b74b12bb6fdbffa2d1"
			"7d87c5392aab792dc252d5de4533cc95"
			"18d38aa8dbf1925ab92386edd4009923");
	/* Integers go in with their lowest byte first. */
	hash_init(&h, HASH_SIZE_512);
	hash_put_u32(&h, 0x64636261);
	hash_put_u64(&h, 0x6c6b6a6968676665);
	hash_finish(&h, out);
	struct hash other;
	uint8_t want[64];
	hash_init(&other, HASH_SIZE_512);
	hash_put_text(&other, "abcdefghijkl");
	hash_finish(&other, want);
	assert_memory_equal(out, want, 64);
}

static void
check_hmac(struct bytes key, const char *message, const char *want)
{
	uint8_t out[HMAC_SIZE];
	struct hmac_key *k = NULL;
	size_t n = strlen(message);

	hmac_once(out, key.p, key.n, message, n);
	assert_hex(out, want);
	assert_int_equal(hmac_key_new(key.p, key.n, &k), 0);
	for (int i = 0; i < 3; i++) {
		hmac_many(k, out, "between", 7);
		memset(out, 0, sizeof(out));
		hmac_many(k, out, message, n);
		assert_hex(out, want);
	}
	hmac_key_free(&k);
	assert_null(k);
	hmac_key_free(&k);
}

static void
test_hmac(void **state)
{
	(void)state;
	check_hmac(repeated(0x0b, 20), "Hi There",
	    "b0344c61d8db38535ca8afceaf0bf12b"
	    "881dc200c9833da726e9376c2e32cff7");
	check_hmac(hex("4a656665"), "what do ya want for nothing?",
	    "5bdcc146bf60754e6a042426089575c7"
	    "5a003f089d2739839dec58b964ec3843");
	check_hmac(repeated(0xaa, 131),
	    "Test Using Larger Than Block-Size Key - Hash Key First",
	    "60e431591ee0b67f0d8a26aacbf5b77f"
	    "8e0bc6213728c5140546040f0ee37f54");
	/* Not in the RFC: no key and no message at all. */
	check_hmac(hex(""), "",
	    "b613679a0814d9ec772f95d778c35fc5"
	    "ff1697c493715653c6c712144292c5ad");
}

static void
check_hkdf(struct bytes key, struct bytes salt, struct bytes info,
    const char *prk, const char *want)
{
	struct bytes okm = hex(want);
	uint8_t out[256];

	hkdf_extract(out, salt.n > 0 ? salt.p : NULL, salt.n, key.p, key.n);
	assert_hex(out, prk);
	hkdf(out, okm.n, key.p, key.n, salt.n > 0 ? salt.p : NULL, salt.n,
	    (struct text){ (const char *)info.p, info.n });
	assert_memory_equal(out, okm.p, okm.n);
}

static void
test_hkdf(void **state)
{
	(void)state;
	check_hkdf(repeated(0x0b, 22), counting(0, 13), counting(0xf0, 10),
	    "077709362c2e32df0ddc3f0dc47bba63"
	    "90b6c73bb50f9c3122ec844ad7c2b3e5",
	    "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf"
	    "34007208d5b887185865");
	check_hkdf(counting(0, 80), counting(0x60, 80), counting(0xb0, 80),
	    "06a6b88c5853361a06104c9ceb35b45c"
	    "ef760014904671014a193f40c15fc244",
	    "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c"
	    "59045a99cac7827271cb41c65e590e09da3275600c2f09b8367793a9aca3db71"
	    "cc30c58179ec3e87c14c01d5c1f3434f1d87");
	check_hkdf(repeated(0x0b, 22), hex(""), hex(""),
	    "19ef24a32c717b167f33a91d6f648bdf"
	    "96596776afdb6377ac434c1c293ccb04",
	    "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d"
	    "9d201395faa4b61a96c8");
}

static void
test_aead(void **state)
{
	static const char plain[] =
	    "Ladies and Gentlemen of the class of '99: If I could offer you "
	    "only one tip for the future, sunscreen would be it.";
	const size_t n = sizeof(plain) - 1;
	struct bytes key = counting(0x80, 32);
	struct bytes nonce = hex("070000004041424344454647");
	struct bytes aad = hex("50515253c0c1c2c3c4c5c6c7");
	uint8_t out[sizeof(plain) + AEAD_TAG_SIZE], back[sizeof(plain)];
	struct aead *a = NULL;

	(void)state;
	assert_int_equal(aead_new(key.p, &a), 0);
	assert_int_equal(
	    aead_seal(a, out, nonce.p, aad.p, aad.n, (const uint8_t *)plain, n),
	    0);
	assert_hex(out,
	    "d31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d6"
	    "3dbea45e8ca9671282fafb69da92728b1a71de0a9e060b2905d6a5b67ecd3b36"
	    "92ddbd7f2d778b8c9803aee328091b58fab324e4fad675945585808b4831d7bc"
	    "3ff4def08e4b7a9de576d26586cec64b6116"
	    "1ae10b594f09e26a7e902ecbd0600691");
	assert_int_equal(
	    aead_open(a, back, nonce.p, aad.p, aad.n, out, n + AEAD_TAG_SIZE),
	    0);
	assert_memory_equal(back, plain, n);
	aead_free(&a);
}

static void
test_x25519(void **state)
{
	static const char *const known[][3] = {
		{ "a546e36bf0527c9d3b16154b82465edd"
		  "62144c0ac1fc5a18506a2244ba449ac4",
		    "e6db6867583030db3594c1a424b15f7c"
		    "726624ec26b3353b10a903a6d0ab1c4c",
		    "c3da55379de9c6908e94ea4df28d084f"
		    "32eccf03491c71f754b4075577a28552" },
		{ "4b66e9d4d1b4673c5ad22691957d6af5"
		  "c11b6421e0ea01d42ca4169e7918ba0d",
		    "e5210f12786811d3f4b7959d0538ae2c"
		    "31dbe7106fc03c3efc4cd549c715a493",
		    "95cbde9476e8907d7aade45cb4b873f8"
		    "8b595a68799fa152e6f8f7647aac7957" },
	};
	uint8_t out[32];

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(
		    x25519(out, hex(known[i][0]).p, hex(known[i][1]).p), 0);
		assert_hex(out, known[i][2]);
	}
}

static void
test_ed25519(void **state)
{
	static const char *const known[][4] = {
		{ "9d61b19deffd5a60ba844af492ec2cc4"
		  "4449c5697b326919703bac031cae7f60",
		    "d75a980182b10ab7d54bfed3c964073a"
		    "0ee172f3daa62325af021a68f707511a",
		    "",
		    "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065"
		    "224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24"
		    "655141438e7a100b" },
		{ "4ccd089b28ff96da9db6c346ec114e0f"
		  "5b8a319f35aba624da8cf6ed4fb8a6fb",
		    "3d4017c3e843895a92b70aa74d1b7ebc"
		    "9c982ccf2ec4968cc0cd55f12af4660c",
		    "72",
		    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223"
		    "ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aee"
		    "b00d291612bb0c00" },
	};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct bytes seed = hex(known[i][0]), m = hex(known[i][2]);
		uint8_t pk[32], sig[64];

		ed25519_public(pk, seed.p);
		assert_hex(pk, known[i][1]);
		ed25519_sign(sig, seed.p, m.p, m.n);
		assert_hex(sig, known[i][3]);
		assert_int_equal(ed25519_verify(sig, pk, m.p, m.n), 0);
		sig[3] ^= 1;
		assert_int_equal(
		    ed25519_verify(sig, pk, m.p, m.n), ERR_SIGNATURE);
		sig[3] ^= 1;
		assert_int_equal(
		    ed25519_verify(sig, pk, "other", 5), ERR_SIGNATURE);
	}
}

static void
test_argon2id(void **state)
{
	static const char password[] = "pista test vector";
	static const uint8_t salt[] = "somesaltsomesalt";
	const size_t n = sizeof(password) - 1;
	uint8_t out[64];

	(void)state;
	assert_int_equal(argon2id(out, 32, password, n, salt, 8192, 1), 0);
	assert_hex(out, "f20124b26f3bdc391856aa21c4bdd681"
			"3cc781dbc7aeb98cb5a2bf60a28fb4f2");
	assert_int_equal(argon2id(out, 32, password, n, salt, 256, 3), 0);
	assert_hex(out, "9e254b21a90f3568036f92ab1803a347"
			"18d1b02a5eff10246222a442561910bf");
	assert_int_equal(argon2id(out, 64, password, n, salt, 1024, 2), 0);
	assert_hex(out, "c9633e079f5faad82ac8ba7e8da531ab"
			"9535302ac49a1129872cf0f7eb8a91ff"
			"cc5684fd7b002b43c8a176f6124a652c"
			"998784017228f982a964a4a334938e00");
}

static void
test_scrypt(void **state)
{
	uint8_t out[64];

	(void)state;
	assert_int_equal(
	    scrypt(out, 64, "pleaseletmein", 13, "SodiumChloride", 14, 14), 0);
	assert_hex(out, "7023bdcb3afd7348461c06cd81fd38eb"
			"fda8fbba904f8e3ea9b543f6545da1f2"
			"d5432955613f0fcf62d49705242a9af9"
			"e61e85dc0d651e40dfcf017b45575887");
	assert_int_equal(scrypt(out, 64, "x", 1, "y", 1, 0), ERR_LIMIT);
	assert_int_equal(scrypt(out, 64, "x", 1, "y", 1, 23), ERR_LIMIT);
}

static void
test_hpke(void **state)
{
	struct bytes ephemeral = hex("0c35fdf49df7aa01cd330049332c4041"
				     "1ebba36e0c718ebc3edf5845795f6321");
	struct bytes enc = hex("2261299c3f40a9afc133b969a97f05e9"
			       "5be2c514e54f3de26cbe5644ac735b04");
	struct bytes sk = hex("77d114e0212be51cb1d76fa99dd41cfd"
			      "4d0166b08caa09074430a6c59ef17879");
	struct bytes pk = hex("13640af826b722fc04feaa4de2f28fbd"
			      "5ecc03623b317834e7ff4120dbe73062");
	struct bytes key = hex("0247fd33b913760fa1fa51e1892d9f30"
			       "7fbe65eb171e8132c2af18555a738b82");
	const struct hpke_psk psk = { key.p, key.n,
		TEXT("Ennyn Durin aran Moria"), TEXT("Ode on a Grecian Urn") };
	static const char plain[] = "Beauty is truth, truth beauty";
	const size_t n = sizeof(plain) - 1;
	uint8_t out[sizeof(plain) + HPKE_TAG_SIZE], back[sizeof(plain)];

	(void)state;
	x25519_public(out, ephemeral.p);
	assert_memory_equal(out, enc.p, 32);
	x25519_public(out, sk.p);
	assert_memory_equal(out, pk.p, 32);
	assert_int_equal(
	    hpke_seal(out, ephemeral.p, pk.p, &psk, "Count-0", 7, plain, n), 0);
	assert_hex(out, "4a177f9c0d6f15cfdf533fb65bf84aec"
			"dc6ab16b8b85b4cf65a370e07fc1d78d"
			"28fb073214525276f4a89608ff");
	assert_int_equal(hpke_open(back, enc.p, sk.p, &psk, "Count-0", 7, out,
			     n + HPKE_TAG_SIZE),
	    0);
	assert_memory_equal(back, plain, n);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_blake2b),
		cmocka_unit_test(test_hmac),
		cmocka_unit_test(test_hkdf),
		cmocka_unit_test(test_aead),
		cmocka_unit_test(test_x25519),
		cmocka_unit_test(test_ed25519),
		cmocka_unit_test(test_argon2id),
		cmocka_unit_test(test_scrypt),
		cmocka_unit_test(test_hpke),
	};

	if (crypto_init() != 0)
		return 1;
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
