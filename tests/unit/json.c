#include "unit.h"

#include "base/err.h"
#include "base/json.h"

static json_t *
parse(const char *s)
{
	json_t *root = NULL;

	assert_int_equal(json_read(text_from(s), 1000, &root), 0);
	assert_non_null(root);
	return root;
}

static void
test_members(void **state)
{
	json_t *o, *list = NULL, *inner = NULL;
	struct text t = TEXT("before");
	uint8_t bytes[2] = { 1, 1 };
	uint32_t day = 1;
	uint64_t v = 1;
	bool is = false;

	(void)state;
	o = parse("{\"t\":\"a\xc3\xb1\",\"n\":42,\"b\":true,\"h\":\"00ff\","
		  "\"d\":\"2024-02-29\",\"l\":[1,2],\"o\":{\"x\":1},"
		  "\"z\":null,\"f\":1.0,\"m\":-1,\"big\":9223372036854775807}");
	assert_int_equal(json_text(o, "t", 3, &t), 0);
	assert_text(t, "a\xc3\xb1");
	assert_int_equal(json_text(o, "t", 2, &t), ERR_LIMIT);
	assert_int_equal(json_text(o, "n", 9, &t), ERR_FORMAT);
	assert_int_equal(json_text(o, "missing", 9, &t), ERR_FORMAT);
	assert_int_equal(json_text(o, "z", 9, &t), ERR_FORMAT);
	assert_int_equal(json_u64(o, "n", 42, &v), 0);
	assert_int_equal(v, 42);
	assert_int_equal(json_u64(o, "n", 41, &v), ERR_LIMIT);
	assert_int_equal(json_u64(o, "f", 41, &v), ERR_FORMAT);
	assert_int_equal(json_u64(o, "m", 41, &v), ERR_FORMAT);
	assert_int_equal(json_u64(o, "t", 41, &v), ERR_FORMAT);
	assert_int_equal(json_u64(o, "big", UINT64_MAX, &v), 0);
	assert_true(v == INT64_MAX);
	assert_int_equal(json_bool(o, "b", &is), 0);
	assert_true(is);
	assert_int_equal(json_bool(o, "n", &is), ERR_FORMAT);
	assert_int_equal(json_hex(o, "h", bytes, 1), ERR_FORMAT);
	assert_int_equal(json_hex(o, "t", bytes, 2), ERR_FORMAT);
	assert_int_equal(json_hex(o, "n", bytes, 2), ERR_FORMAT);
	assert_memory_equal(bytes, "\1\1", 2);
	assert_int_equal(json_hex(o, "h", bytes, 2), 0);
	assert_memory_equal(bytes, "\0\xff", 2);
	assert_int_equal(json_day(o, "d", &day), 0);
	assert_int_equal(day, 19782);
	assert_int_equal(json_day(o, "h", &day), ERR_FORMAT);
	assert_int_equal(json_list(o, "l", 2, &list), 0);
	assert_int_equal(json_array_size(list), 2);
	assert_int_equal(json_list(o, "l", 1, &list), ERR_LIMIT);
	assert_int_equal(json_list(o, "o", 1, &list), ERR_FORMAT);
	assert_int_equal(json_object_of(o, "o", &inner), 0);
	assert_true(json_has(inner, "x"));
	assert_false(json_has(inner, "y"));
	assert_int_equal(json_object_of(o, "l", &inner), ERR_FORMAT);
	assert_true(json_has(o, "z"));
	/* An array has no members; asking is a wrong format, not a crash. */
	assert_int_equal(json_text(list, "t", 9, &t), ERR_FORMAT);
	json_decref(o);
}

static void
test_size(void **state)
{
	json_t *root = NULL;

	(void)state;
	assert_int_equal(json_read(TEXT("[]"), 1, &root), ERR_LIMIT);
	assert_int_equal(json_read(text_from(NULL), 9, &root), ERR_FORMAT);
	assert_null(root);
	assert_int_equal(json_read(TEXT("[]"), 2, &root), 0);
	json_decref(root);
	root = parse(" {\"a\":[]} \n");
	json_decref(root);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_members),
		cmocka_unit_test(test_size),
	};

	json_init();
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
