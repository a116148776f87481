/*
 * A sender who has become too slow gives way when the parent asks: the page
 * comes in the middle of the upload, with the text. Takes half a minute, so it
 * stands alone.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"
#include "kit.h"

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
	};

	must(argc == 2);
	cmocka_set_message_output(CM_OUTPUT_TAP);
	form_program = realpath(argv[1], NULL);
	must(form_program != NULL);
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
