/*
 * A sender who has become too slow gives way when the parent asks: the page
 * comes in the middle of the upload, with the text; and who does not read the
 * page gives way as well. Takes a minute, so it stands alone.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"
#include "base/mem.h"
#include "kit.h"

#define POST_QUOTES (128 * 1024)

const char *form_program;

static void
slow_sender_gives_way_and_keeps_the_text(void **state)
{
	struct kit *k = *state;
	char digits[RECEIPT_DIGITS + 1] = { 0 };
	struct text t;

	kit_begin(k, "new");
	kit_post(k);
	t = kit_hidden(k, "receipt");
	assert_int_equal(t.n, RECEIPT_DIGITS);
	memcpy(digits, t.p, t.n);

	kit_begin(k, "send");
	kit_field(k, "receipt", digits);
	kit_field(k, "message", "slow but <precious>");
	kit_file(k, "a.bin", "the first bytes", 15);
	/* Fast at first: at once the parent asks in vain. */
	k->pressure_early = true;
	k->pressure_after = 32;
	kit_post(k);
	assert_int_equal(k->status, 200);
	assert_true(kit_has(k, "the connection was too slow"));
	assert_true(kit_has(k, "slow but &lt;precious&gt;"));
	assert_true(text_is(kit_hidden(k, "receipt"), digits));
	assert_int_equal(k->page.n, 65536);
	assert_false(k->is_committed);
	assert_true(k->is_dropped);
}

static void
who_sends_no_head_gives_way_at_once(void **state)
{
	unsigned lived =
	    kit_hold(*state, "POST /tips/ HTTP/1.1\r\nHost: a\r\n", 25);

	assert_in_range(lived, 0, 24);
}

static void
answer_that_nobody_reads_gives_way(void **state)
{
	struct kit *k = *state;
	char head[256], *quotes = mem_new(1, POST_QUOTES);
	unsigned lived;

	/* Shown back as six bytes each, more than a socket holds. */
	memset(quotes, '"', POST_QUOTES);
	kit_begin(k, "send");
	kit_field_n(k, "message", (struct text){ quotes, POST_QUOTES });
	kit_end(k);
	mem_free(quotes);
	snprintf(head, sizeof(head),
	    "POST /tips/ HTTP/1.1\r\nHost: a\r\nContent-Type: "
	    "multipart/form-data; boundary=" KIT_BOUNDARY "\r\n"
	    "Content-Length: %zu\r\n\r\n",
	    k->request.n);
	lived = kit_hold(k, head, 90);
	assert_in_range(lived, 29, 89);
}

static int
set_up(void **state)
{
	static struct kit k;

	kit_init(&k);
	*state = &k;
	return 0;
}

static int
tear_down(void **state)
{
	kit_fini(*state);
	return 0;
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(slow_sender_gives_way_and_keeps_the_text),
		cmocka_unit_test(who_sends_no_head_gives_way_at_once),
		cmocka_unit_test(answer_that_nobody_reads_gives_way),
	};

	must(argc == 2);
	cmocka_set_message_output(CM_OUTPUT_TAP);
	form_program = realpath(argv[1], NULL);
	must(form_program != NULL);
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
