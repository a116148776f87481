#include "unit.h"

#include <stdio.h>

#include "base/err.h"
#include "base/secret.h"
#include "crypto/random.h"
#include "open/open.h"
#include "seal/seal.h"

/* The specification's example. */
#define SPEC_IDENTITY                                                   \
	"AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYY" \
	"SJZGFPQ4EGAEX"
#define SPEC_RECIPIENT \
	"age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj"

static int
read_ids(const char *text, struct open_identities **ret_ids)
{
	*ret_ids = NULL;
	return open_identities_read(text_from(text), ret_ids);
}

static void
test_identities(void **state)
{
	struct open_identities *ids;
	struct age_recipient r;
	struct buf b;
	uint8_t secret[32];

	(void)state;
	assert_int_equal(
	    read_ids("# mine\r\n\r\n" SPEC_IDENTITY "\r\n#\n\n", &ids), 0);
	assert_int_equal(open_identities_count(ids), 1);
	memset(secret, 0x42, sizeof(secret));
	assert_memory_equal(open_identity_secret(ids, 0), secret, 32);
	open_identity_recipient(ids, 0, &r);
	buf_init(&b, 100);
	age_recipient_put(&b, &r);
	assert_text(buf_text(&b), SPEC_RECIPIENT);
	buf_fini(&b);
	open_identities_free(&ids);
	assert_null(ids);

	assert_int_equal(read_ids(SPEC_IDENTITY, &ids), 0);
	open_identities_free(&ids);
}

static void
test_identities_refused(void **state)
{
	static const struct {
		const char *text;
		int err;
	} tricks[] = {
		{ "", ERR_NOT_FOUND },
		{ "# nothing\n\n", ERR_NOT_FOUND },
		{ " " SPEC_IDENTITY, ERR_FORMAT },
		{ SPEC_IDENTITY " ", ERR_FORMAT },
		{ SPEC_IDENTITY "\n" SPEC_RECIPIENT, ERR_FORMAT },
		{ SPEC_RECIPIENT, ERR_FORMAT },
		{ "age-secret-key-1gfpyysjzgfpyysjzgfpyysjzgfpyysjzgfpyysjzgfpy"
		  "ysjzgfpq4egaex",
		    ERR_FORMAT },
		{ "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPY"
		  "YSJZGFPQ4EGAEY",
		    ERR_FORMAT },
		{ "AGE-SECRET-KEY-PQ-1XX76JRALNLXDMEW0CRK45QMCCH4X06SE84UN3VPM"
		  "33W6HWDX0H3SK3ZQFR",
		    ERR_UNSUPPORTED },
		{ "AGE-PLUGIN-YUBIKEY-1QQQQQQQQ", ERR_UNSUPPORTED },
	};
	struct open_identities *ids;
	struct buf b;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(tricks) / sizeof(tricks[0]); i++)
		assert_int_equal(read_ids(tricks[i].text, &ids), tricks[i].err);
	buf_init(&b, 4096);
	for (i = 0; i < OPEN_IDENTITIES_MAX; i++)
		buf_puts(&b, SPEC_IDENTITY "\n");
	assert_int_equal(open_identities_read(buf_text(&b), &ids), 0);
	assert_int_equal(open_identities_count(ids), OPEN_IDENTITIES_MAX);
	open_identities_free(&ids);
	buf_puts(&b, SPEC_IDENTITY "\n");
	assert_int_equal(open_identities_read(buf_text(&b), &ids), ERR_LIMIT);
	buf_fini(&b);
}

static void
new_identity(struct open_identities **ret_ids, struct age_recipient *ret_r)
{
	char *p = secret_new(OPEN_IDENTITY_TEXT);
	struct buf b;
	struct text t, line;

	assert_non_null(p);
	buf_init_fixed(&b, p, OPEN_IDENTITY_TEXT);
	assert_int_equal(open_identity_new(&b, ret_r), 0);
	t = buf_text(&b);
	line = text_cut(&t, '\n');
	assert_true(text_has_prefix(line, "# created: 20"));
	line = text_cut(&t, '\n');
	assert_true(text_has_prefix(line, "# public key: age1"));
	line = text_cut(&t, '\n');
	assert_true(text_has_prefix(line, "AGE-SECRET-KEY-1"));
	assert_int_equal(t.n, 0);
	assert_int_equal(open_identities_read(buf_text(&b), ret_ids), 0);
	secret_free(&p);
}

static void
test_identity_too_small(void **state)
{
	struct age_recipient r;
	char small[100];
	struct buf b;

	(void)state;
	buf_init_fixed(&b, small, sizeof(small));
	assert_int_equal(open_identity_new(&b, &r), ERR_LIMIT);
}

static void
test_any_of_many(void **state)
{
	enum { MEMBERS = 5 };
	struct open_identities *ids[MEMBERS], *stranger;
	struct age_recipient to[MEMBERS], other;
	struct open_file *f = NULL, *granted = NULL;
	uint8_t key[AGE_FILE_KEY_SIZE], wrong[AGE_FILE_KEY_SIZE] = { 0 };
	struct seal *s = NULL;
	struct text head;
	size_t i;

	(void)state;
	for (i = 0; i < MEMBERS; i++)
		new_identity(&ids[i], &to[i]);
	new_identity(&stranger, &other);
	assert_int_equal(seal_new(to, MEMBERS, 8, &s), 0);
	head = seal_head(s);
	for (i = 0; i < MEMBERS; i++) {
		assert_int_equal(open_file_new(ids[i], head.p, head.n, &f), 0);
		open_file_key(f, key);
		assert_int_equal(
		    open_file_new_key(key, head.p, head.n, &granted), 0);
		open_file_free(&granted);
		open_file_free(&f);
	}
	assert_int_equal(
	    open_file_new(stranger, head.p, head.n, &f), ERR_NO_KEY);
	assert_int_equal(
	    open_file_new_key(wrong, head.p, head.n, &f), ERR_AUTH);
	assert_int_equal(
	    open_file_new_passphrase(TEXT("x"), 22, head.p, head.n, &f),
	    ERR_NO_KEY);
	assert_null(f);
	seal_free(&s);
	for (i = 0; i < MEMBERS; i++)
		open_identities_free(&ids[i]);
	open_identities_free(&stranger);
}

/* One bit anywhere in the header: refused, whatever the reason. The nonce is
 * covered by the first chunk. */
static void
test_header_flipped(void **state)
{
	static const uint8_t nothing[1];
	struct open_identities *ids;
	struct age_recipient r;
	struct seal *s = NULL;
	struct open_file *f = NULL;
	struct buf b;
	uint8_t tag[16], none[1];
	size_t i, n;

	(void)state;
	new_identity(&ids, &r);
	assert_int_equal(seal_new(&r, 1, 0, &s), 0);
	assert_int_equal(seal_put(s, 0, nothing, 0, true, tag), 0);
	buf_init(&b, 4096);
	buf_put_text(&b, seal_head(s));
	n = b.n - AGE_NONCE_SIZE;
	for (i = 0; i < 8 * n; i++) {
		b.p[i / 8] ^= (uint8_t)(1 << i % 8);
		assert_int_not_equal(open_file_new(ids, b.p, b.n, &f), 0);
		b.p[i / 8] ^= (uint8_t)(1 << i % 8);
	}
	for (; i < 8 * b.n; i++) {
		b.p[i / 8] ^= (uint8_t)(1 << i % 8);
		assert_int_equal(open_file_new(ids, b.p, b.n, &f), 0);
		assert_int_equal(
		    open_chunk(f, 0, tag, sizeof(tag), true, none), ERR_AUTH);
		open_file_free(&f);
		b.p[i / 8] ^= (uint8_t)(1 << i % 8);
	}
	assert_int_equal(open_file_new(ids, b.p, b.n - 1, &f), ERR_TRUNCATED);
	buf_puts(&b, "x");
	assert_int_equal(open_file_new(ids, b.p, b.n, &f), ERR_FORMAT);
	buf_fini(&b);
	seal_free(&s);
	open_identities_free(&ids);
}

static void
test_chunks(void **state)
{
	static uint8_t plain[AGE_CHUNK_SIZE], sealed[3][AGE_CHUNK_SEALED];
	static uint8_t out[AGE_CHUNK_SIZE];
	struct open_identities *ids;
	struct age_recipient r;
	struct seal *s = NULL;
	struct open_file *f = NULL;
	const size_t full = AGE_CHUNK_SEALED;

	(void)state;
	new_identity(&ids, &r);
	random_bytes(plain, sizeof(plain));
	assert_int_equal(seal_new(&r, 1, 0, &s), 0);
	assert_int_equal(seal_put(s, 0, plain, 65536, false, sealed[0]), 0);
	assert_int_equal(seal_put(s, 1, plain, 65536, false, sealed[1]), 0);
	assert_int_equal(seal_put(s, 2, plain, 5, true, sealed[2]), 0);
	assert_int_equal(
	    open_file_new(ids, seal_head(s).p, seal_head(s).n, &f), 0);
	assert_int_equal(open_chunk(f, 2, sealed[2], 21, true, out), 0);
	assert_memory_equal(out, plain, 5);
	assert_int_equal(open_chunk(f, 1, sealed[1], full, false, out), 0);
	assert_memory_equal(out, plain, sizeof(plain));

	/* Elsewhere, otherwise, shorter, empty. */
	assert_int_equal(
	    open_chunk(f, 0, sealed[1], full, false, out), ERR_AUTH);
	assert_int_equal(
	    open_chunk(f, 1, sealed[1], full, true, out), ERR_AUTH);
	assert_int_equal(
	    open_chunk(f, 1, sealed[1], full - 1, true, out), ERR_AUTH);
	assert_int_equal(
	    open_chunk(f, 1, sealed[1], full - 1, false, out), ERR_FORMAT);
	assert_int_equal(
	    open_chunk(f, 1, sealed[1], 16, true, out), ERR_FORMAT);
	assert_int_equal(
	    open_chunk(f, 1, sealed[1], 15, true, out), ERR_TRUNCATED);
	assert_int_equal(
	    open_chunk(f, 1, sealed[1], full + 1, true, out), ERR_FORMAT);
	open_file_free(&f);
	seal_free(&s);
	open_identities_free(&ids);
}

static int
count(void *ctx, const uint8_t *p, size_t n)
{
	(void)p;
	*(size_t *)ctx += n;
	return 0;
}

static int
refuse(void *ctx, const uint8_t *p, size_t n)
{
	(void)ctx;
	(void)p;
	(void)n;
	return ERR_FULL;
}

/* Cut anywhere, a file is said to be cut or changed, never whole. */
static void
test_cut(void **state)
{
	struct open_identities *ids;
	struct age_recipient r;
	struct seal *s = NULL;
	struct open_stream *o = NULL;
	struct buf b;
	size_t n, got, step;
	int err;

	(void)state;
	new_identity(&ids, &r);
	assert_int_equal(seal_new(&r, 1, 0, &s), 0);
	buf_init(&b, 1 << 20);
	{
		static const uint8_t plain[131072 + 3];

		assert_int_equal(seal_bytes(s, plain, sizeof(plain), &b), 0);
	}
	for (n = 0; n <= b.n; n += step) {
		step = n < 300 || n + 100 > b.n ? 1 : 997;
		got = 0;
		assert_int_equal(
		    open_stream_new(ids, (struct text){ 0 }, count, &got, &o),
		    0);
		err = open_stream_put(o, b.p, n);
		if (err == 0)
			err = open_stream_finish(o);
		if (n == b.n)
			assert_int_equal(err, 0);
		else if (n < seal_head(s).n ||
			 (n - seal_head(s).n) % AGE_CHUNK_SEALED == 0)
			assert_int_equal(err, ERR_TRUNCATED);
		else
			assert_int_not_equal(err, 0);
		assert_int_equal(got % 65536, n == b.n ? 3 : 0);
		open_stream_free(&o);
	}
	assert_int_equal(
	    open_stream_new(ids, (struct text){ 0 }, refuse, NULL, &o), 0);
	assert_int_equal(open_stream_put(o, b.p, b.n), ERR_FULL);
	assert_int_equal(open_stream_put(o, b.p, b.n), ERR_FULL);
	assert_int_equal(open_stream_finish(o), ERR_FULL);
	open_stream_free(&o);
	buf_fini(&b);
	seal_free(&s);
	open_identities_free(&ids);
}

static void
test_secret(void **state)
{
	static const char words[] = "nobody knows";
	const struct text passphrase = TEXT("correct horse");
	struct seal *s = NULL;
	struct buf b;
	char *p = NULL;
	size_t n;

	(void)state;
	buf_init(&b, 1000);
	assert_int_equal(seal_new_passphrase(passphrase, 4, &s), 0);
	assert_int_equal(
	    seal_bytes(s, (const uint8_t *)words, strlen(words), &b), 0);
	assert_int_equal(open_secret(buf_text(&b), passphrase, &p, &n), 0);
	assert_int_equal(n, strlen(words));
	assert_string_equal(p, words);
	secret_free(&p);
	assert_int_equal(
	    open_secret(buf_text(&b), TEXT("another"), &p, &n), ERR_PASSPHRASE);
	b.n--;
	assert_int_equal(
	    open_secret(buf_text(&b), passphrase, &p, &n), ERR_AUTH);
	b.n = 0;
	assert_int_equal(
	    open_secret(buf_text(&b), passphrase, &p, &n), ERR_TRUNCATED);
	assert_null(p);
	buf_fini(&b);
	seal_free(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_identities),
		cmocka_unit_test(test_identities_refused),
		cmocka_unit_test(test_identity_too_small),
		cmocka_unit_test(test_any_of_many),
		cmocka_unit_test(test_header_flipped),
		cmocka_unit_test(test_chunks),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_secret),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	if (crypto_init() != 0)
		return 2;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
