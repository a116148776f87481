#include <stdio.h>

#include "unit.h"

#include "base/err.h"
#include "crypto/random.h"
#include "desk/door.h"

#define PORT 40123
#define TOKEN "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"

static struct door door;
static uint8_t token[DOOR_SECRET_SIZE], key[DOOR_SECRET_SIZE];

static int
set_up(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(token); i++) {
		token[i] = (uint8_t)i;
		key[i] = (uint8_t)(0xff - i);
	}
	door_init(&door, PORT, token);
	return crypto_init();
}

/* A request with these fields besides the method and the path. */
static struct http_head
asked(const char *line, const char *fields)
{
	static char bytes[HTTP_HEAD_MAX];
	struct http_refusal refusal;
	struct http_head h;
	size_t scan = 0;

	snprintf(bytes, sizeof(bytes), "%s HTTP/1.1\r\n%s\r\n", line, fields);
	assert_int_equal(
	    http_head_check(bytes, strlen(bytes), &scan, &h, &refusal), 0);
	return h;
}

#define OURS "Host: 127.0.0.1:40123\r\n"

static void
only_our_page_asks(void **state)
{
	static const struct {
		const char *fields;
		bool is_ours;
	} cases[] = {
		{ OURS, true },
		{ OURS "Origin: http://127.0.0.1:40123\r\n", true },
		{ OURS "Sec-Fetch-Site: same-origin\r\n", true },
		{ OURS "Origin: http://127.0.0.1:40124\r\n", false },
		{ OURS "Origin: https://127.0.0.1:40123\r\n", false },
		{ OURS "Origin: null\r\n", false },
		{ OURS "Origin: http://evil.example\r\n", false },
		{ OURS "Origin: http://127.0.0.1:40123\r\n"
		       "Origin: http://evil.example\r\n",
		    false },
		{ OURS "Sec-Fetch-Site: cross-site\r\n", false },
		{ OURS "Sec-Fetch-Site: same-site\r\n", false },
		{ OURS "Sec-Fetch-Site: none\r\n", false },
		{ "Host: localhost:40123\r\n", false },
		{ "Host: 127.0.0.1\r\n", false },
		{ "Host: 127.0.0.1:40124\r\n", false },
		{ "Host: 127.0.0.1:401234\r\n", false },
		{ "Host: evil.example:40123\r\n", false },
		{ "Host: [::1]:40123\r\n", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct http_head h;
		char fields[512];

		snprintf(fields, sizeof(fields), "%sContent-Length: 0\r\n",
		    cases[i].fields);
		h = asked("POST /v1/act", fields);
		assert_int_equal(door_is_ours(&door, &h), cases[i].is_ours);
	}
}

/* A browser is sent to the empty page from a local file, which is another site
 * to it; nothing else may be. */
static void
the_page_can_be_visited(void **state)
{
	static const char visit[] = OURS "Sec-Fetch-Site: cross-site\r\n"
					 "Sec-Fetch-Mode: navigate\r\n"
					 "Sec-Fetch-Dest: document\r\n";
	static const char frame[] = OURS "Sec-Fetch-Site: cross-site\r\n"
					 "Sec-Fetch-Mode: navigate\r\n"
					 "Sec-Fetch-Dest: iframe\r\n";
	static const char script[] = OURS "Sec-Fetch-Site: cross-site\r\n"
					  "Sec-Fetch-Mode: no-cors\r\n"
					  "Sec-Fetch-Dest: script\r\n";
	struct http_head h;

	(void)state;
	h = asked("GET /", visit);
	assert_true(door_is_open(&door, &h));
	h = asked("GET /desk.js", visit);
	assert_false(door_is_open(&door, &h));
	h = asked("GET /", frame);
	assert_false(door_is_open(&door, &h));
	h = asked("GET /desk.js", script);
	assert_false(door_is_open(&door, &h));
	h = asked("GET /desk.js", OURS "Sec-Fetch-Site: same-origin\r\n");
	assert_true(door_is_open(&door, &h));
	h = asked("GET /", OURS "Sec-Fetch-Site: none\r\n");
	assert_true(door_is_open(&door, &h));
	h = asked("GET /", "Host: evil.example:40123\r\n");
	assert_false(door_is_open(&door, &h));
}

static void
the_token_is_one(void **state)
{
	struct http_head h;

	(void)state;
	h = asked("GET /v1/state", OURS "Pista-Token: " TOKEN "\r\n");
	assert_true(door_has_token(&door, &h));
	h = asked("GET /v1/state", OURS);
	assert_false(door_has_token(&door, &h));
	h = asked("GET /v1/state", OURS "Pista-Token:\r\n");
	assert_false(door_has_token(&door, &h));
	h = asked("GET /v1/state", OURS "Pista-Token: " TOKEN "00\r\n");
	assert_false(door_has_token(&door, &h));
	h = asked("GET /v1/state",
	    OURS "Pista-Token: " TOKEN "\r\nPista-Token: " TOKEN "\r\n");
	assert_false(door_has_token(&door, &h));
	h = asked("GET /v1/state?Pista-Token=" TOKEN, OURS);
	assert_false(door_has_token(&door, &h));
}

static void
a_key_opens_once_and_for_a_minute(void **state)
{
	char hex[DOOR_HEX_SIZE + 1] = { 0 }, got[DOOR_HEX_SIZE + 1];
	struct text given = { hex, DOOR_HEX_SIZE };

	(void)state;
	hex_write(hex, key, sizeof(key));
	assert_int_equal(door_enter(&door, given, 0, got), ERR_DENIED);
	door_set_key(&door, key, 1000);
	assert_int_equal(door_enter(&door, TEXT(TOKEN), 1001, got), ERR_DENIED);
	assert_int_equal(door_enter(&door, TEXT(""), 1001, got), ERR_DENIED);
	assert_int_equal(
	    door_enter(&door, given, 1000 + DOOR_KEY_MS, got), ERR_DENIED);
	assert_int_equal(door_enter(&door, given, 999 + DOOR_KEY_MS, got), 0);
	assert_string_equal(got, TOKEN);
	assert_int_equal(door_enter(&door, given, 1001, got), ERR_DENIED);
	door_set_key(&door, key, 2000);
	assert_int_equal(door_enter(&door, given, 2001, got), 0);
}

static void
a_ticket_is_for_one_file(void **state)
{
	char hex[2 * DOOR_TICKET_SIZE + 1], other[2 * DOOR_TICKET_SIZE + 1];
	uint32_t number;
	uint64_t seq;

	(void)state;
	door_ticket(&door, 7, 3, 1000, hex);
	assert_int_equal(
	    door_use_ticket(&door, TEXT("00"), 1001, &seq, &number),
	    ERR_NOT_FOUND);
	assert_int_equal(
	    door_use_ticket(&door, text_from(hex), 1001, &seq, &number), 0);
	assert_int_equal(seq, 7);
	assert_int_equal(number, 3);
	assert_int_equal(
	    door_use_ticket(&door, text_from(hex), 1002, &seq, &number),
	    ERR_NOT_FOUND);
	door_ticket(&door, 8, 1, 1000, hex);
	assert_int_equal(door_use_ticket(&door, text_from(hex),
			     1000 + DOOR_KEY_MS, &seq, &number),
	    ERR_NOT_FOUND);
	door_ticket(&door, 9, 1, 2000, hex);
	for (uint64_t i = 0; i < DOOR_TICKETS_MAX; i++)
		door_ticket(&door, 10, 1, 2001 + i, other);
	assert_int_equal(
	    door_use_ticket(&door, text_from(hex), 2002, &seq, &number),
	    ERR_NOT_FOUND);
	assert_int_equal(
	    door_use_ticket(&door, text_from(other), 2002, &seq, &number), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(only_our_page_asks, set_up),
		cmocka_unit_test_setup(the_page_can_be_visited, set_up),
		cmocka_unit_test_setup(the_token_is_one, set_up),
		cmocka_unit_test_setup(
		    a_key_opens_once_and_for_a_minute, set_up),
		cmocka_unit_test_setup(a_ticket_is_for_one_file, set_up),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
