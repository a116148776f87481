#include "unit.h"

#include "base/err.h"
#include "base/mem.h"
#include "board/edition.h"
#include "board/slot.h"
#include "crypto/random.h"

#define OUT_MAX (3u << 20)
#define TEXT_SIZE 12000

static const uint8_t newsroom[NEWSROOM_ID_SIZE] = "a newsroom's id";
static struct thread_keys ours, other;

static struct answer
answer_of(struct text t)
{
	return (struct answer){ .id = "an answer's id.",
		.day = 20600,
		.serial = 3,
		.by = TEXT("The desk"),
		.text = t };
}

static void
test_fill(void **state)
{
	(void)state;
	assert_int_equal(edition_fill(0), 8);
	assert_int_equal(edition_fill(8), 8);
	assert_int_equal(edition_fill(9), 32);
	assert_int_equal(edition_fill(32), 32);
	assert_int_equal(edition_fill(33), 128);
	assert_int_equal(edition_fill(129), 512);
	assert_int_equal(edition_fill(513), 512);
}

static void
test_parts(void **state)
{
	static char text[SLOT_PARTS_MAX * 4096];
	struct answer a = answer_of(TEXT(""));
	size_t n = 0;

	(void)state;
	assert_int_equal(answer_parts(&a), 1);
	memset(text, 'x', sizeof(text));
	while (answer_parts(&a) == 1)
		a.text = (struct text){ text, ++n };
	/* What "about 3,900 bytes of text" is. */
	assert_in_range(n, 3850, 3950);
	a.text.n = 2 * (n - 1);
	assert_int_equal(answer_parts(&a), 2);
	a.text.n = SLOT_PARTS_MAX * (n - 1);
	assert_int_equal(answer_parts(&a), SLOT_PARTS_MAX);
	a.text.n++;
	assert_int_equal(answer_parts(&a), 0);
	/* What JSON writes with two bytes counts as two. */
	memset(text, '"', n);
	a.text.n = n - 1;
	assert_int_equal(answer_parts(&a), 2);
	/* What is dropped does not count. */
	memset(text, 7, sizeof(text));
	a.text.n = sizeof(text);
	assert_int_equal(answer_parts(&a), 1);
}

static void
test_unsealable(void **state)
{
	static const char long_by[ANSWER_BY_MAX + 1] = { 'x' };
	uint8_t slot[SLOT_SIZE];
	struct answer a = answer_of(TEXT("not \xff UTF-8"));
	struct thread_public weak = ours.pub;

	(void)state;
	assert_int_equal(answer_parts(&a), 0);
	assert_int_equal(
	    slot_seal_answer(slot, &ours.pub, newsroom, &a, 1), ERR_FORMAT);
	a = answer_of(TEXT("text"));
	a.by = (struct text){ long_by, sizeof(long_by) };
	assert_int_equal(
	    slot_seal_answer(slot, &ours.pub, newsroom, &a, 1), ERR_FORMAT);
	a = answer_of(TEXT("text"));
	a.serial = ANSWER_SERIAL_MAX + 1;
	assert_int_equal(
	    slot_seal_answer(slot, &ours.pub, newsroom, &a, 1), ERR_FORMAT);
	a = answer_of(TEXT("text"));
	memset(weak.reply, 0, sizeof(weak.reply));
	assert_int_equal(
	    slot_seal_answer(slot, &weak, newsroom, &a, 1), ERR_LOW_ORDER);
}

/* Text of all sorts, n bytes at most; what is to arrive goes to kept. */
static void
make_text(struct buf *text, struct buf *kept, size_t n)
{
	static const struct {
		const char *in, *out;
	} bits[] = { { "plain ", "plain " }, { "\"", "\"" }, { "\\", "\\" },
		{ "\r\n", "\n" }, { "\x1b[31m", "[31m" }, { "\x7f", "" },
		{ "\xc2\x9f", "" }, { "\xc3\xb1", "\xc3\xb1" },
		{ "\xe4\xb8\xad", "\xe4\xb8\xad" },
		{ "\xf0\x9f\x94\x91", "\xf0\x9f\x94\x91" } };

	while (text->n + 8 < n) {
		uint32_t i = random_below(sizeof(bits) / sizeof(bits[0]));
		buf_puts(text, bits[i].in);
		buf_puts(kept, bits[i].out);
	}
}

static void
test_sealed_opens(void **state)
{
	uint8_t slot[SLOT_SIZE], plain[SLOT_PLAIN_SIZE];
	struct buf text, kept, got;
	struct answer a, back;
	size_t parts;

	(void)state;
	buf_init(&text, TEXT_SIZE);
	buf_init(&kept, TEXT_SIZE);
	buf_init(&got, TEXT_SIZE);
	make_text(&text, &kept, TEXT_SIZE);
	a = answer_of(buf_text(&text));
	parts = answer_parts(&a);
	assert_true(parts >= 3);
	for (size_t i = 1; i <= parts; i++) {
		assert_int_equal(
		    slot_seal_answer(slot, &ours.pub, newsroom, &a, i), 0);
		assert_int_equal(
		    slot_open(slot, &other, newsroom, plain, &back), ERR_AUTH);
		assert_int_equal(
		    slot_open(slot, &ours, newsroom, plain, &back), 0);
		assert_int_equal(back.part, i);
		assert_int_equal(back.parts, parts);
		assert_int_equal(back.day, a.day);
		assert_int_equal(back.serial, a.serial);
		assert_memory_equal(back.id, a.id, sizeof(a.id));
		assert_text(back.by, "The desk");
		assert_true(text_is_utf8(back.text));
		buf_put_text(&got, back.text);
	}
	assert_int_equal(got.n, kept.n);
	assert_memory_equal(got.p, kept.p, kept.n);
	buf_fini(&text);
	buf_fini(&kept);
	buf_fini(&got);
}

static int
stop_at(void *ctx, size_t number)
{
	*(size_t *)ctx += number + 1;
	return number == 3 ? ERR_FULL : 0;
}

static void
test_scan(void **state)
{
	uint8_t slot[SLOT_SIZE], index[6 * SLOT_INDEX_SIZE];
	struct answer a = answer_of(TEXT("text"));
	size_t sum = 0;

	(void)state;
	for (size_t i = 0; i < 6; i++) {
		if (i % 2 == 1)
			slot_seal_answer(slot, &ours.pub, newsroom, &a, 1);
		else
			slot_seal_filler(slot, newsroom);
		memcpy(index + i * SLOT_INDEX_SIZE, slot, SLOT_INDEX_SIZE);
	}
	assert_int_equal(slot_scan(ours.pub.slot, index, 3, stop_at, &sum), 0);
	assert_int_equal(sum, 2);
	/* Six slots, hits 1, 3 and 5; the second hit says stop. */
	assert_int_equal(
	    slot_scan(ours.pub.slot, index, 6, stop_at, &sum), ERR_FULL);
	assert_int_equal(sum, 2 + 2 + 4);
	sum = 0;
	assert_int_equal(slot_scan(other.pub.slot, index, 6, stop_at, &sum), 0);
	assert_int_equal(sum, 0);
}

static void
test_strip(void **state)
{
	uint8_t strip[3 * STRIP_ENTRY_SIZE];
	enum strip_code code, got;

	(void)state;
	for (code = STRIP_OPENED; code <= STRIP_PUBLISHED; code++) {
		strip_seal(strip, ours.pub.slot, 9, code);
		assert_int_equal(strip_open(strip, ours.pub.slot, 9, &got), 0);
		assert_int_equal(got, code);
		assert_int_equal(
		    strip_open(strip, ours.pub.slot, 10, &got), ERR_NOT_FOUND);
		assert_int_equal(
		    strip_open(strip, other.pub.slot, 9, &got), ERR_NOT_FOUND);
		strip[31] ^= 1;
		assert_int_equal(
		    strip_open(strip, ours.pub.slot, 9, &got), ERR_NOT_FOUND);
	}
	/* Of several the furthest. */
	strip_seal(strip, ours.pub.slot, 9, STRIP_OPENED);
	strip_seal(strip + 32, ours.pub.slot, 9, STRIP_ANSWERED);
	strip_seal(strip + 64, other.pub.slot, 9, STRIP_CLOSED);
	assert_int_equal(strip_scan(ours.pub.slot, strip, 3, 9, &got), 0);
	assert_int_equal(got, STRIP_ANSWERED);
}

/* Builds edition h of n slots that begin with their number. */
static void
build(struct edition_head *h, size_t n, struct buf *index, struct buf *slots,
    uint8_t hash[static 32])
{
	uint8_t *waiting = mem_new(n, SLOT_SIZE);
	uint8_t strip[STRIP_ENTRY_SIZE] = "a strip entry";

	for (size_t i = 0; i < n; i++)
		u32_write(waiting + i * SLOT_SIZE, (uint32_t)i + 1);
	memcpy(h->newsroom, newsroom, sizeof(newsroom));
	assert_int_equal(
	    edition_build(h, waiting, n, strip, 1, index, slots, hash), 0);
	mem_free(waiting);
}

static void
test_edition(void **state)
{
	struct edition_head h = { .number = 7, .day = 20600 };
	struct edition_view v[3];
	struct buf index, slots;
	struct cursor c;
	uint8_t hash[32];
	bool seen[21] = { false }, is_moved = false;

	(void)state;
	buf_init(&index, OUT_MAX);
	buf_init(&slots, OUT_MAX);
	build(&h, 20, &index, &slots, hash);
	assert_int_equal(h.slots, 32);
	assert_int_equal(h.strips, 8);
	assert_int_equal(slots.n, 32 * SLOT_SIZE);
	h.number++;
	memcpy(h.previous, hash, sizeof(hash));
	build(&h, 0, &index, &slots, hash);
	assert_int_equal(slots.n, 40 * SLOT_SIZE);

	cursor_init(&c, index.p, index.n);
	assert_int_equal(edition_next(&c, newsroom, NULL, &v[0]), 0);
	assert_int_equal(edition_next(&c, newsroom, &v[0], &v[1]), 0);
	assert_memory_equal(v[1].hash, hash, sizeof(hash));
	assert_int_equal(
	    edition_next(&c, newsroom, &v[1], &v[2]), ERR_NOT_FOUND);
	assert_int_equal(
	    edition_check_slots(&v[0], slots.p, 32 * SLOT_SIZE), 0);
	assert_int_equal(
	    edition_check_slots(&v[1], slots.p + 32 * SLOT_SIZE, 8 * SLOT_SIZE),
	    0);
	assert_int_equal(
	    edition_check_slots(&v[1], slots.p, 8 * SLOT_SIZE), ERR_DIGEST);
	/* Every slot is there, and the order is another one. */
	for (size_t i = 0; i < 32; i++) {
		uint32_t number = u32_read(slots.p + i * SLOT_SIZE);
		if (number >= 1 && number <= 20) {
			seen[number] = true;
			is_moved |= number != i + 1;
		}
	}
	for (size_t i = 1; i <= 20; i++)
		assert_true(seen[i]);
	assert_true(is_moved);
	assert_int_equal(edition_build(&h, slots.p, EDITION_SLOTS_MAX + 1, NULL,
			     0, &index, &slots, hash),
	    ERR_LIMIT);
	buf_fini(&index);
	buf_fini(&slots);
}

static void
test_no_room(void **state)
{
	struct edition_head h = { .number = 1, .day = 20600 };
	uint8_t hash[32], mem[100], big[8 * SLOT_SIZE];
	struct buf index, slots;

	(void)state;
	buf_init_fixed(&slots, big, sizeof(big) - 1);
	buf_init_fixed(&index, mem, sizeof(mem));
	assert_int_equal(
	    edition_build(&h, NULL, 0, NULL, 0, &index, &slots, hash),
	    ERR_LIMIT);
	buf_init_fixed(&slots, big, sizeof(big));
	assert_int_equal(
	    edition_build(&h, NULL, 0, NULL, 0, &index, &slots, hash),
	    ERR_LIMIT);
}

static void
test_pattern(void **state)
{
	static const uint32_t live[] = { 4, 5, 6, 7, 8 };
	static const uint32_t hits[] = { 5, 6, 8 }, newest[] = { 8 };
	struct board_pattern p;
	unsigned drawn[9] = { 0 }, answered[9] = { 0 };

	(void)state;
	board_pattern(live, 5, BOARD_WHOLE_MAX, hits, 3, &p);
	assert_true(p.is_whole);
	board_pattern(live, 5, BOARD_WHOLE_MAX + 1, hits, 3, &p);
	assert_false(p.is_whole);
	assert_int_equal(p.n, 2);
	for (int i = 0; i < 200; i++) {
		board_pattern(live, 5, BOARD_WHOLE_MAX + 1, hits, 3, &p);
		assert_int_equal(p.n, 2);
		assert_int_equal(p.number[0], 8);
		answered[p.number[1]]++;
	}
	/* An older answer is shown too, and nothing else. */
	assert_true(answered[5] > 50 && answered[6] > 50);
	assert_int_equal(answered[5] + answered[6], 200);
	for (int i = 0; i < 200; i++) {
		board_pattern(live, 5, BOARD_WHOLE_MAX + 1,
		    i % 2 == 0 ? newest : NULL, i % 2 == 0, &p);
		assert_int_equal(p.n, 2);
		assert_int_equal(p.number[0], 8);
		drawn[p.number[1]]++;
	}
	for (size_t i = 4; i < 8; i++)
		assert_true(drawn[i] > 10);
	assert_int_equal(drawn[8], 0);
	board_pattern(newest, 1, BOARD_WHOLE_MAX + 1, newest, 1, &p);
	assert_int_equal(p.n, 1);
	board_pattern(NULL, 0, 0, NULL, 0, &p);
	assert_true(p.is_whole);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fill),
		cmocka_unit_test(test_parts),
		cmocka_unit_test(test_unsealable),
		cmocka_unit_test(test_sealed_opens),
		cmocka_unit_test(test_scan),
		cmocka_unit_test(test_strip),
		cmocka_unit_test(test_edition),
		cmocka_unit_test(test_no_room),
		cmocka_unit_test(test_pattern),
	};
	const uint8_t value[RECEIPT_VALUE_SIZE] = { 1 };
	const uint8_t another[RECEIPT_VALUE_SIZE] = { 2 };

	cmocka_set_message_output(CM_OUTPUT_TAP);
	if (crypto_init() != 0 || receipt_keys(value, newsroom, &ours) != 0 ||
	    receipt_keys(another, newsroom, &other) != 0)
		return 2;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
