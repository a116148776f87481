#include "load.h"

#include "base/err.h"
#include "receipt/receipt.h"

static json_t *vectors;

static json_t *
vector_list(const char *name)
{
	json_t *list = json_object_get(vectors, name);

	assert_true(json_array_size(list) > 0);
	return list;
}

/* The value reads back from what was spelled. */
static void
assert_reads(const char *typed, size_t list,
    const uint8_t value[static RECEIPT_VALUE_SIZE])
{
	struct receipt_reading r;

	assert_int_equal(receipt_read(text_from(typed), list, &r), 0);
	assert_memory_equal(r.value, value, RECEIPT_VALUE_SIZE);
}

static void
test_spelling(void **state)
{
	json_t *o;
	size_t i;

	(void)state;
	json_array_foreach (vector_list("receipts"), i, o) {
		json_t *numbers = json_object_get(o, "numbers");
		uint8_t value[RECEIPT_VALUE_SIZE], back[RECEIPT_VALUE_SIZE];
		uint16_t n[RECEIPT_WORDS];
		char mem[RECEIPT_TEXT_MAX];
		struct buf b;

		load_hex(o, "value", value, sizeof(value));
		receipt_numbers(value, n);
		for (size_t k = 0; k < RECEIPT_WORDS; k++)
			assert_int_equal(n[k],
			    json_integer_value(json_array_get(numbers, k)));
		assert_int_equal(receipt_from_numbers(n, back), 0);
		assert_memory_equal(back, value, sizeof(value));

		buf_init_fixed(&b, mem, sizeof(mem));
		receipt_spell_digits(&b, value);
		assert_string_equal(buf_cstr(&b), load_string(o, "digits"));
		assert_reads(buf_cstr(&b), 0, value);
		for (size_t l = 0; l < receipt_lists(); l++) {
			buf_clear(&b);
			receipt_spell(&b, value, l);
			assert_string_equal(buf_cstr(&b),
			    load_string(json_object_get(o, "words"),
				receipt_list_language(l)));
			assert_reads(buf_cstr(&b), l, value);
		}
	}
}

static void
test_keys(void **state)
{
	json_t *o;
	size_t i;

	(void)state;
	json_array_foreach (vector_list("receipts"), i, o) {
		uint8_t value[RECEIPT_VALUE_SIZE], newsroom[NEWSROOM_ID_SIZE];
		uint8_t key[32];
		struct thread_keys k;

		load_hex(o, "value", value, sizeof(value));
		load_hex(o, "newsroom", newsroom, sizeof(newsroom));
		assert_int_equal(receipt_keys(value, newsroom, &k), 0);
		assert_field(o, "reply_secret", k.reply_secret, 32);
		assert_field(o, "mark_seed", k.mark_seed, 32);
		assert_field(o, "reply", k.pub.reply, 32);
		assert_field(o, "slot", k.pub.slot, 32);
		assert_field(o, "mark", k.pub.mark, 32);
		assert_field(o, "thread", k.pub.thread, THREAD_SIZE);
		assert_int_equal(thread_check(&k.pub, newsroom), 0);
		thread_tag_key(k.pub.slot, key);
		assert_field(o, "tag", key, 32);
		thread_strip_key(k.pub.slot, key);
		assert_field(o, "strip", key, 32);
	}
}

static void
check_typed(const json_t *o)
{
	const char *result = load_string(o, "result");
	const char *typed = load_string(o, "typed");
	struct receipt_reading r;
	size_t list;
	int err;

	assert_int_equal(
	    receipt_list_of(text_from(load_string(o, "page")), &list), 0);
	err = receipt_read(text_from(typed), list, &r);
	if (strcmp(result, "ok") == 0 || strcmp(result, "offer") == 0) {
		assert_int_equal(err, result[1] == 'k' ? 0 : ERR_CHECK);
		assert_int_equal(r.is_offer, result[1] != 'k');
		assert_field(o, "value", r.value, sizeof(r.value));
		if (json_object_get(o, "list") != NULL)
			assert_string_equal(receipt_list_language(r.list),
			    load_string(o, "list"));
		if (err == 0)
			assert_true(receipt_is_in(text_from(typed), r.value));
	} else if (strcmp(result, "word") == 0) {
		const char *word = load_string(o, "unknown_word");
		size_t n = strlen(r.unknown_word);
		assert_int_equal(err, ERR_WORD);
		assert_int_equal(r.unknown, load_number(o, "unknown"));
		assert_memory_equal(r.unknown_word, word, n);
		assert_true(word[n] == '\0' || n >= 60);
	} else if (strcmp(result, "limit") == 0) {
		assert_int_equal(err, ERR_LIMIT);
		assert_int_equal(r.words, load_number(o, "words"));
	} else {
		assert_string_equal(result, "check");
		assert_int_equal(err, ERR_CHECK);
		assert_false(r.is_offer);
	}
}

static void
test_typed(void **state)
{
	json_t *o;
	size_t i;

	(void)state;
	json_array_foreach (vector_list("typed"), i, o)
		check_typed(o);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_spelling),
		cmocka_unit_test(test_keys),
		cmocka_unit_test(test_typed),
	};

	return load_and_run(argc, argv, &vectors, tests);
}
