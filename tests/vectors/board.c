#include "load.h"

#include "base/day.h"
#include "base/err.h"
#include "base/mem.h"
#include "board/edition.h"
#include "board/slot.h"
#include "crypto/ed25519.h"

#define EDITIONS 2

static json_t *vectors;
static uint8_t newsroom[NEWSROOM_ID_SIZE];
static struct thread_keys keys;
static uint8_t *board;
static struct edition_view views[EDITIONS];
static uint8_t *slots[EDITIONS];

/* The bytes of a field, however many; freed with mem_free. */
static uint8_t *
take_hex(const json_t *o, const char *name, size_t *ret_n)
{
	*ret_n = strlen(load_string(o, name)) / 2;
	uint8_t *p = mem_new(*ret_n, 1);

	assert_non_null(p);
	load_hex(o, name, p, *ret_n);
	return p;
}

static void
test_keys(void **state)
{
	const json_t *o = json_object_get(vectors, "keys");
	uint8_t value[RECEIPT_VALUE_SIZE];

	(void)state;
	load_hex(vectors, "newsroom", newsroom, sizeof(newsroom));
	load_hex(vectors, "value", value, sizeof(value));
	assert_int_equal(receipt_keys(value, newsroom, &keys), 0);
	assert_field(o, "reply", keys.pub.reply, 32);
	assert_field(o, "reply_secret", keys.reply_secret, 32);
	assert_field(o, "slot", keys.pub.slot, 32);
}

static void
test_index(void **state)
{
	json_t *list = json_object_get(vectors, "editions");
	struct edition_view v;
	struct cursor c;
	size_t n;

	(void)state;
	board = take_hex(vectors, "index", &n);
	cursor_init(&c, board, n);
	for (size_t i = 0; i < EDITIONS; i++) {
		const json_t *o = json_array_get(list, i);

		assert_int_equal(edition_next(&c, newsroom,
				     i > 0 ? &views[i - 1] : NULL, &views[i]),
		    0);
		assert_int_equal(
		    views[i].head.number, load_number(o, "number"));
		assert_field(o, "hash", views[i].hash, 32);
		slots[i] = take_hex(o, "slots", &n);
		assert_int_equal(
		    edition_check_slots(&views[i], slots[i], n), 0);
		assert_int_equal(
		    edition_check_slots(&views[i], slots[i], n - SLOT_SIZE),
		    ERR_DIGEST);
		slots[i][n - 1] ^= 1;
		assert_int_equal(
		    edition_check_slots(&views[i], slots[i], n), ERR_DIGEST);
		slots[i][n - 1] ^= 1;
	}
	assert_int_equal(
	    edition_next(&c, newsroom, &views[1], &v), ERR_NOT_FOUND);
}

/* The head as written is the head as read. */
static void
test_head(void **state)
{
	uint8_t mem[EDITION_HEAD_SIZE];
	struct buf b;

	(void)state;
	buf_init_fixed(&b, mem, sizeof(mem));
	edition_head_put(&b, &views[0].head);
	assert_int_equal(buf_finish(&b), 0);
	assert_memory_equal(mem, board, sizeof(mem));
}

static void
test_attest(void **state)
{
	const uint8_t *attest = views[1].head.attest;
	uint8_t signed_[15 + 32] = "pista/v1 attest", member[32];

	(void)state;
	memcpy(signed_ + 15, views[0].hash, 32);
	load_hex(vectors, "member", member, sizeof(member));
	assert_int_equal(u32_read(attest), views[0].head.number);
	assert_memory_equal(attest + 4, member, sizeof(member));
	assert_int_equal(
	    ed25519_verify(attest + 36, member, signed_, sizeof(signed_)), 0);
}

static void
check_answer(const json_t *o, const struct answer *a)
{
	char day[DAY_TEXT_SIZE + 1];

	assert_field(o, "id", a->id, sizeof(a->id));
	assert_int_equal(a->part, load_number(o, "part"));
	assert_int_equal(a->parts, load_number(o, "parts"));
	assert_int_equal(a->serial, load_number(o, "serial"));
	day_write(day, a->day);
	assert_string_equal(day, load_string(o, "day"));
	assert_true(text_is(a->by, load_string(o, "by")));
	assert_true(text_is(a->text, load_string(o, "text")));
}

static void
test_answers(void **state)
{
	uint8_t plain[SLOT_PLAIN_SIZE];
	struct answer a;
	json_t *o;
	size_t i;

	(void)state;
	json_array_foreach (json_object_get(vectors, "answers"), i, o) {
		size_t e =
		    (size_t)load_number(o, "edition") - views[0].head.number;
		size_t s = (size_t)load_number(o, "slot");
		uint8_t *slot = slots[e] + s * SLOT_SIZE;

		assert_int_equal(
		    slot_open(slot, &keys, newsroom, plain, &a), 0);
		check_answer(o, &a);
	}
	assert_int_equal(i, 7);
}

static int
count_hit(void *ctx, size_t number)
{
	size_t *hits = ctx;

	hits[hits[0] + 1] = number;
	hits[0]++;
	return 0;
}

static void
test_scan(void **state)
{
	size_t hits[9] = { 0 };
	enum strip_code code;

	(void)state;
	assert_int_equal(slot_scan(keys.pub.slot, views[0].index,
			     views[0].head.slots, count_hit, hits),
	    0);
	assert_int_equal(hits[0], 2);
	assert_int_equal(hits[1], 3);
	assert_int_equal(hits[2], 4);
	for (size_t i = 0; i < EDITIONS; i++) {
		const struct edition_head *h = &views[i].head;
		char number[12] = "41";

		number[1] = (char)(number[1] + i);
		assert_int_equal(strip_scan(keys.pub.slot, views[i].strip,
				     h->strips, h->number, &code),
		    0);
		assert_int_equal(code,
		    load_number(json_object_get(vectors, "codes"), number));
	}
	assert_int_equal(strip_scan(keys.pub.slot, views[0].strip,
			     views[0].head.strips, 42, &code),
	    ERR_NOT_FOUND);
}

static void
test_post(void **state)
{
	const json_t *o = json_object_get(vectors, "post");
	struct board_post post;
	enum strip_code code;
	struct buf b;
	uint8_t *p;
	size_t n;

	(void)state;
	p = take_hex(o, "bytes", &n);
	assert_int_equal(board_post_read(p, n, &post), 0);
	assert_int_equal(post.edition, load_number(o, "edition"));
	assert_int_equal(post.slots_n, 1);
	assert_memory_equal(post.slots, slots[0] + 3 * SLOT_SIZE, SLOT_SIZE);
	assert_int_equal(post.strips_n, 1);
	assert_int_equal(
	    strip_open(post.strips, keys.pub.slot, post.edition, &code), 0);
	assert_int_equal(code, STRIP_CLOSED);
	buf_init(&b, BOARD_POST_MAX);
	board_post_put(&b, &post);
	assert_int_equal(b.n, n);
	assert_memory_equal(b.p, p, n);
	buf_fini(&b);
	mem_free(p);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_keys),
		cmocka_unit_test(test_index),
		cmocka_unit_test(test_head),
		cmocka_unit_test(test_attest),
		cmocka_unit_test(test_answers),
		cmocka_unit_test(test_scan),
		cmocka_unit_test(test_post),
	};
	int failed = load_and_run(argc, argv, &vectors, tests);

	for (size_t i = 0; i < EDITIONS; i++)
		mem_free(slots[i]);
	mem_free(board);
	return failed;
}
