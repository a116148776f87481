/* pistad-keep, the whole program, as its peers see it. */
#include "unit.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/cursor.h"
#include "base/day.h"
#include "base/err.h"
#include "base/mem.h"
#include "board/edition.h"
#include "chain/chain.h"
#include "crypto/random.h"
#include "keep_kit.h"
#include "os/sock.h"

static const char *program;
static struct keep_kit keep;
static struct wire_peer *web, *pickup;

static int
set_up(void **state)
{
	(void)state;
	keep_kit_new(&keep, program);
	web = keep_kit_peer(&keep, WIRE_WEB);
	pickup = keep_kit_peer(&keep, WIRE_PICKUP);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	wire_peer_free(&web);
	wire_peer_free(&pickup);
	keep_kit_free(&keep);
	return 0;
}

/* Entries behind after, as INBOX_LIST gives them; the last in *ret_last. */
static size_t
list(uint64_t after, struct wire_entry *ret_last)
{
	struct wire_message m;
	uint8_t body[8];
	struct cursor c;
	size_t n = 0;

	u64_write(body, after);
	assert_int_equal(keep_kit_ask(pickup, WIRE_INBOX_LIST, body, 8, &m), 0);
	cursor_init(&c, m.body, m.n);
	for (; c.n > 0; n++)
		assert_int_equal(wire_entry_read(&c, ret_last), 0);
	return n;
}

static void
test_a_letter_from_each(void **state)
{
	static const enum wire_role roles[] = { WIRE_WEB, WIRE_FORM,
		WIRE_PICKUP };
	struct wire_entry e;
	struct kit_letter l;
	uint8_t digest[32];
	bool is_repeat;

	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		struct wire_peer *p = keep_kit_peer(&keep, roles[i]);

		l = kit_letter(i, 1 + 2 * i, 300);
		assert_int_equal(keep_kit_put_all(p, &l, &is_repeat), 0);
		assert_false(is_repeat);
		wire_peer_free(&p);
		assert_int_equal(keep_kit_put_all(web, &l, &is_repeat), 0);
		assert_true(is_repeat);
	}
	assert_int_equal(list(0, &e), 3);
	kit_digest(&l, digest);
	assert_memory_equal(e.digest, digest, 32);
	assert_int_equal(e.seq, 3);
	assert_int_equal(e.day, day_today());
	assert_int_equal(e.size, kit_letter_size(&l));
	assert_int_equal(list(3, &e), 0);
}

static void
test_reading_back(void **state)
{
	static uint8_t want[STORE_CHUNK_SIZE];
	struct kit_letter l = kit_letter(1, 3, 300);
	uint8_t body[20] = { 1 }, leaf[32];
	struct wire_message m;
	bool is_repeat;

	(void)state;
	assert_int_equal(keep_kit_put_all(web, &l, &is_repeat), 0);
	u64_write(body + 8, l.head_n);
	u32_write(body + 16, STORE_CHUNK_SIZE);
	assert_int_equal(
	    keep_kit_ask(pickup, WIRE_INBOX_READ, body, 20, &m), 0);
	assert_int_equal(m.n, 8 + STORE_CHUNK_SIZE);
	assert_int_equal(u64_read(m.body), kit_letter_size(&l));
	kit_chunk(&l, 0, want);
	assert_memory_equal(m.body + 8, want, STORE_CHUNK_SIZE);
	u32_write(body + 16, UINT32_MAX);
	assert_int_equal(
	    keep_kit_ask(pickup, WIRE_INBOX_READ, body, 20, &m), 0);
	assert_int_equal(m.n, 8 + 131072);

	memset(body + 8, 0, 8);
	assert_int_equal(
	    keep_kit_ask(pickup, WIRE_INBOX_LEAVES, body, 16, &m), 0);
	assert_int_equal(m.n, 8 + 64 + 2 * 32);
	assert_int_equal(u64_read(m.body), 2);
	hash_once(leaf, want, STORE_CHUNK_SIZE);
	assert_memory_equal(m.body + 40, leaf, 32);
	hash_once(leaf, want, kit_chunk(&l, 2, want));
	assert_memory_equal(m.body + 72 + 32, leaf, 32);
	body[0] = 2;
	assert_int_equal(
	    keep_kit_ask(pickup, WIRE_INBOX_READ, body, 20, &m), ERR_NOT_FOUND);
}

static void
test_deleting_and_restoring(void **state)
{
	uint8_t body[8 + 8] = { 1, 0, 0, 0, 0, 0, 0, 0, 1 };
	uint8_t restore[8 + 8] = { 0, 0, 0, 0, 1, 0, 0, 0, 1 };
	struct kit_letter l = kit_letter(1, 1, 300);
	struct wire_message m;
	struct wire_entry e;
	bool is_repeat;

	(void)state;
	assert_int_equal(keep_kit_put_all(web, &l, &is_repeat), 0);
	assert_int_equal(
	    keep_kit_ask(pickup, WIRE_INBOX_DELETE, body, 16, &m), 0);
	assert_int_equal(list(0, &e), 1);
	assert_int_equal(e.state, WIRE_ENTRY_DELETED);
	assert_int_equal(
	    keep_kit_ask(pickup, WIRE_INBOX_DELETE, restore, 16, &m), 0);
	assert_int_equal(list(0, &e), 1);
	assert_int_equal(e.state, 0);
	body[8] = 2;
	assert_int_equal(keep_kit_ask(pickup, WIRE_INBOX_DELETE, body, 16, &m),
	    ERR_NOT_FOUND);
}

static void
test_a_put_that_ends_early_is_nothing(void **state)
{
	uint8_t number[8] = { 0 }, bytes[100] = { 1 };
	struct wire_peer *form = keep_kit_peer(&keep, WIRE_FORM);
	struct kit_letter l = kit_letter(1, 1, 300);
	struct wire_entry e;
	bool is_repeat;

	(void)state;
	assert_true(keep_kit_send(
	    form, WIRE_PUT_BEGIN, 1, bytes, sizeof(bytes), NULL, 0));
	assert_true(keep_kit_send(
	    form, WIRE_PUT_CHUNK, 1, number, 8, bytes, sizeof(bytes)));
	wire_peer_free(&form);
	assert_true(keep_kit_send(
	    web, WIRE_PUT_BEGIN, 1, bytes, sizeof(bytes), NULL, 0));
	assert_true(keep_kit_send(
	    web, WIRE_PUT_CHUNK, 1, number, 8, bytes, sizeof(bytes)));
	assert_true(keep_kit_send(web, WIRE_PUT_DROP, 1, NULL, 0, NULL, 0));
	assert_int_equal(keep_kit_put_all(web, &l, &is_repeat), 0);
	assert_int_equal(list(0, &e), 1);
}

/* One FAIL ends a put; the rest of it is ignored, another can follow. */
static void
test_a_failed_put_is_told_once(void **state)
{
	uint8_t number[8] = { 0 }, commit[40] = { 1 }, bytes[100] = { 1 };
	struct kit_letter l = kit_letter(1, 1, 300);
	struct wire_message m;
	uint32_t detail;
	bool is_repeat;
	int fail;

	(void)state;
	assert_true(keep_kit_send(
	    web, WIRE_PUT_BEGIN, 9, bytes, sizeof(bytes), NULL, 0));
	for (int i = 0; i < 3; i++)
		assert_true(keep_kit_send(
		    web, WIRE_PUT_CHUNK, 9, number, 8, bytes, sizeof(bytes)));
	assert_true(
	    keep_kit_send(web, WIRE_PUT_COMMIT, 9, commit, 40, NULL, 0));
	assert_true(keep_kit_hear(web, &m));
	assert_int_equal(m.request, 9);
	assert_int_equal(wire_fail_read(&m, &fail, &detail), 0);
	assert_int_equal(fail, ERR_FORMAT);
	assert_int_equal(keep_kit_put_all(web, &l, &is_repeat), 0);
	/* A put nobody began. */
	assert_true(
	    keep_kit_send(web, WIRE_PUT_COMMIT, 10, commit, 40, NULL, 0));
	assert_true(keep_kit_hear(web, &m));
	assert_int_equal(wire_fail_read(&m, &fail, &detail), 0);
	assert_int_equal(fail, ERR_NOT_FOUND);
}

static void
test_puts_of_one_peer_are_bounded(void **state)
{
	const uint8_t head[10] = { 1 };
	struct wire_message m;
	uint32_t detail;
	int fail;

	(void)state;
	for (uint64_t i = 0; i < 257; i++)
		assert_true(keep_kit_send(
		    web, WIRE_PUT_BEGIN, i, head, sizeof(head), NULL, 0));
	assert_true(keep_kit_hear(web, &m));
	assert_int_equal(m.request, 256);
	assert_int_equal(wire_fail_read(&m, &fail, &detail), 0);
	assert_int_equal(fail, ERR_BUSY);
}

static void
test_the_card_goes_to_everybody(void **state)
{
	struct wire_peer *form;
	struct wire_message m;

	(void)state;
	assert_true(keep_kit_await(web, WIRE_CARD, &m));
	assert_int_equal(m.n, 0);
	assert_int_equal(
	    keep_kit_card(&keep, pickup, 5, "\"hours\":[0,12]"), 0);
	assert_true(keep_kit_await(web, WIRE_CARD, &m));
	assert_true(m.n > 100);
	assert_int_equal(
	    keep_kit_card(&keep, pickup, 5, "\"hours\":[0,12]"), ERR_SERIAL);
	assert_int_equal(
	    keep_kit_card(&keep, pickup, 4, "\"hours\":[0,12]"), ERR_SERIAL);
	assert_int_equal(keep_kit_card(&keep, pickup, 6, "\"hours\":[0]"), 0);
	assert_int_equal(
	    keep_kit_ask(pickup, WIRE_STORIES_PUT, "[]", 2, &m), 0);
	assert_int_equal(
	    keep_kit_ask(pickup, WIRE_STORIES_PUT, "[", 1, &m), ERR_FORMAT);

	form = keep_kit_peer(&keep, WIRE_FORM);
	assert_true(keep_kit_send(form, WIRE_PLACE_GET, 3, NULL, 0, NULL, 0));
	assert_int_equal(wire_receive(form, &m), 0);
	assert_int_equal(m.type, WIRE_CARD);
	assert_int_equal(m.request, 3);
	assert_int_equal(wire_receive(form, &m), 0);
	assert_int_equal(m.type, WIRE_STORIES);
	assert_int_equal(m.n, 2);
	assert_int_equal(wire_receive(form, &m), 0);
	assert_int_equal(m.type, WIRE_NEXT);
	assert_int_equal(u32_read(m.body), 1);
	assert_int_equal(u64_read(m.body + 8) % 86400, 0);
	wire_peer_free(&form);
}

static void
test_a_card_of_another_key_is_refused(void **state)
{
	struct masthead_key *key = keep.key;

	(void)state;
	assert_int_equal(masthead_key_new(&keep.key), 0);
	assert_int_equal(
	    keep_kit_card(&keep, pickup, 1, "\"hours\":[0]"), ERR_SIGNATURE);
	masthead_key_free(&keep.key);
	keep.key = key;
}

static void
test_a_drill_edition(void **state)
{
	struct edition_view v;
	struct wire_message m;
	uint8_t body[8] = { 1 };
	struct cursor c;
	uint32_t detail;

	(void)state;
	assert_int_equal(keep_kit_card(&keep, pickup, 1, "\"seconds\":1"), 0);
	assert_int_equal(
	    keep_kit_post(pickup, 2, 'x', 3, 1, &detail), ERR_CONFLICT);
	assert_int_equal(detail, 1);
	/* Slots alone may be for any. */
	assert_int_equal(keep_kit_post(pickup, 2, 'x', 3, 0, &detail), 0);
	assert_int_equal(keep_kit_post(pickup, 1, 'y', 64, 2, &detail), 0);
	keep_kit_await_edition(pickup, 1);
	assert_int_equal(keep_kit_ask(web, WIRE_BOARD_LIST, NULL, 0, &m), 0);
	assert_int_equal(m.n, 8);
	assert_int_equal(u32_read(m.body), 1);
	assert_int_equal(u32_read(m.body + 4), 1);
	assert_int_equal(keep_kit_ask(web, WIRE_BOARD_INDEX, body, 4, &m), 0);
	cursor_init(&c, m.body, m.n);
	assert_int_equal(edition_next(&c, kit_newsroom, NULL, &v), 0);
	assert_int_equal(v.head.slots, 128);
	assert_int_equal(v.head.strips, 8);
	assert_int_equal(v.head.day, day_today());
	u32_write(body + 4, 127 * SLOT_SIZE);
	assert_int_equal(keep_kit_ask(web, WIRE_BOARD_SLOTS, body, 8, &m), 0);
	assert_int_equal(m.n, SLOT_SIZE);
	u32_write(body + 4, 0);
	assert_int_equal(keep_kit_ask(web, WIRE_BOARD_SLOTS, body, 8, &m), 0);
	assert_int_equal(m.n, 32 * SLOT_SIZE);
	body[0] = 2;
	assert_int_equal(
	    keep_kit_ask(web, WIRE_BOARD_INDEX, body, 4, &m), ERR_NOT_FOUND);

	/* The next is chained to it, also after a restart. */
	keep_kit_kill(&keep);
	wire_peer_free(&web);
	wire_peer_free(&pickup);
	keep_kit_start(&keep);
	web = keep_kit_peer(&keep, WIRE_WEB);
	pickup = keep_kit_peer(&keep, WIRE_PICKUP);
	assert_int_equal(keep_kit_post(pickup, 2, 'z', 1, 1, &detail), 0);
	keep_kit_await_edition(pickup, 2);
	assert_int_equal(keep_kit_ask(web, WIRE_BOARD_INDEX, body, 4, &m), 0);
	cursor_init(&c, m.body, m.n);
	{
		uint8_t first[32];
		struct edition_view second;

		memcpy(first, v.hash, 32);
		assert_int_equal(
		    edition_next(&c, kit_newsroom, NULL, &second), 0);
		assert_memory_equal(second.head.previous, first, 32);
		assert_int_equal(second.head.number, 2);
	}
}

static void
test_not_more_may_wait_than_editions_can_hold(void **state)
{
	uint32_t detail;

	(void)state;
	/* At an hour that is not now. */
	assert_int_equal(keep_kit_card(&keep, pickup, 1,
			     time(NULL) / 3600 % 24 < 12 ? "\"hours\":[20]"
							 : "\"hours\":[8]"),
	    0);
	assert_int_equal(
	    keep_kit_post(pickup, 1, 'x', 0, 0, &detail), ERR_FORMAT);
	for (int i = 0; i < 16; i++)
		assert_int_equal(
		    keep_kit_post(pickup, 1, 'x', 64, 0, &detail), 0);
	assert_int_equal(
	    keep_kit_post(pickup, 1, 'x', 1, 0, &detail), ERR_BUSY);
	/* Also after a restart. */
	keep_kit_kill(&keep);
	wire_peer_free(&web);
	wire_peer_free(&pickup);
	keep_kit_start(&keep);
	web = keep_kit_peer(&keep, WIRE_WEB);
	pickup = keep_kit_peer(&keep, WIRE_PICKUP);
	assert_int_equal(
	    keep_kit_post(pickup, 1, 'x', 1, 0, &detail), ERR_BUSY);
}

/* Somebody who asks and never listens holds nobody up. */
static void
test_a_deaf_peer_blocks_nobody(void **state)
{
	struct wire_peer *deaf = keep_kit_peer(&keep, WIRE_PICKUP);
	struct kit_letter l = kit_letter(1, 4, 300);
	uint8_t body[20] = { 1 };
	struct wire_entry e;
	bool is_repeat;
	int asked = 0;

	(void)state;
	assert_int_equal(keep_kit_put_all(web, &l, &is_repeat), 0);
	u32_write(body + 16, 131072);
	assert_int_equal(sock_set_nonblocking(wire_peer_fd(deaf), true), 0);
	while (asked < 100000 &&
	       keep_kit_send(deaf, WIRE_INBOX_READ, 1, body, 20, NULL, 0))
		asked++;
	assert_in_range(asked, 1, 99999);
	for (unsigned i = 2; i < 50; i++) {
		l = kit_letter(i, 1, 300);
		assert_int_equal(keep_kit_put_all(web, &l, &is_repeat), 0);
	}
	assert_int_equal(list(0, &e), 49);
	wire_peer_free(&deaf);
	assert_int_equal(list(49, &e), 0);
}

static void
test_everything_is_there_after_a_stop(void **state)
{
	struct kit_letter l = kit_letter(1, 1, 300);
	struct wire_message m;
	struct wire_entry e;
	bool is_repeat;

	(void)state;
	assert_int_equal(keep_kit_put_all(web, &l, &is_repeat), 0);
	assert_int_equal(keep_kit_card(&keep, pickup, 3, "\"hours\":[1]"), 0);
	wire_peer_free(&web);
	wire_peer_free(&pickup);
	assert_int_equal(keep_kit_drain(&keep), 0);
	keep_kit_start(&keep);
	web = keep_kit_peer(&keep, WIRE_WEB);
	pickup = keep_kit_peer(&keep, WIRE_PICKUP);
	assert_true(keep_kit_await(web, WIRE_CARD, &m));
	assert_true(m.n > 100);
	assert_int_equal(list(0, &e), 2);
	assert_int_equal(e.type, CHAIN_CARD);
	assert_int_equal(keep_kit_put_all(web, &l, &is_repeat), 0);
	assert_true(is_repeat);
}

/* Sends bytes as they are; true when keep hangs up. */
static bool
is_refused(enum wire_role role, const uint8_t *bytes, size_t n)
{
	struct wire_peer *p = keep_kit_peer(&keep, role);
	struct wire_message m;
	bool is_closed;

	assert_true(send(wire_peer_fd(p), bytes, n, 0) == (ssize_t)n);
	is_closed = !keep_kit_hear(p, &m);
	wire_peer_free(&p);
	return is_closed;
}

static void
test_a_message_cut_anywhere(void **state)
{
	static const struct {
		enum wire_role role;
		enum wire_type type;
		size_t n;
	} messages[] = { { WIRE_WEB, WIRE_PUT_COMMIT, 40 },
		{ WIRE_FORM, WIRE_PUT_CHUNK, 100 },
		{ WIRE_PICKUP, WIRE_INBOX_DELETE, 8 },
		{ WIRE_PICKUP, WIRE_INBOX_READ, 20 },
		{ WIRE_PICKUP, WIRE_CARD_PUT, 60 } };
	struct wire_message m;
	uint8_t bytes[200];
	struct buf b;

	(void)state;
	for (size_t i = 0; i < 5; i++) {
		buf_init_fixed(&b, bytes, sizeof(bytes));
		buf_put_u8(&b, WIRE_VERSION);
		buf_put_u8(&b, (uint8_t)messages[i].type);
		buf_put_u16(&b, 0);
		buf_put_u32(&b, (uint32_t)messages[i].n);
		buf_put_u64(&b, 1);
		buf_put(&b, kit_newsroom, 16);
		buf_fill(&b, 0, messages[i].n);
		for (size_t n = 1; n < b.n; n++)
			assert_true(is_refused(messages[i].role, bytes, n));
	}
	assert_int_equal(keep_kit_ask(web, WIRE_BOARD_LIST, NULL, 0, &m), 0);
}

static void
test_a_descriptor_nobody_asked_for(void **state)
{
	struct wire_peer *p = keep_kit_peer(&keep, WIRE_WEB);
	uint8_t head[WIRE_HEADER_SIZE] = { WIRE_VERSION, WIRE_BOARD_LIST };
	struct wire_message m;

	(void)state;
	memcpy(head + 16, kit_newsroom, 16);
	assert_int_equal(sock_send(wire_peer_fd(p), head, sizeof(head), NULL, 0,
			     NULL, 0, wire_peer_fd(web)),
	    0);
	assert_false(keep_kit_hear(p, &m));
	wire_peer_free(&p);
	assert_int_equal(keep_kit_ask(web, WIRE_BOARD_LIST, NULL, 0, &m), 0);
}

static void
test_no_room_but_for_text(void **state)
{
	struct kit_letter text = kit_letter(1, 2, 300);
	struct kit_letter big = kit_letter(2, 3, 300);
	bool is_repeat;

	(void)state;
	wire_peer_free(&web);
	wire_peer_free(&pickup);
	assert_int_equal(keep_kit_drain(&keep), 0);
	keep.start.reserve = UINT64_MAX;
	keep_kit_start(&keep);
	web = keep_kit_peer(&keep, WIRE_WEB);
	pickup = keep_kit_peer(&keep, WIRE_PICKUP);
	assert_int_equal(keep_kit_put_all(web, &big, &is_repeat), ERR_FULL);
	assert_int_equal(keep_kit_put_all(web, &text, &is_repeat), 0);
	assert_true(keep_kit_is_alive(&keep));
}

int
main(int argc, char **argv)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		CASE(test_a_letter_from_each),
		CASE(test_reading_back),
		CASE(test_deleting_and_restoring),
		CASE(test_a_put_that_ends_early_is_nothing),
		CASE(test_a_failed_put_is_told_once),
		CASE(test_puts_of_one_peer_are_bounded),
		CASE(test_the_card_goes_to_everybody),
		CASE(test_a_card_of_another_key_is_refused),
		CASE(test_a_drill_edition),
		CASE(test_not_more_may_wait_than_editions_can_hold),
		CASE(test_a_deaf_peer_blocks_nobody),
		CASE(test_everything_is_there_after_a_stop),
		CASE(test_no_room_but_for_text),
		CASE(test_a_message_cut_anywhere),
		CASE(test_a_descriptor_nobody_asked_for),
	};

	if (argc != 2 || crypto_init() != 0)
		return EXIT_FAILURE;
	program = argv[1];
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
