/* The store while allocations fail: what fails is undone, the rest stays. */
#include "each_allocation.h"

#include <stdlib.h>
#include <string.h>

#include "board/edition.h"
#include "crypto/random.h"
#include "store_kit.h"

static const char *back_end = "memory";
static struct kit kit;
static unsigned number;
static uint32_t edition = 1;
static uint64_t serial = 1;

/* Whatever was staged goes with the failed batch. */
static int
sync_after(int err)
{
	int synced = store_sync(kit.s);

	return err != 0 ? err : synced;
}

static int
put_letter(uint64_t chunks)
{
	struct kit_letter l = kit_letter(number, chunks, 2000);
	int err = sync_after(kit_put(kit.s, &l, KIT_DAY));

	mem_fail_at(0);
	if (err == 0)
		number++;
	assert_int_equal(kit_count(kit.s), number);
	return err;
}

static int
put_small(void)
{
	return put_letter(1);
}

static int
put_big(void)
{
	return put_letter(4);
}

static int
put_place(void)
{
	int err;

	err = store_card_put(kit.s, TEXT("{}"), TEXT("sig"), serial, KIT_DAY);
	if (err == 0)
		err = store_stories_put(kit.s, TEXT("[]"));
	if ((err = sync_after(err)) == 0)
		serial++;
	return err;
}

static int
get_place(void)
{
	struct buf json, minisig;
	uint64_t got;
	int err;

	buf_init(&json, 100);
	buf_init(&minisig, 100);
	if ((err = store_card_get(kit.s, &json, &minisig, &got)) == 0)
		err = store_stories_get(kit.s, &json);
	if (err == 0)
		assert_int_equal(json.n, 4);
	buf_fini(&json);
	buf_fini(&minisig);
	return err;
}

static int
make_edition(void)
{
	static uint8_t slot[SLOT_SIZE];
	uint8_t attest[STORE_ATTEST_SIZE], hash[32] = { 0 };
	struct buf slots, strips;
	int err;

	buf_init(&slots, EDITION_SLOTS_MAX * SLOT_SIZE);
	buf_init(&strips, EDITION_SLOTS_MAX * STRIP_ENTRY_SIZE);
	if ((err = store_board_post(kit.s, slot, 1, NULL, 0, NULL)) == 0 &&
	    (err = store_board_waiting(
		 kit.s, 512, 512, &slots, &strips, attest)) == 0 &&
	    (err = store_edition_put(kit.s, edition, KIT_DAY, hash,
		 TEXT("index"), buf_text(&slots))) == 0)
		err = store_edition_drop(kit.s, edition);
	if ((err = sync_after(err)) == 0)
		edition++;
	buf_fini(&slots);
	buf_fini(&strips);
	return err;
}

static int
delete_and_sweep(void)
{
	bool more = true;
	int err;

	if ((err = store_delete(kit.s, 1, KIT_DAY)) != 0 ||
	    (err = store_restore(kit.s, 1)) != 0 ||
	    (err = store_delete(kit.s, 2, KIT_DAY)) != 0)
		return sync_after(err);
	if ((err = store_sync(kit.s)) != 0)
		return err;
	while (err == 0 && more) {
		err = sync_after(store_sweep(kit.s, KIT_DAY + 1, 10, &more));
	}
	return err;
}

static int
read_letters(void)
{
	static uint8_t bytes[200000];
	struct kit_letter l = kit_letter(1, 4, 2000);
	uint8_t head[32], chunk0[32];
	struct buf leaves;
	uint64_t total;
	size_t n;
	int err;

	buf_init(&leaves, 100 * 32);
	if ((err = store_read(kit.s, 2, 0, bytes, sizeof(bytes), &n, &total)) ==
	    0)
		err = store_leaves(
		    kit.s, 2, 0, 100, head, chunk0, &leaves, &total);
	buf_fini(&leaves);
	mem_fail_at(0);
	if (err == 0)
		assert_true(kit_is_there(kit.s, 2, &l));
	return err;
}

/* A store of its own each time, from an empty file on. */
static int
open_and_close(void)
{
	struct store *s = NULL;
	int err;

	err = kit.is_sqlite ? store_open_sqlite(kit.path, kit_newsroom, &s)
			    : store_open_memory(kit_newsroom, &s);
	assert_true((err == 0) == (s != NULL));
	store_close(&s);
	return err;
}

static void
test_work(void **state)
{
	(void)state;
	kit_open(&kit, back_end);
	each_allocation(put_small, 3);
	each_allocation(put_big, 3);
	each_allocation(put_place, 1);
	each_allocation(get_place, 1);
	each_allocation(make_edition, 3);
	each_allocation(read_letters, 1);
	each_allocation(delete_and_sweep, 0);
	kit_remove(&kit);
}

static void
test_opening(void **state)
{
	(void)state;
	kit_open(&kit, back_end);
	kit_close(&kit);
	each_allocation(open_and_close, 2);
	kit_remove(&kit);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_work),
		cmocka_unit_test(test_opening),
	};

	if (argc > 1)
		back_end = argv[1];
	cmocka_set_message_output(CM_OUTPUT_TAP);
	if (crypto_init() != 0 || store_warm() != 0)
		return EXIT_FAILURE;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
