#include "each_allocation.h"

#include <string.h>

#include "board/edition.h"
#include "board/slot.h"
#include "crypto/random.h"

#define OUT_MAX (1u << 20)

static const uint8_t newsroom[NEWSROOM_ID_SIZE] = "a newsroom's id";
static const uint8_t value[RECEIPT_VALUE_SIZE] = { 1 };
static struct thread_keys keys;
static uint8_t sealed[SLOT_SIZE];

static int
make_keys(void)
{
	struct thread_keys k;

	return receipt_keys(value, newsroom, &k);
}

static int
seal_answer(void)
{
	const struct answer a = { .by = TEXT("desk"), .text = TEXT("text") };

	return slot_seal_answer(sealed, &keys.pub, newsroom, &a, 1);
}

static int
seal_filler(void)
{
	uint8_t slot[SLOT_SIZE];

	return slot_seal_filler(slot, newsroom);
}

static int
open_answer(void)
{
	uint8_t plain[SLOT_PLAIN_SIZE];
	struct answer a = { .part = 99 };
	int err = slot_open(sealed, &keys, newsroom, plain, &a);

	assert_int_equal(a.part, err == 0 ? 1 : 99);
	return err;
}

static int
ignore_hit(void *ctx, size_t number)
{
	(void)ctx;
	(void)number;
	return 0;
}

static int
scan(void)
{
	return slot_scan(keys.pub.slot, sealed, 1, ignore_hit, NULL);
}

static int
build(void)
{
	struct edition_head h = { .number = 1 };
	struct buf index, slots;
	uint8_t hash[32];
	int err;

	buf_init(&index, OUT_MAX);
	buf_init(&slots, OUT_MAX);
	err = edition_build(&h, sealed, 1, NULL, 0, &index, &slots, hash);
	buf_fini(&index);
	buf_fini(&slots);
	return err;
}

static void
test_receipt_keys(void **state)
{
	(void)state;
	each_allocation(make_keys, 1);
}

static void
test_slots(void **state)
{
	(void)state;
	each_allocation(seal_answer, 1);
	each_allocation(seal_filler, 1);
	each_allocation(open_answer, 1);
	each_allocation(scan, 1);
}

static void
test_editions(void **state)
{
	(void)state;
	each_allocation(build, 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_receipt_keys),
		cmocka_unit_test(test_slots),
		cmocka_unit_test(test_editions),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	if (crypto_init() != 0 || receipt_keys(value, newsroom, &keys) != 0)
		return 2;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
