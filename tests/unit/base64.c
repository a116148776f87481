#include "unit.h"

#include "base/err.h"
#include "crypto/base64.h"
#include "crypto/random.h"

static void
test_known(void **state)
{
	/* RFC 4648, section 10. */
	static const char *const known[][2] = { { "", "" }, { "f", "Zg==" },
		{ "fo", "Zm8=" }, { "foo", "Zm9v" }, { "foob", "Zm9vYg==" },
		{ "fooba", "Zm9vYmE=" }, { "foobar", "Zm9vYmFy" } };
	char out[8];
	struct buf b;
	size_t n;

	(void)state;
	buf_init(&b, 100);
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		struct text plain = text_from(known[i][0]);
		struct text coded = text_from(known[i][1]);

		buf_clear(&b);
		base64_put(&b, plain.p, plain.n, true);
		assert_true(text_is_equal(buf_text(&b), coded));
		n = 99;
		assert_int_equal(
		    base64_read(coded, true, out, sizeof(out), &n), 0);
		assert_int_equal(n, plain.n);
		assert_memory_equal(out, plain.p, n);

		while (coded.n > 0 && coded.p[coded.n - 1] == '=')
			coded.n--;
		buf_clear(&b);
		base64_put(&b, plain.p, plain.n, false);
		assert_true(text_is_equal(buf_text(&b), coded));
		assert_int_equal(
		    base64_read(coded, false, out, sizeof(out), &n), 0);
		assert_int_equal(n, plain.n);
	}
	buf_fini(&b);
}

static void
test_every_length_comes_back(void **state)
{
	uint8_t p[200], back[200];
	struct buf b;
	size_t n;

	(void)state;
	random_bytes(p, sizeof(p));
	buf_init(&b, 300);
	for (size_t size = 0; size <= sizeof(p); size++)
		for (int is_padded = 0; is_padded < 2; is_padded++) {
			buf_clear(&b);
			base64_put(&b, p, size, is_padded);
			assert_int_equal(buf_finish(&b), 0);
			assert_int_equal(base64_read(buf_text(&b), is_padded,
					     back, sizeof(back), &n),
			    0);
			assert_int_equal(n, size);
			assert_memory_equal(back, p, size);
			/* One byte less room is too little. */
			if (size > 0)
				assert_int_equal(
				    base64_read(buf_text(&b), is_padded, back,
					size - 1, &n),
				    ERR_LIMIT);
		}
	buf_fini(&b);
}

/* Every text of four characters out of a few telling ones decodes only if it
 * is what the encoder writes. */
static void
test_only_what_the_encoder_writes(void **state)
{
	static const char letters[] = "AQgBw/+=-_ \n";
	size_t count = sizeof(letters) - 1, accepted = 0;
	struct buf b;

	(void)state;
	buf_init(&b, 100);
	for (size_t i = 0; i < count * count * count * count; i++) {
		char in[4], out[3];
		size_t rest = i, n = 0;

		for (size_t j = 0; j < 4; j++, rest /= count)
			in[j] = letters[rest % count];
		for (size_t size = 1; size <= 4; size++)
			for (int is_padded = 0; is_padded < 2; is_padded++) {
				struct text t = { in, size };
				int err = base64_read(
				    t, is_padded, out, sizeof(out), &n);

				if (err != 0) {
					assert_int_equal(err, ERR_FORMAT);
					continue;
				}
				accepted++;
				buf_clear(&b);
				base64_put(&b, out, n, is_padded);
				assert_true(text_is_equal(buf_text(&b), t));
			}
	}
	assert_true(accepted > 0);
	buf_fini(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_known),
		cmocka_unit_test(test_every_length_comes_back),
		cmocka_unit_test(test_only_what_the_encoder_writes),
	};

	if (crypto_init() != 0)
		return 1;
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
