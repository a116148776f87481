#include "unit.h"

#include "age/age.h"
#include "age/armor.h"
#include "base/err.h"
#include "base/mem.h"
#include "crypto/base64.h"
#include "crypto/random.h"

/* The examples of the specification. */
#define SPEC_RECIPIENT \
	"age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj"

#define LONG_PREFIX                                      \
	"an83characterlonghumanreadablepartthatcontains" \
	"thenumber1andtheexcludedcharactersbio"

static const char spec_header[] =
    "age-encryption.org/v1\n"
    "-> X25519 XEl0dJ6y3C7KZkgmgWUicg63EyXJiwBJW8PdYJ/cYBE\n"
    "qRS0AMjdjPvZ/WT08U2KL4G+PIooA3hy38SvLpvaC1E\n"
    "--- HK2NmOBN9Dpq0Gw6xMCuhFcQlQLvZ/wQUi/2scLG75s\n";

static void
test_header_parse(void **state)
{
	struct age_header h;
	struct text arg;
	uint8_t body[64];
	size_t n;

	(void)state;
	assert_int_equal(
	    age_header_parse(spec_header, sizeof(spec_header) - 1, &h), 0);
	assert_int_equal(h.n, 1);
	assert_int_equal(h.size, sizeof(spec_header) - 1);
	assert_text(h.stanzas[0].type, "X25519");
	assert_text(
	    h.stanzas[0].args, "XEl0dJ6y3C7KZkgmgWUicg63EyXJiwBJW8PdYJ/cYBE");
	assert_int_equal(age_stanza_args(&h.stanzas[0], &arg, 1, &n), 0);
	assert_int_equal(n, 1);
	assert_int_equal(
	    age_stanza_body(&h.stanzas[0], body, sizeof(body), &n), 0);
	assert_int_equal(n, 32);
	assert_int_equal(
	    age_stanza_body(&h.stanzas[0], body, 31, &n), ERR_LIMIT);
	assert_false(age_header_is_passphrase(&h));
	assert_int_equal(age_header_is_letter(&h), ERR_FORMAT);
}

/* Cut anywhere, a header is one that may go on; n is untouched. */
static void
test_header_cut(void **state)
{
	struct age_header h;
	size_t n, scan, size, whole = sizeof(spec_header) - 1;

	(void)state;
	for (n = 0; n < whole; n++) {
		h.n = 77;
		assert_int_equal(
		    age_header_parse(spec_header, n, &h), ERR_AGAIN);
		assert_int_equal(h.n, 77);
	}
	for (scan = 0, n = 0; n < whole; n++)
		assert_int_equal(
		    age_header_find_end(spec_header, n, &scan, &size),
		    ERR_AGAIN);
	assert_int_equal(
	    age_header_find_end(spec_header, whole, &scan, &size), 0);
	assert_int_equal(size, whole);
}

static void
test_header_limits(void **state)
{
	struct age_header h;
	struct buf b;
	uint8_t key[AGE_FILE_KEY_SIZE] = { 1 }, body[48] = { 0 };
	size_t i, scan = 0, size;

	(void)state;
	buf_init(&b, 4 * AGE_HEADER_MAX);
	age_header_begin(&b);
	for (i = 0; i < AGE_STANZAS_MAX; i++)
		age_header_stanza(&b, "x", NULL, 0, body, sizeof(body));
	age_header_end(&b, key);
	assert_int_equal(age_header_parse(b.p, b.n, &h), 0);
	assert_int_equal(h.n, AGE_STANZAS_MAX);
	assert_int_equal(age_header_check(&h, key), 0);
	key[0]++;
	assert_int_equal(age_header_check(&h, key), ERR_AUTH);

	buf_clear(&b);
	age_header_begin(&b);
	for (i = 0; i < AGE_STANZAS_MAX + 1; i++)
		age_header_stanza(&b, "x", NULL, 0, body, sizeof(body));
	age_header_end(&b, key);
	assert_int_equal(age_header_parse(b.p, b.n, &h), ERR_LIMIT);

	buf_clear(&b);
	age_header_begin(&b);
	buf_puts(&b, "-> x ");
	buf_fill(&b, 'a', 2 * AGE_HEADER_MAX);
	assert_int_equal(age_header_parse(b.p, b.n, &h), ERR_LIMIT);
	assert_int_equal(
	    age_header_find_end(b.p, b.n, &scan, &size), ERR_LIMIT);
	buf_fini(&b);
}

/* A body of exactly one line, of none, and of a line and a bit. */
static void
test_stanza_bodies(void **state)
{
	static const size_t sizes[] = { 0, 1, 47, 48, 49, 95, 96, 97, 500 };
	uint8_t key[AGE_FILE_KEY_SIZE] = { 0 }, body[500], again[500];
	struct text args[2] = { TEXT("one"), TEXT("two") }, out[3];
	struct age_header h;
	struct buf b;
	size_t i, n;

	(void)state;
	random_bytes(body, sizeof(body));
	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		buf_init(&b, AGE_HEADER_MAX);
		age_header_begin(&b);
		age_header_stanza(&b, "kind", args, 2, body, sizes[i]);
		age_header_end(&b, key);
		assert_int_equal(age_header_parse(b.p, b.n, &h), 0);
		assert_int_equal(
		    age_stanza_body(&h.stanzas[0], again, sizeof(again), &n),
		    0);
		assert_int_equal(n, sizes[i]);
		assert_memory_equal(again, body, n);
		assert_int_equal(age_stanza_args(&h.stanzas[0], out, 3, &n), 0);
		assert_int_equal(n, 2);
		assert_text(out[1], "two");
		assert_int_equal(
		    age_stanza_args(&h.stanzas[0], out, 1, &n), ERR_LIMIT);
		buf_fini(&b);
	}
}

static void
test_sizes(void **state)
{
	static const struct {
		uint64_t plain, payload;
	} known[] = { { 0, 16 }, { 1, 17 }, { 65535, 65551 }, { 65536, 65552 },
		{ 65537, 65569 }, { 131072, 131104 }, { 131073, 131121 },
		{ 1ull << 40, (1ull << 40) + (1ull << 24) * 16 } };
	static const uint64_t wrong[] = { 0, 1, 15, 65552 + 1, 65552 + 15,
		65552 + 16, 2 * 65552 + 16 };
	uint64_t plain;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		assert_int_equal(
		    age_payload_size(known[i].plain), known[i].payload);
		assert_int_equal(age_plain_size(known[i].payload, &plain), 0);
		assert_int_equal(plain, known[i].plain);
	}
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_int_equal(age_plain_size(wrong[i], &plain), ERR_FORMAT);
}

static void
test_chunk_nonce(void **state)
{
	static const uint8_t first[12] = { 0 },
			     last[12] = { 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 1 };
	uint8_t nonce[12];

	(void)state;
	age_chunk_nonce(nonce, 0, false);
	assert_memory_equal(nonce, first, 12);
	age_chunk_nonce(nonce, 0x0102030405060708, true);
	assert_memory_equal(nonce, last, 12);
}

static void
test_recipient(void **state)
{
	struct age_recipient r;
	struct buf b;

	(void)state;
	assert_int_equal(age_recipient_read(TEXT(SPEC_RECIPIENT), &r), 0);
	assert_ptr_equal(r.kind, &age_kinds[0]);
	buf_init(&b, 100);
	age_recipient_put(&b, &r);
	assert_text(buf_text(&b), SPEC_RECIPIENT);
	buf_fini(&b);

	assert_int_equal(age_recipient_read(TEXT(""), &r), ERR_FORMAT);
	assert_int_equal(age_recipient_read(TEXT("age1"), &r), ERR_FORMAT);
	/* Upper case is right bech32, but no recipient of age. */
	assert_int_equal(
	    age_recipient_read(TEXT("AGE1ZVKYG2LQZRAA2LNJVQEJ32NKUU0UES2S82HZRY"
				    "E869XEEXVN73EQUNUJWJ"),
		&r),
	    ERR_FORMAT);
	/* One letter changed. */
	assert_int_equal(
	    age_recipient_read(TEXT("age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzry"
				    "e869xeexvn73equnujwk"),
		&r),
	    ERR_FORMAT);
	/* A plug-in's. */
	assert_int_equal(
	    age_recipient_read(TEXT("age1yubikey1qwt50d05nh5vutpdzmlg5wn80xq5n"
				    "egm4uj9ghv0snvdd3yysf5yw3rhl3t"),
		&r),
	    ERR_UNSUPPORTED);
}

/* BIP 173's own. */
static void
test_bech32(void **state)
{
	static const char *const valid[] = { "A12UEL5L", "a12uel5l",
		LONG_PREFIX "1tt5tgs", "?1ezyfcl" };
	static const char *const invalid[] = { "pzry9x0s0muk", "1pzry9x0s0muk",
		"x1b4n0q5v", "li1dgmt3", "A1G7SGD8", "10a06t8", "1qzzfhee",
		"A12uEL5L", "de1lg7wt\xff", "a12uel5m" };
	uint8_t out[64];
	char hrp[100];
	struct buf b;
	size_t i, n, m;

	(void)state;
	for (i = 0; i < sizeof(valid) / sizeof(valid[0]); i++)
		assert_int_equal(bech32_read(text_from(valid[i]), hrp,
				     sizeof(hrp), out, sizeof(out), &n),
		    0);
	for (i = 0; i < sizeof(invalid) / sizeof(invalid[0]); i++)
		assert_int_equal(bech32_read(text_from(invalid[i]), hrp,
				     sizeof(hrp), out, sizeof(out), &n),
		    ERR_FORMAT);
	for (n = 0; n <= sizeof(out); n++) {
		random_bytes(out, n);
		buf_init(&b, 300);
		bech32_put(&b, n % 2 == 0 ? "low" : "UP-", out, n);
		assert_int_equal(buf_finish(&b), 0);
		assert_int_equal(bech32_read(buf_text(&b), hrp, sizeof(hrp),
				     out, sizeof(out), &m),
		    0);
		assert_int_equal(m, n);
		assert_string_equal(hrp, n % 2 == 0 ? "low" : "UP-");
		if (n > 0)
			assert_int_equal(bech32_read(buf_text(&b), hrp,
					     sizeof(hrp), out, n - 1, &m),
			    ERR_LIMIT);
		assert_int_equal(
		    bech32_read(buf_text(&b), hrp, 3, out, sizeof(out), &m),
		    ERR_LIMIT);
		buf_fini(&b);
	}
}

/* Out and in again, in pieces of every size. */
static void
test_armor(void **state)
{
	uint8_t bytes[300];
	size_t n, i, step;

	(void)state;
	random_bytes(bytes, sizeof(bytes));
	for (n = 0; n <= sizeof(bytes); n += n < 100 ? 1 : 50) {
		struct armor_writer w = { 0 };
		struct armor_reader r = { 0 };
		struct buf text, back;

		step = n % 7 + 1;
		buf_init(&text, 4096);
		buf_init(&back, 4096);
		for (i = 0; i < n; i += step)
			armor_write(
			    &w, bytes + i, i + step > n ? n - i : step, &text);
		armor_write_finish(&w, &text);
		for (i = 0; i < text.n; i += step)
			assert_int_equal(
			    armor_read(&r, text.p + i,
				i + step > text.n ? text.n - i : step, &back),
			    0);
		assert_int_equal(armor_read_finish(&r), 0);
		assert_int_equal(back.n, n);
		if (n > 0)
			assert_memory_equal(back.p, bytes, n);
		buf_fini(&text);
		buf_fini(&back);
	}
}

/* A header of n stanzas of share_n and body_n bytes; the last is of type
 * last. */
static int
judge_letter(size_t n, size_t share_n, size_t body_n, const char *last)
{
	static const uint8_t bytes[64], key[AGE_FILE_KEY_SIZE];
	struct age_header h;
	struct buf b, share;
	struct text arg;
	size_t i;
	int err;

	buf_init(&share, 200);
	base64_put(&share, bytes, share_n, false);
	arg = buf_text(&share);
	buf_init(&b, AGE_HEADER_MAX);
	age_header_begin(&b);
	for (i = 0; i < n; i++)
		age_header_stanza(
		    &b, i + 1 == n ? last : "X25519", &arg, 1, bytes, body_n);
	age_header_end(&b, key);
	assert_int_equal(age_header_parse(b.p, b.n, &h), 0);
	err = age_header_is_letter(&h);
	buf_fini(&share);
	buf_fini(&b);
	return err;
}

static void
test_is_letter(void **state)
{
	size_t n;

	(void)state;
	for (n = 1; n <= AGE_STANZAS_MAX; n++)
		assert_int_equal(judge_letter(n, 32, 32, "X25519"),
		    n == 8 || n == 16 || n == 32 || n == 64 ? 0 : ERR_FORMAT);
	assert_int_equal(judge_letter(8, 31, 32, "X25519"), ERR_FORMAT);
	assert_int_equal(judge_letter(8, 33, 32, "X25519"), ERR_FORMAT);
	assert_int_equal(judge_letter(8, 32, 31, "X25519"), ERR_FORMAT);
	assert_int_equal(judge_letter(8, 32, 33, "X25519"), ERR_FORMAT);
	assert_int_equal(judge_letter(8, 32, 64, "X25519"), ERR_FORMAT);
	assert_int_equal(judge_letter(8, 32, 32, "scrypt"), ERR_FORMAT);
	assert_int_equal(judge_letter(8, 32, 32, "other"), ERR_FORMAT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_header_parse),
		cmocka_unit_test(test_header_cut),
		cmocka_unit_test(test_header_limits),
		cmocka_unit_test(test_stanza_bodies),
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_chunk_nonce),
		cmocka_unit_test(test_recipient),
		cmocka_unit_test(test_bech32),
		cmocka_unit_test(test_armor),
		cmocka_unit_test(test_is_letter),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	if (crypto_init() != 0)
		return 2;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
