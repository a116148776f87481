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

#endif
