#include "unit.h"

#include <stdio.h>

#include "base/err.h"
#include "crypto/random.h"
#include "receipt/receipt.h"

#define EN 0
#define ES 1
#define CS 5

static const uint8_t value[RECEIPT_VALUE_SIZE] = { 5, 1, 2, 3, 4, 5, 6, 7, 8, 9,
	10, 11 };
static const uint8_t newsroom[NEWSROOM_ID_SIZE] = "a newsroom's id";
static const uint8_t elsewhere[NEWSROOM_ID_SIZE] = "other newsroom";

/* value, spelled in a list; good until the next call. */
static const char *
spelled(size_t list)
{
	static char mem[RECEIPT_TEXT_MAX];
	struct buf b;

	buf_init_fixed(&b, mem, sizeof(mem));
	receipt_spell(&b, value, list);
	return buf_cstr(&b);
}

static int
read_text(const char *typed, size_t list, struct receipt_reading *r)
{
	return receipt_read(text_from(typed), list, r);
}

static void
test_lists(void **state)
{
	static const char *const languages[] = { "en", "es", "fr", "it", "pt",
		"cs" };
	size_t list;

	(void)state;
	assert_int_equal(receipt_lists(), 6);
	for (size_t i = 0; i < 6; i++) {
		assert_string_equal(receipt_list_language(i), languages[i]);
		assert_int_equal(
		    receipt_list_of(text_from(languages[i]), &list), 0);
		assert_int_equal(list, i);
	}
	assert_int_equal(receipt_list_of(TEXT("pt-BR"), &list), 0);
	assert_int_equal(list, 4);
	assert_int_equal(receipt_list_of(TEXT("de"), &list), ERR_NOT_FOUND);
	assert_int_equal(receipt_list_of(TEXT("e"), &list), ERR_NOT_FOUND);
	assert_int_equal(receipt_list_of(TEXT(""), &list), ERR_NOT_FOUND);
	assert_string_equal(receipt_word(EN, 0), "abandon");
	assert_string_equal(receipt_word(ES, 0), "\303\241baco");
	assert_string_equal(receipt_word(CS, 2047), "zvyk");
}

/* Bytes of the code point at `at`; 0 at the end. */
static size_t
next_size(struct text t, size_t at)
{
	uint32_t cp;

	return (size_t)text_next((struct text){ t.p + at, t.n - at }, &cp);
}

static void
test_every_word_and_beginning(void **state)
{
	(void)state;
	for (size_t l = 0; l < receipt_lists(); l++) {
		for (unsigned i = 0; i < RECEIPT_LIST_WORDS; i++) {
			struct text w = text_from(receipt_word(l, i));
			struct text cut = { w.p, 0 };

			assert_true(receipt_is_word(w, l, i));
			for (int k = 0; k < 4; k++)
				cut.n += next_size(w, cut.n);
			assert_true(receipt_is_word(cut, l, i));
		}
	}
}

static void
test_random(void **state)
{
	uint8_t a[RECEIPT_VALUE_SIZE], b[RECEIPT_VALUE_SIZE], seen = 0;

	(void)state;
	for (int i = 0; i < 100; i++) {
		receipt_random(a);
		assert_true(a[0] < 8);
		seen |= a[0];
	}
	assert_int_equal(seen, 7);
	receipt_random(b);
	assert_memory_not_equal(a, b, sizeof(a));
}

static void
test_numbers(void **state)
{
	uint16_t n[RECEIPT_WORDS];
	uint8_t back[RECEIPT_VALUE_SIZE];
	int passed = 0;

	(void)state;
	receipt_numbers(value, n);
	assert_int_equal(receipt_from_numbers(n, back), 0);
	assert_memory_equal(back, value, sizeof(value));
	/* The check is eight bits: of 99 changed bits about none pass. */
	for (int i = 0; i < 99; i++) {
		n[i / 11] ^= (uint16_t)(1u << i % 11);
		passed += receipt_from_numbers(n, back) == 0;
		n[i / 11] ^= (uint16_t)(1u << i % 11);
	}
	assert_true(passed < 5);
	n[3] |= 2048;
	assert_int_equal(receipt_from_numbers(n, back), ERR_CHECK);
}

static void
test_reading(void **state)
{
	struct receipt_reading r;
	char typed[RECEIPT_TEXT_MAX];

	(void)state;
	for (size_t l = 0; l < receipt_lists(); l++) {
		/* Whatever the page's language is. */
		for (size_t page = 0; page < receipt_lists(); page++) {
			assert_int_equal(read_text(spelled(l), page, &r), 0);
			assert_int_equal(r.list, l);
			assert_int_equal(r.words, RECEIPT_WORDS);
			assert_memory_equal(r.value, value, sizeof(value));
		}
	}
	strcpy(typed, spelled(EN));
	*strrchr(typed, ' ') = '\0';
	assert_int_equal(read_text(typed, EN, &r), ERR_LIMIT);
	assert_int_equal(r.words, 8);
	strcat(typed, " zzz\303\251");
	assert_int_equal(read_text(typed, EN, &r), ERR_WORD);
	assert_int_equal(r.unknown, 8);
	assert_string_equal(r.unknown_word, "zzz\303\251");
	assert_int_equal(r.list, EN);
}

/* A bad correction must not be offered as the only one, and a good one is. */
static void
test_offer(void **state)
{
	struct receipt_reading r;
	struct buf b;
	uint16_t n[RECEIPT_WORDS];
	char mem[RECEIPT_TEXT_MAX];

	(void)state;
	receipt_numbers(value, n);
	buf_init_fixed(&b, mem, sizeof(mem));
	for (size_t i = 0; i < RECEIPT_WORDS; i++) {
		size_t k = i == 4 ? 5 : i == 5 ? 4 : i;
		buf_putf(&b, "%zu. %s\n", i + 1, receipt_word(CS, n[k]));
	}
	assert_int_equal(read_text(buf_cstr(&b), EN, &r), ERR_CHECK);
	assert_true(r.is_offer);
	assert_int_equal(r.list, CS);
	assert_memory_equal(r.value, value, sizeof(value));
	assert_int_equal(r.numbers[4], n[5]);
	assert_int_equal(r.numbers[5], n[4]);
}

static void
test_is_word(void **state)
{
	(void)state;
	assert_true(receipt_is_word(TEXT(" 7) A\314\201BACO\n"), ES, 0));
	assert_true(receipt_is_word(TEXT("abaco"), EN, 0));
	assert_true(receipt_is_word(TEXT("aban"), ES, 0));
	assert_false(receipt_is_word(TEXT("aba"), EN, 0));
	assert_false(receipt_is_word(TEXT("abandons"), EN, 0));
	assert_false(receipt_is_word(TEXT("ability"), EN, 0));
	assert_false(receipt_is_word(TEXT("abandon abandon"), EN, 0));
	assert_false(receipt_is_word(TEXT(""), EN, 0));
	assert_false(receipt_is_word(TEXT("7"), EN, 0));
}

static bool
is_in(const char *before, const char *receipt, const char *after)
{
	char mem[2048];
	struct buf b;

	buf_init_fixed(&b, mem, sizeof(mem));
	buf_puts(&b, before);
	buf_puts(&b, receipt);
	buf_puts(&b, after);
	return receipt_is_in(buf_text(&b), value);
}

static void
test_is_in(void **state)
{
	char typed[RECEIPT_TEXT_MAX], first[32];

	(void)state;
	for (size_t l = 0; l < receipt_lists(); l++)
		assert_true(
		    is_in("My words are: ", spelled(l), ". Thank you."));
	/* Behind its own first words; torn apart by numbers and lines. */
	strcpy(typed, spelled(EN));
	sscanf(typed, "%31s", first);
	strcat(first, " ");
	assert_true(is_in(first, typed, ""));
	for (char *p = typed; *p != '\0'; p++)
		*p = *p == ' ' ? '\n' : (char)(*p - 'a' + 'A');
	assert_true(is_in("\xff 1", typed, ""));
	/* One word missing, one in between. */
	assert_false(is_in("", strchr(typed, '\n'), ""));
	*strchr(typed, '\n') = '\0';
	assert_false(is_in(typed, " and ", strchr(spelled(EN), ' ')));
	assert_true(is_in(typed, "  ", strchr(spelled(EN), ' ')));
	assert_false(is_in("", "nothing of the kind", ""));
	assert_false(is_in("", "", ""));
}

static void
test_digits_are_in(void **state)
{
	char digits[64], spaced[128] = "", arabic[128] = "";
	struct buf b;

	(void)state;
	buf_init_fixed(&b, digits, sizeof(digits));
	receipt_spell_digits(&b, value);
	buf_cstr(&b);
	for (size_t i = 0; i < RECEIPT_DIGITS; i++) {
		char one[4] = { digits[i], ' ', '\0' };
		char two[4] = { '\331', (char)(0xa0 + digits[i] - '0'), '\0' };
		strcat(spaced, one);
		strcat(arabic, two);
	}
	assert_true(is_in("12", digits, "34"));
	assert_true(is_in("call 12345 ", spaced, ""));
	assert_true(is_in("", arabic, "."));
	assert_false(is_in("", digits + 1, ""));
	assert_true(is_in(arabic, "", ""));
	memmove(spaced + 30 + 5, spaced + 30, 31);
	memcpy(spaced + 30, "word ", 5);
	assert_false(is_in("", spaced, ""));
}

static void
test_thread(void **state)
{
	struct thread_keys k, other;

	(void)state;
	assert_int_equal(receipt_keys(value, newsroom, &k), 0);
	assert_int_equal(receipt_keys(value, elsewhere, &other), 0);
	assert_memory_not_equal(k.pub.slot, other.pub.slot, 32);
	assert_int_equal(thread_check(&k.pub, newsroom), 0);
	other = k;
	other.pub.slot[31] ^= 1;
	assert_int_equal(thread_check(&other.pub, newsroom), ERR_THREAD);
	other = k;
	other.pub.mark[0] ^= 1;
	assert_int_equal(thread_check(&other.pub, newsroom), ERR_THREAD);
	other = k;
	assert_int_equal(thread_check(&other.pub, elsewhere), ERR_THREAD);
	memset(other.pub.reply, 0, 32);
	thread_hash(&other.pub, newsroom);
	assert_int_equal(thread_check(&other.pub, newsroom), ERR_LOW_ORDER);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lists),
		cmocka_unit_test(test_every_word_and_beginning),
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_reading),
		cmocka_unit_test(test_offer),
		cmocka_unit_test(test_is_word),
		cmocka_unit_test(test_is_in),
		cmocka_unit_test(test_digits_are_in),
		cmocka_unit_test(test_thread),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	if (crypto_init() != 0)
		return 2;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
