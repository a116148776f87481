/* An answer with too little memory is no answer: nothing waits, nothing is
 * recorded, and it can be given again. */
#include "each_allocation.h"

#include "dispatch_kit.h"

static struct office office;
static struct book_thread thread;

static int
count(void *ctx, uint64_t handle, const struct event *e)
{
	(void)handle, (void)e;
	++*(size_t *)ctx;
	return 0;
}

static int
operate(void)
{
	struct dispatch *d = office.member[ANA].dispatch;
	uint64_t waiting;
	size_t pending = 0;
	uint32_t parts;
	int err;

	err = dispatch_answer(
	    d, &thread, TEXT("Thank you."), TEXT(""), false, &parts);
	mem_fail_at(0);
	assert_int_equal(
	    mirror_out_count(office.member[ANA].mirror, &waiting), 0);
	assert_int_equal(
	    book_each_pending(office.member[ANA].book, count, &pending), 0);
	assert_int_equal(waiting, err == 0 ? 3 : 0);
	assert_int_equal(pending, 0);
	return err;
}

static void
test_answer(void **state)
{
	struct thread_keys source;
	uint64_t tip;

	(void)state;
	office_init(&office);
	office_source(&office, 7, &source);
	tip = office_tip(&office, LETTER_TIP, &source, "news", "Something.");
	office_round(&office, &office.member[ANA]);
	thread = office_find(&office.member[ANA], tip);
	each_allocation(operate, 30);
	office_fini(&office);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_answer) };

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
