#include "unit.h"

#include "gate/peek.h"

static const char form[] = "POST /tips/ HTTP/1.1\r\n";

static void
test_form_at_any_cut(void **state)
{
	const size_t enough = strlen("POST /tips/ ");

	(void)state;
	for (size_t n = 0; n < sizeof(form); n++)
		assert_int_equal(peek((struct text){ form, n }, TEXT("/tips")),
		    n < enough ? PEEK_MORE : PEEK_FORM);
}

static void
test_the_rest_is_known_at_its_first_other_byte(void **state)
{
	static const struct {
		const char *head;
		size_t known; /* bytes after which it is no form post */
	} cases[] = {
		{ "GET /tips/ HTTP/1.1", 1 },
		{ "PUT /tips/ ", 2 },
		{ "post /tips/ ", 1 },
		{ "POST  /tips/ ", 6 },
		{ "POST\t/tips/ ", 5 },
		{ "POST /tips HTTP/1.1", 11 },
		{ "POST /tips/?x=1 ", 12 },
		{ "POST /tips/x ", 12 },
		{ "POST /v1/letters ", 7 },
		{ "POST http://host/tips/ ", 6 },
		{ "\r\nPOST /tips/ ", 1 },
		{ "\r", 1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		for (size_t n = 0; n <= strlen(cases[i].head); n++) {
			enum peek_verdict v = peek(
			    (struct text){ cases[i].head, n }, TEXT("/tips"));

			if (v != (n < cases[i].known ? PEEK_MORE : PEEK_REST))
				fail_msg("%.*s", (int)n, cases[i].head);
		}
	}
}

static void
test_prefixes(void **state)
{
	char prefix[64], head[PEEK_MAX];

	(void)state;
	assert_int_equal(peek(TEXT("POST / HTTP/1.1"), TEXT("")), PEEK_FORM);
	assert_int_equal(peek(TEXT("POST /"), TEXT("")), PEEK_MORE);
	/* The longest prefix a configuration may have fits what is peeked. */
	memset(prefix, 'x', sizeof(prefix) - 1);
	prefix[0] = '/';
	memcpy(head, "POST ", 5);
	memcpy(head + 5, prefix, 63);
	memcpy(head + 68, "/ ", 2);
	assert_int_equal(
	    peek((struct text){ head, 70 }, (struct text){ prefix, 63 }),
	    PEEK_FORM);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_form_at_any_cut),
		cmocka_unit_test(
		    test_the_rest_is_known_at_its_first_other_byte),
		cmocka_unit_test(test_prefixes),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
