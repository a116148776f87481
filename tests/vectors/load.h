/* Reading vector files in tests: a missing field fails the test. */
#ifndef PISTA_TESTS_VECTORS_LOAD_H
#define PISTA_TESTS_VECTORS_LOAD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "base/text.h"
#include "crypto/random.h"

static inline const char *
load_string(const json_t *o, const char *name)
{
	const char *s = json_string_value(json_object_get(o, name));

	assert_non_null(s);
	return s;
}

static inline void
load_hex(const json_t *o, const char *name, void *out, size_t n)
{
	assert_int_equal(hex_read(text_from(load_string(o, name)), out, n), 0);
}

static inline json_int_t
load_number(const json_t *o, const char *name)
{
	assert_true(json_is_integer(json_object_get(o, name)));
	return json_integer_value(json_object_get(o, name));
}

/* Fails when the n bytes at p are not those of the field. */
static inline void
assert_field(const json_t *o, const char *name, const void *p, size_t n)
{
	uint8_t expected[4096];

	assert_true(n <= sizeof(expected));
	load_hex(o, name, expected, n);
	assert_memory_equal(p, expected, n);
}

/*
 * What main returns: the vectors of the one file that the command line names,
 * while the tests run over them.
 */
#define load_and_run(argc, argv, ret_vectors, tests)               \
	load_and_run_group(argc, argv, ret_vectors, #tests, tests, \
	    sizeof(tests) / sizeof((tests)[0]))
static inline int
load_and_run_group(int argc, char **argv, json_t **ret_vectors,
    const char *name, const struct CMUnitTest *tests, size_t n)
{
	int failed;

	cmocka_set_message_output(CM_OUTPUT_TAP);
	if (argc != 2 || crypto_init() != 0)
		return 2;
	*ret_vectors = json_load_file(argv[1], JSON_REJECT_DUPLICATES, NULL);
	if (*ret_vectors == NULL)
		return 2;
	failed = _cmocka_run_group_tests(name, tests, n, NULL, NULL);
	json_decref(*ret_vectors);
	return failed;
}

#endif
