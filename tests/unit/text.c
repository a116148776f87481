#include "unit.h"

#include "base/err.h"

static void
test_compare(void **state)
{
	struct text abc = text_from("abc"), none = text_from(NULL);

	(void)state;
	assert_int_equal(abc.n, 3);
	assert_null(none.p);
	assert_true(text_is_equal(none, TEXT("")));
	assert_true(text_is(abc, "abc"));
	assert_false(text_is(abc, "abcd"));
	assert_false(text_is(abc, "abd"));
	assert_true(text_has_prefix(abc, "ab"));
	assert_true(text_has_prefix(none, ""));
	assert_false(text_has_prefix(abc, "b"));
	assert_false(text_has_prefix(abc, "abcd"));
	assert_true(text_has_suffix(abc, "bc"));
	assert_true(text_has_suffix(none, ""));
	assert_false(text_has_suffix(abc, "b"));
	assert_false(text_has_suffix(abc, "zabc"));
}

static void
test_cut(void **state)
{
	struct text rest = TEXT("a,,b,");

	(void)state;
	assert_text(text_cut(&rest, ','), "a");
	assert_text(text_cut(&rest, ','), "");
	assert_text(text_cut(&rest, ','), "b");
	assert_non_null(rest.p);
	assert_text(text_cut(&rest, ','), "");
	assert_null(rest.p);
	assert_text(text_cut(&rest, ','), "");
	rest = TEXT("whole");
	assert_text(text_cut(&rest, ','), "whole");
	assert_null(rest.p);
	assert_int_equal(rest.n, 0);
}

static void
test_trim(void **state)
{
	(void)state;
	assert_text(text_trim(TEXT(" \t\r\n\v\fa b\n ")), "a b");
	assert_text(text_trim(TEXT("  ")), "");
	assert_text(text_trim(text_from(NULL)), "");
	assert_text(text_trim(TEXT("\xc2\xa0x")), "\xc2\xa0x");
}

static void
test_numbers(void **state)
{
	uint64_t v = 7;

	(void)state;
	assert_int_equal(text_to_u64(TEXT("0"), 0, &v), 0);
	assert_int_equal(v, 0);
	assert_int_equal(text_to_u64(TEXT("0042"), 42, &v), 0);
	assert_int_equal(v, 42);
	assert_int_equal(
	    text_to_u64(TEXT("18446744073709551615"), UINT64_MAX, &v), 0);
	assert_true(v == UINT64_MAX);
	v = 7;
	assert_int_equal(
	    text_to_u64(TEXT("18446744073709551616"), UINT64_MAX, &v),
	    ERR_LIMIT);
	assert_int_equal(
	    text_to_u64(TEXT("99999999999999999999999"), UINT64_MAX, &v),
	    ERR_LIMIT);
	assert_int_equal(text_to_u64(TEXT("43"), 42, &v), ERR_LIMIT);
	assert_int_equal(text_to_u64(TEXT("9"), 5, &v), ERR_LIMIT);
	assert_int_equal(text_to_u64(TEXT(""), 42, &v), ERR_FORMAT);
	assert_int_equal(text_to_u64(TEXT("-1"), 42, &v), ERR_FORMAT);
	assert_int_equal(text_to_u64(TEXT("+1"), 42, &v), ERR_FORMAT);
	assert_int_equal(text_to_u64(TEXT("1 "), 42, &v), ERR_FORMAT);
	assert_int_equal(text_to_u64(TEXT("99x"), 42, &v), ERR_FORMAT);
	assert_int_equal(text_to_u64(TEXT("\xff"), 42, &v), ERR_FORMAT);
	assert_int_equal(v, 7);
}

static void
test_utf8_every_code_point(void **state)
{
	(void)state;
	for (uint32_t cp = 0; cp <= 0x110000; cp++) {
		unsigned char p[4];
		uint32_t back = 0;
		int n;

		if (cp < 0x80) {
			n = 1;
			p[0] = (unsigned char)cp;
		} else if (cp < 0x800) {
			n = 2;
			p[0] = (unsigned char)(0xc0 | cp >> 6);
		} else if (cp < 0x10000) {
			n = 3;
			p[0] = (unsigned char)(0xe0 | cp >> 12);
		} else {
			n = 4;
			p[0] = (unsigned char)(0xf0 | cp >> 18);
		}
		for (int i = 1; i < n; i++)
			p[i] = (unsigned char)(0x80 | (cp >> (6 * (n - 1 - i)) &
							  0x3f));
		struct text t = { (const char *)p, (size_t)n };
		if ((cp >= 0xd800 && cp <= 0xdfff) || cp > 0x10ffff) {
			assert_int_equal(text_next(t, &back), ERR_FORMAT);
			assert_false(text_is_utf8(t));
		} else {
			assert_int_equal(text_next(t, &back), n);
			assert_int_equal(back, cp);
			t.n--;
			assert_int_equal(
			    text_next(t, &back), n == 1 ? 0 : ERR_TRUNCATED);
		}
	}
}

static void
test_utf8_malformed(void **state)
{
	static const char *const bad[] = { "\x80", "\xbf", "\xc0\x80",
		"\xc1\xbf", "\xe0\x80\x80", "\xe0\x9f\xbf", "\xed\xa0\x80",
		"\xed\xbf\xbf", "\xf0\x80\x80\x80", "\xf0\x8f\xbf\xbf",
		"\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xfe", "\xff", "\xc3(",
		"\xe2\x82(", "\xe2(\xac", "\xf0\x9f\x98(", "ab\xc3",
		"ab\xe2\x82", "\xf0\x9f\x98" };

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(text_is_utf8(text_from(bad[i])));
	assert_true(text_is_utf8(TEXT("")));
	assert_true(text_is_utf8(TEXT("a\0b")));
	assert_true(
	    text_is_utf8(TEXT("\xc3\xb1 \xe2\x82\xac \xf0\x9f\x98\x80")));
}

static void
test_utf8_cut(void **state)
{
	struct text t = TEXT("a\xc3\xb1\xe2\x82\xac\xf0\x9f\x98\x80");
	static const size_t want[] = { 0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 10 };

	(void)state;
	for (size_t max = 0; max < sizeof(want) / sizeof(want[0]); max++)
		assert_int_equal(text_cut_utf8(t, max), want[max]);
}

static void
test_hex(void **state)
{
	static const uint8_t bytes[] = { 0x00, 0x9a, 0xff, 0x10 };
	uint8_t back[4] = { 1, 2, 3, 4 };
	char out[8];

	(void)state;
	hex_write(out, bytes, sizeof(bytes));
	assert_memory_equal(out, "009aff10", 8);
	assert_int_equal(hex_read(TEXT("009aff1g"), back, 4), ERR_FORMAT);
	assert_int_equal(hex_read(TEXT("009AFF10"), back, 4), ERR_FORMAT);
	assert_int_equal(hex_read(TEXT("009aff1"), back, 4), ERR_FORMAT);
	assert_int_equal(hex_read(TEXT("009aff1000"), back, 4), ERR_FORMAT);
	assert_memory_equal(back, "\1\2\3\4", 4);
	assert_int_equal(hex_read(TEXT("009aff10"), back, 4), 0);
	assert_memory_equal(back, bytes, 4);
	assert_int_equal(hex_read(TEXT(""), back, 0), 0);
}

static void
test_lines_and_names(void **state)
{
	static const struct {
		const char *text;
		bool is_line, is_name;
	} cases[] = {
		{ "", true, true },
		{ "Nuria \xc3\x91 \xd8\xa8", true, true },
		{ "\xc2\xa0\xe2\x80\x90\xe2\x80\xaf", true, true },
		{ "a\nb", false, false },
		{ "\x1b[2J", false, false },
		{ "\x7f", false, false },
		{ "\xc2\x80", false, false },
		{ "\xc2\x9b"
		  "2J",
		    false, false },
		{ "\xc2\x9f", false, false },
		{ "\x9b", false, false },
		{ "\xd8\x9c", true, false },
		{ "\xe2\x80\x8e", true, false },
		{ "\xe2\x80\x8f", true, false },
		{ "\xe2\x80\xaa", true, false },
		{ "fdp.\xe2\x80\xaetxt", true, false },
		{ "\xe2\x81\xa6", true, false },
		{ "\xe2\x81\xa9", true, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct text t = text_from(cases[i].text);

		if (text_is_line(t) != cases[i].is_line ||
		    text_is_name(t) != cases[i].is_name)
			fail_msg("case %zu", i);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_compare),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_trim),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_utf8_every_code_point),
		cmocka_unit_test(test_utf8_malformed),
		cmocka_unit_test(test_utf8_cut),
		cmocka_unit_test(test_lines_and_names),
		cmocka_unit_test(test_hex),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
