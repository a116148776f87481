/* The store: one suite, every back end, chosen by the first argument. */
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/err.h"
#include "base/mem.h"
#include "board/edition.h"
#include "chain/chain.h"
#include "crypto/random.h"
#include "masthead/masthead.h"
#include "store_kit.h"

static const char *back_end = "memory";
static struct kit kit;
#define S kit.s

static int
set_up(void **state)
{
	(void)state;
	kit_open(&kit, back_end);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	kit_remove(&kit);
	return 0;
}

static void
put(unsigned number, uint64_t chunks, size_t last_n, uint32_t day)
{
	struct kit_letter l = kit_letter(number, chunks, last_n);

	assert_int_equal(kit_put(S, &l, day), 0);
}

static int
take_entry(void *ctx, const struct store_entry *e)
{
	memcpy(ctx, e, sizeof(*e));
	return 0;
}

static struct store_entry
entry(uint64_t seq)
{
	struct store_entry e = { 0 };

	assert_int_equal(store_list(S, seq - 1, 1, take_entry, &e), 0);
	assert_int_equal(e.seq, seq);
	return e;
}

static void
test_nothing_is_listed_before_sync(void **state)
{
	struct kit_letter l = kit_letter(1, 1, 16400);
	uint8_t byte;
	uint64_t total;
	size_t n;

	(void)state;
	assert_int_equal(kit_put(S, &l, KIT_DAY), 0);
	assert_int_equal(kit_count(S), 0);
	assert_int_equal(
	    store_read(S, 1, 0, &byte, 1, &n, &total), ERR_NOT_FOUND);
	assert_int_equal(store_sync(S), 0);
	assert_int_equal(kit_count(S), 1);
	assert_true(kit_is_there(S, 1, &l));
}

static void
test_an_entry_says_what_the_letter_is(void **state)
{
	static const uint64_t chunks[] = { 1, 2, 3, 9 };
	struct kit_letter l;
	struct store_entry e;
	uint8_t digest[32];

	(void)state;
	for (unsigned i = 0; i < 4; i++) {
		l = kit_letter(i, chunks[i], 100 + i);
		assert_int_equal(kit_put(S, &l, KIT_DAY + i), 0);
	}
	assert_int_equal(store_sync(S), 0);
	assert_int_equal(kit_count(S), 4);
	for (unsigned i = 0; i < 4; i++) {
		l = kit_letter(i, chunks[i], 100 + i);
		kit_digest(&l, digest);
		e = entry(i + 1);
		assert_memory_equal(e.digest, digest, 32);
		assert_int_equal(e.type, CHAIN_LETTER);
		assert_int_equal(e.size, kit_letter_size(&l));
		assert_int_equal(e.day, KIT_DAY + i);
		assert_false(e.is_deleted || e.is_gone);
		assert_true(kit_is_there(S, i + 1, &l));
	}
}

static void
test_chunks_come_in_any_order(void **state)
{
	static const uint64_t orders[][5] = { { 4, 3, 2, 1, 0 },
		{ 1, 0, 2, 4, 3 }, { 2, 4, 1, 3, 0 } };
	uint8_t digest[32];
	bool is_repeat;
	uint64_t p;

	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		struct kit_letter l = kit_letter(i, 5, 7);

		assert_int_equal(kit_begin(S, &l, &p), 0);
		for (size_t j = 0; j < 5; j++) {
			assert_int_equal(kit_feed(S, &l, p, orders[i][j]), 0);
			assert_int_equal(store_sync(S), 0);
		}
		assert_int_equal(kit_commit(S, &l, p, KIT_DAY, &is_repeat), 0);
		assert_false(is_repeat);
		assert_int_equal(store_sync(S), 0);
		kit_digest(&l, digest);
		assert_memory_equal(entry(i + 1).digest, digest, 32);
		assert_true(kit_is_there(S, i + 1, &l));
	}
}

static void
test_reading_at_every_edge(void **state)
{
	struct kit_letter l = kit_letter(3, 4, 500);
	uint64_t size = kit_letter_size(&l), total, edge;
	uint8_t *all, *part;
	size_t n;

	(void)state;
	assert_int_equal(kit_put(S, &l, KIT_DAY), 0);
	assert_int_equal(store_sync(S), 0);
	assert_non_null(all = mem_new(size, 1));
	assert_non_null(part = mem_new(size, 1));
	assert_int_equal(store_read(S, 1, 0, all, size, &n, &total), 0);
	assert_int_equal(n, size);
	for (unsigned i = 0; i <= 4; i++) {
		edge = l.head_n + i * (uint64_t)STORE_CHUNK_SIZE;
		for (uint64_t at = edge - 2; at < edge + 3; at++) {
			assert_int_equal(
			    store_read(S, 1, at, part, 70000, &n, &total), 0);
			assert_int_equal(n, at >= size          ? 0
					    : size - at < 70000 ? size - at
								: 70000);
			if (n > 0)
				assert_memory_equal(part, all + at, n);
		}
	}
	assert_int_equal(store_read(S, 1, UINT64_MAX, part, 9, &n, &total), 0);
	assert_int_equal(n, 0);
	mem_free(all);
	mem_free(part);
}

static void
test_a_chunk_comes_once(void **state)
{
	struct kit_letter l = kit_letter(1, 4, 16);
	uint64_t p;

	(void)state;
	assert_int_equal(kit_begin(S, &l, &p), 0);
	assert_int_equal(kit_feed(S, &l, p, 0), 0);
	assert_int_equal(kit_feed(S, &l, p, 0), ERR_EXISTS);
	assert_int_equal(kit_feed(S, &l, p, 2), 0);
	assert_int_equal(kit_feed(S, &l, p, 0), ERR_EXISTS);
	assert_int_equal(kit_feed(S, &l, p, 2), ERR_EXISTS);
	assert_int_equal(kit_feed(S, &l, p, 1), 0);
	assert_int_equal(kit_feed(S, &l, p, 3), 0);
	assert_int_equal(store_sync(S), 0);
}

static void
test_a_put_has_limits(void **state)
{
	static uint8_t big[STORE_HEAD_MAX + 1];
	struct kit_letter l = kit_letter(1, 2, 16);
	uint64_t p;

	(void)state;
	assert_int_equal(store_put_begin(S, big, 0, &p), ERR_FORMAT);
	assert_int_equal(store_put_begin(S, big, sizeof(big), &p), ERR_LIMIT);
	assert_int_equal(kit_begin(S, &l, &p), 0);
	assert_int_equal(
	    store_put_chunk(S, p, 0, big, STORE_CHUNK_SIZE + 1), ERR_LIMIT);
	assert_int_equal(store_put_chunk(S, p, 0, big, 0), ERR_FORMAT);
	assert_int_equal(store_put_chunk(S, p, UINT64_MAX, big, 9), ERR_LIMIT);
	assert_int_equal(store_put_chunk(S, p, 1 << 20, big, 9), ERR_LIMIT);
	assert_int_equal(store_put_chunk(S, p, 0, big, 9), 0);
	assert_int_equal(store_put_chunk(S, p, 1, big, 9), ERR_FORMAT);
	assert_int_equal(store_put_chunk(S, p + 1, 0, big, 9), ERR_NOT_FOUND);
}

/* A commit that does not fit what came. */
static void
refused_commit(uint64_t fed, uint64_t skipped, uint64_t chunks, int64_t more)
{
	struct kit_letter l = kit_letter(7, 4, STORE_CHUNK_SIZE);
	uint8_t once[16] = "once";
	bool is_repeat;
	uint64_t p;

	assert_int_equal(kit_begin(S, &l, &p), 0);
	for (uint64_t i = 0; i < fed; i++) {
		if (i != skipped)
			assert_int_equal(kit_feed(S, &l, p, i), 0);
	}
	assert_int_equal(
	    store_put_commit(S, p, chunks,
		l.head_n + chunks * STORE_CHUNK_SIZE + (uint64_t)more, once,
		KIT_DAY, &is_repeat),
	    ERR_TRUNCATED);
	assert_int_equal(store_put_drop(S, p), 0);
	assert_int_equal(store_put_drop(S, p), ERR_NOT_FOUND);
	assert_int_equal(store_sync(S), 0);
}

static void
test_an_incomplete_letter_is_refused(void **state)
{
	static const uint8_t byte;
	struct kit_letter l = kit_letter(7, 3, STORE_CHUNK_SIZE);
	bool is_repeat;
	uint64_t p;

	(void)state;
	refused_commit(0, 9, 0, 0);
	refused_commit(0, 9, 1, 0);
	refused_commit(1, 9, 2, 0);
	refused_commit(2, 9, 1, 0);
	refused_commit(2, 0, 1, 0);
	refused_commit(4, 2, 4, 0);
	refused_commit(4, 2, 3, 0);
	refused_commit(1, 9, 1, 1);
	refused_commit(4, 9, 4, -1);
	/* The short chunk in the middle. */
	assert_int_equal(kit_begin(S, &l, &p), 0);
	assert_int_equal(kit_feed(S, &l, p, 0), 0);
	assert_int_equal(store_put_chunk(S, p, 1, &byte, 1), 0);
	assert_int_equal(kit_feed(S, &l, p, 2), 0);
	l.last_n = 1;
	assert_int_equal(
	    kit_commit(S, &l, p, KIT_DAY, &is_repeat), ERR_TRUNCATED);
	assert_int_equal(kit_count(S), 0);
}

static void
test_the_same_key_is_the_same_letter(void **state)
{
	struct kit_letter l = kit_letter(1, 1, 100), big = kit_letter(2, 3, 9);

	(void)state;
	assert_int_equal(kit_put(S, &l, KIT_DAY), 0);
	assert_int_equal(kit_put(S, &l, KIT_DAY), ERR_EXISTS);
	assert_int_equal(store_sync(S), 0);
	assert_int_equal(kit_put(S, &l, KIT_DAY), ERR_EXISTS);
	assert_int_equal(kit_put(S, &big, KIT_DAY), 0);
	assert_int_equal(kit_put(S, &big, KIT_DAY), ERR_EXISTS);
	assert_int_equal(store_sync(S), 0);
	assert_int_equal(kit_count(S), 2);
	/* The bytes of the repeat were given up. */
	assert_int_equal(kit_sweep(S, KIT_DAY, 0), 0);
	assert_true(kit_is_there(S, 2, &big));
}

static void
test_a_key_lasts_a_day_and_no_more(void **state)
{
	struct kit_letter l = kit_letter(1, 1, 100);

	(void)state;
	assert_int_equal(kit_put(S, &l, KIT_DAY), 0);
	assert_int_equal(store_sync(S), 0);
	assert_int_equal(kit_sweep(S, KIT_DAY + 1, 0), 0);
	assert_int_equal(kit_put(S, &l, KIT_DAY + 1), ERR_EXISTS);
	assert_int_equal(kit_sweep(S, KIT_DAY + 2, 0), 0);
	assert_int_equal(kit_put(S, &l, KIT_DAY + 2), 0);
	assert_int_equal(store_sync(S), 0);
	assert_int_equal(kit_count(S), 2);
}

static void
test_days_never_go_back(void **state)
{
	(void)state;
	put(1, 1, 100, KIT_DAY);
	put(2, 1, 100, KIT_DAY - 5);
	put(3, 1, 100, KIT_DAY + 1);
	assert_int_equal(store_sync(S), 0);
	assert_int_equal(kit_count(S), 3);
	assert_int_equal(entry(2).day, KIT_DAY);
	assert_int_equal(entry(3).day, KIT_DAY + 1);
}

static void
test_leaves(void **state)
{
	static uint8_t bytes[STORE_HEAD_MAX];
	struct kit_letter l = kit_letter(1, 6, 10), one = kit_letter(2, 1, 10);
	uint8_t head[32], chunk0[32], want[32];
	struct buf leaves;
	uint64_t total;

	(void)state;
	assert_int_equal(kit_put(S, &l, KIT_DAY), 0);
	assert_int_equal(kit_put(S, &one, KIT_DAY), 0);
	assert_int_equal(store_sync(S), 0);
	buf_init(&leaves, 32 * 8);
	assert_int_equal(
	    store_leaves(S, 1, 0, 3, head, chunk0, &leaves, &total), 0);
	assert_int_equal(
	    store_leaves(S, 1, 3, 9, head, chunk0, &leaves, &total), 0);
	assert_int_equal(
	    store_leaves(S, 1, 5, 9, head, chunk0, &leaves, &total), 0);
	assert_int_equal(total, 5);
	assert_int_equal(leaves.n, 5 * 32);
	hash_once(want, bytes, kit_head(&l, bytes));
	assert_memory_equal(head, want, 32);
	hash_once(want, bytes, kit_chunk(&l, 0, bytes));
	assert_memory_equal(chunk0, want, 32);
	for (unsigned i = 1; i < 6; i++) {
		hash_once(want, bytes, kit_chunk(&l, i, bytes));
		assert_memory_equal(leaves.p + (i - 1) * 32, want, 32);
	}
	assert_int_equal(
	    store_leaves(S, 2, 0, 9, head, chunk0, &leaves, &total), 0);
	assert_int_equal(total, 0);
	assert_int_equal(
	    store_leaves(S, 3, 0, 9, head, chunk0, &leaves, &total),
	    ERR_NOT_FOUND);
	buf_fini(&leaves);
}

static void
test_deleting_is_soft_for_a_while(void **state)
{
	struct kit_letter l = kit_letter(2, 3, 100);
	uint8_t byte, link[32];
	uint64_t total;
	size_t n;

	(void)state;
	put(1, 1, 100, KIT_DAY);
	put(2, 3, 100, KIT_DAY);
	put(3, 1, 100, KIT_DAY);
	assert_int_equal(store_sync(S), 0);
	memcpy(link, entry(3).link, 32);
	assert_int_equal(store_delete(S, 4, KIT_DAY), ERR_NOT_FOUND);
	assert_int_equal(store_delete(S, 2, KIT_DAY), 0);
	assert_false(entry(2).is_deleted);
	assert_int_equal(store_sync(S), 0);
	assert_true(entry(2).is_deleted);
	assert_true(kit_is_there(S, 2, &l));
	assert_int_equal(store_restore(S, 2), 0);
	assert_int_equal(kit_sweep(S, KIT_DAY + 15, 0), 0);
	assert_false(entry(2).is_deleted);

	assert_int_equal(store_delete(S, 2, KIT_DAY + 20), 0);
	assert_int_equal(store_sync(S), 0);
	/* A second wish does not put it off. */
	assert_int_equal(store_delete(S, 2, KIT_DAY + 30), 0);
	assert_int_equal(kit_sweep(S, KIT_DAY + 34, 0), 0);
	assert_true(kit_is_there(S, 2, &l));
	assert_int_equal(kit_sweep(S, KIT_DAY + 35, 0), 0);
	assert_true(entry(2).is_gone);
	assert_int_equal(entry(2).size, 0);
	assert_int_equal(
	    store_read(S, 2, 0, &byte, 1, &n, &total), ERR_NOT_FOUND);
	assert_int_equal(store_delete(S, 2, KIT_DAY), ERR_NOT_FOUND);
	assert_int_equal(store_restore(S, 2), ERR_NOT_FOUND);
	assert_int_equal(kit_count(S), 3);
	assert_memory_equal(entry(3).link, link, 32);
	l = kit_letter(3, 1, 100);
	assert_true(kit_is_there(S, 3, &l));
}

static void
test_letters_expire_by_arrival_day(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 200; i++)
		put(i, 1, 20, KIT_DAY + i / 100);
	assert_int_equal(
	    store_card_put(S, TEXT("{}"), TEXT("sig"), 1, KIT_DAY + 1), 0);
	put(200, 20, 20, KIT_DAY + 1);
	put(201, 1, 20, KIT_DAY + 9);
	assert_int_equal(store_sync(S), 0);
	assert_int_equal(kit_sweep(S, KIT_DAY + 30, 30), 0);
	assert_false(entry(1).is_gone);
	assert_int_equal(kit_sweep(S, KIT_DAY + 31, 0), 0);
	assert_false(entry(1).is_gone);
	assert_int_equal(kit_sweep(S, KIT_DAY + 31, 30), 0);
	assert_true(entry(1).is_gone);
	assert_true(entry(100).is_gone);
	assert_false(entry(101).is_gone);
	assert_int_equal(kit_sweep(S, KIT_DAY + 38, 30), 0);
	assert_true(entry(200).is_gone);
	assert_false(entry(201).is_gone); /* the card */
	assert_true(entry(202).is_gone);
	assert_false(entry(203).is_gone);
	assert_int_equal(kit_count(S), 203);
}

static void
test_cards(void **state)
{
	struct buf json, minisig;
	struct store_entry e;
	uint8_t digest[32], bytes[20];
	uint64_t serial, total;
	size_t n;

	(void)state;
	buf_init(&json, MASTHEAD_MAX);
	buf_init(&minisig, MINISIG_MAX);
	assert_int_equal(store_card_get(S, &json, &minisig, &serial), 0);
	assert_int_equal(json.n + minisig.n + serial, 0);
	put(1, 1, 9, KIT_DAY);
	assert_int_equal(
	    store_card_put(S, TEXT("{1}"), TEXT("one"), 5, KIT_DAY), 0);
	assert_int_equal(
	    store_card_put(S, TEXT("{2}"), TEXT("two"), 5, KIT_DAY),
	    ERR_SERIAL);
	assert_int_equal(store_sync(S), 0);
	assert_int_equal(
	    store_card_put(S, TEXT("{2}"), TEXT("two"), 4, KIT_DAY),
	    ERR_SERIAL);
	assert_int_equal(
	    store_card_put(S, TEXT("{2}"), TEXT("two"), 6, KIT_DAY), 0);
	assert_int_equal(store_sync(S), 0);
	assert_int_equal(store_card_get(S, &json, &minisig, &serial), 0);
	assert_text(buf_text(&json), "{2}");
	assert_text(buf_text(&minisig), "two");
	assert_int_equal(serial, 6);
	assert_int_equal(kit_count(S), 3);
	e = entry(2);
	masthead_digest(digest, TEXT("{1}"), TEXT("one"));
	assert_memory_equal(e.digest, digest, 32);
	assert_int_equal(e.type, CHAIN_CARD);
	assert_int_equal(
	    store_read(S, 2, 0, bytes, sizeof(bytes), &n, &total), 0);
	assert_int_equal(n, 10);
	assert_memory_equal(bytes, "\3\0\0\0{1}one", 10);
	assert_int_equal(store_delete(S, 2, KIT_DAY), ERR_DENIED);
	buf_fini(&json);
	buf_fini(&minisig);
}

static void
test_a_large_card_and_stories(void **state)
{
	struct buf big, json, minisig;
	uint64_t serial;

	(void)state;
	buf_init(&big, MASTHEAD_MAX + 1);
	buf_init(&json, MASTHEAD_MAX);
	buf_init(&minisig, MINISIG_MAX);
	buf_fill(&big, 'x', MASTHEAD_MAX);
	assert_int_equal(
	    store_card_put(S, buf_text(&big), TEXT("s"), 1, KIT_DAY), 0);
	assert_int_equal(store_stories_put(S, TEXT("[1]")), 0);
	assert_int_equal(store_stories_put(S, buf_text(&big)), 0);
	assert_int_equal(store_sync(S), 0);
	assert_int_equal(store_card_get(S, &json, &minisig, &serial), 0);
	assert_int_equal(json.n, big.n);
	buf_clear(&json);
	assert_int_equal(store_stories_get(S, &json), 0);
	assert_int_equal(json.n, big.n);
	assert_memory_equal(json.p, big.p, big.n);
	buf_fill(&big, 'x', 1);
	assert_int_equal(
	    store_card_put(S, buf_text(&big), TEXT("s"), 2, KIT_DAY),
	    ERR_LIMIT);
	assert_int_equal(store_stories_put(S, buf_text(&big)), ERR_LIMIT);
	buf_fini(&big);
	buf_fini(&json);
	buf_fini(&minisig);
}

/* A post of n slots and strips filled with a byte, attesting an edition. */
static void
post(uint8_t byte, size_t slots_n, size_t strips_n, uint32_t attests)
{
	uint8_t attest[EDITION_ATTEST_SIZE] = { (uint8_t)attests };
	struct buf b;

	buf_init(&b, SIZE_MAX);
	buf_fill(&b, byte, slots_n * SLOT_SIZE + strips_n * STRIP_ENTRY_SIZE);
	assert_int_equal(
	    store_board_post(S, b.p, slots_n, b.p + slots_n * SLOT_SIZE,
		strips_n, attests == 0 ? NULL : attest),
	    0);
	buf_fini(&b);
}

static void
test_posts_wait_first_in_first_out(void **state)
{
	uint8_t attest[100], hash[32] = { 1 };
	struct buf slots, strips;
	size_t posts, count;

	(void)state;
	buf_init(&slots, EDITION_SLOTS_MAX * SLOT_SIZE);
	buf_init(&strips, EDITION_SLOTS_MAX * STRIP_ENTRY_SIZE);
	assert_int_equal(store_board_count(S, &posts, &count), 0);
	assert_int_equal(posts, 0);
	assert_int_equal(count, 0);
	post('a', 2, 1, 0);
	post('b', 3, 0, 9);
	post('c', 1, 2, 8);
	post('d', 60, 0, 0);
	post('e', 1, 0, 0);
	assert_int_equal(store_sync(S), 0);
	assert_int_equal(store_board_count(S, &posts, &count), 0);
	assert_int_equal(posts, 5);
	assert_int_equal(count, 67);
	/* The large one does not fit; what is behind it waits too. */
	assert_int_equal(
	    store_board_waiting(S, 20, 20, &slots, &strips, attest), 0);
	assert_int_equal(slots.n, 6 * SLOT_SIZE);
	assert_int_equal(strips.n, 3 * STRIP_ENTRY_SIZE);
	assert_int_equal(slots.p[0], 'a');
	assert_int_equal(slots.p[2 * SLOT_SIZE], 'b');
	assert_int_equal(strips.p[STRIP_ENTRY_SIZE], 'c');
	assert_int_equal(attest[0], 9);
	post('f', 1, 0, 0);
	assert_int_equal(store_edition_put(S, 1, KIT_DAY, hash, TEXT("index"),
			     buf_text(&slots)),
	    0);
	assert_int_equal(store_sync(S), 0);
	buf_clear(&slots);
	buf_clear(&strips);
	assert_int_equal(store_board_waiting(
			     S, EDITION_SLOTS_MAX, 20, &slots, &strips, attest),
	    0);
	assert_int_equal(slots.n, 62 * SLOT_SIZE);
	assert_int_equal(slots.p[0], 'd');
	assert_int_equal(slots.p[61 * SLOT_SIZE], 'f');
	assert_int_equal(attest[0], 0);
	buf_fini(&slots);
	buf_fini(&strips);
}

static void
test_editions(void **state)
{
	static uint8_t got[40 * SLOT_SIZE];
	uint8_t hash[32] = { 0 }, newest_hash[32];
	uint32_t oldest, newest, day;
	struct buf slots, index;
	uint64_t total;
	size_t n;

	(void)state;
	buf_init(&slots, 40 * SLOT_SIZE);
	buf_init(&index, 100);
	assert_int_equal(
	    store_edition_range(S, &oldest, &newest, &day, newest_hash), 0);
	assert_int_equal(oldest + newest + day, 0);
	for (uint8_t i = 1; i <= 5; i++) {
		hash[0] = i;
		buf_clear(&slots);
		buf_fill(&slots, i, 39 * SLOT_SIZE);
		buf_fill(&slots, 0xff, SLOT_SIZE);
		assert_int_equal(store_edition_put(S, i, KIT_DAY + i, hash,
				     TEXT("the index"), buf_text(&slots)),
		    0);
		assert_int_equal(store_sync(S), 0);
	}
	assert_int_equal(
	    store_edition_range(S, &oldest, &newest, &day, newest_hash), 0);
	assert_int_equal(oldest, 1);
	assert_int_equal(newest, 5);
	assert_int_equal(day, KIT_DAY + 5);
	assert_memory_equal(newest_hash, hash, 32);
	assert_int_equal(store_edition_index(S, 2, &index), 0);
	assert_text(buf_text(&index), "the index");
	assert_int_equal(
	    store_edition_slots(S, 2, 0, got, sizeof(got), &n, &total), 0);
	assert_int_equal(total, sizeof(got));
	assert_int_equal(n, sizeof(got));
	assert_int_equal(got[39 * SLOT_SIZE - 1], 2);
	assert_int_equal(got[39 * SLOT_SIZE], 0xff);
	assert_int_equal(store_edition_drop(S, 4), 0);
	assert_int_equal(store_sync(S), 0);
	assert_int_equal(kit_sweep(S, KIT_DAY, 0), 0);
	assert_int_equal(
	    store_edition_range(S, &oldest, &newest, &day, newest_hash), 0);
	assert_int_equal(oldest, 4);
	assert_int_equal(store_edition_day(S, 4, &day), 0);
	assert_int_equal(day, KIT_DAY + 4);
	assert_int_equal(store_edition_day(S, 3, &day), ERR_NOT_FOUND);
	assert_int_equal(store_edition_index(S, 3, &index), ERR_NOT_FOUND);
	assert_int_equal(
	    store_edition_slots(S, 3, 0, got, 1, &n, &total), ERR_NOT_FOUND);
	assert_int_equal(
	    store_edition_slots(S, 4, 0, got, sizeof(got), &n, &total), 0);
	assert_int_equal(got[0], 4);
	buf_fini(&slots);
	buf_fini(&index);
}

static void
test_the_schedule_is_remembered(void **state)
{
	uint64_t due;

	(void)state;
	assert_int_equal(store_due_get(S, &due), 0);
	assert_int_equal(due, 0);
	assert_int_equal(store_due_put(S, 1234567), 0);
	assert_int_equal(
	    store_card_put(S, TEXT("{}"), TEXT("s"), 1, KIT_DAY), 0);
	assert_int_equal(store_sync(S), 0);
	assert_int_equal(store_due_get(S, &due), 0);
	assert_int_equal(due, 1234567);
}

/* More in flight than memory holds: later ones are written as they come. */
static void
test_many_puts_at_once(void **state)
{
	enum { MANY = 100 };
	uint64_t p[MANY];
	bool is_repeat;

	(void)state;
	for (unsigned i = 0; i < MANY; i++) {
		struct kit_letter l = kit_letter(i, 2, 60000);

		assert_int_equal(kit_begin(S, &l, &p[i]), 0);
		assert_int_equal(kit_feed(S, &l, p[i], 0), 0);
	}
	assert_int_equal(store_sync(S), 0);
	/* A third is given up; the sweep must not touch the others. */
	for (unsigned i = 0; i < MANY; i += 3)
		assert_int_equal(store_put_drop(S, p[i]), 0);
	assert_int_equal(kit_sweep(S, KIT_DAY, 0), 0);
	for (unsigned i = MANY; i-- > 0;) {
		struct kit_letter l = kit_letter(i, 2, 60000);

		if (i % 3 == 0)
			continue;
		assert_int_equal(kit_feed(S, &l, p[i], 1), 0);
		assert_int_equal(
		    kit_commit(S, &l, p[i], KIT_DAY, &is_repeat), 0);
		assert_false(is_repeat);
	}
	assert_int_equal(store_sync(S), 0);
	assert_int_equal(kit_count(S), 66);
	for (unsigned i = MANY, seq = 1; i-- > 0;) {
		struct kit_letter l = kit_letter(i, 2, 60000);

		if (i % 3 != 0)
			assert_true(kit_is_there(S, seq++, &l));
	}
}

/* Heads alone must not fill memory either. */
static void
test_many_large_heads_at_once(void **state)
{
	static uint8_t head[STORE_HEAD_MAX];
	uint8_t once[16] = "once", byte = 1;
	bool is_repeat;
	uint64_t p = 0;

	(void)state;
	for (unsigned i = 0; i < 50; i++) {
		head[0] = (uint8_t)i;
		assert_int_equal(store_put_begin(S, head, sizeof(head), &p), 0);
	}
	assert_int_equal(store_put_chunk(S, p, 0, &byte, 1), 0);
	assert_int_equal(store_put_commit(S, p, 1, sizeof(head) + 1, once,
			     KIT_DAY, &is_repeat),
	    0);
	assert_int_equal(store_sync(S), 0);
	assert_int_equal(kit_count(S), 1);
}

/* An allocation that fails somewhere in a batch undoes the whole of it. */
static void
test_a_failed_batch_is_undone(void **state)
{
	struct kit_letter l = kit_letter(9, 1, 100);
	unsigned long nth;
	int err;

	(void)state;
	put(1, 1, 100, KIT_DAY);
	assert_int_equal(store_sync(S), 0);
	for (nth = 1;; nth++) {
		assert_true(nth < 10000);
		mem_fail_at(nth);
		err = kit_put(S, &l, KIT_DAY);
		if (err == 0)
			err = store_sync(S);
		mem_fail_at(0);
		if (err == 0)
			break;
		assert_int_equal(err, ERR_NOMEM);
		(void)store_sync(S);
		assert_int_equal(kit_count(S), 1);
	}
	assert_int_equal(kit_count(S), 2);
	assert_true(kit_is_there(S, 2, &l));
}

int
main(int argc, char **argv)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		CASE(test_nothing_is_listed_before_sync),
		CASE(test_an_entry_says_what_the_letter_is),
		CASE(test_chunks_come_in_any_order),
		CASE(test_reading_at_every_edge),
		CASE(test_a_chunk_comes_once),
		CASE(test_a_put_has_limits),
		CASE(test_an_incomplete_letter_is_refused),
		CASE(test_the_same_key_is_the_same_letter),
		CASE(test_a_key_lasts_a_day_and_no_more),
		CASE(test_days_never_go_back),
		CASE(test_leaves),
		CASE(test_deleting_is_soft_for_a_while),
		CASE(test_letters_expire_by_arrival_day),
		CASE(test_cards),
		CASE(test_a_large_card_and_stories),
		CASE(test_posts_wait_first_in_first_out),
		CASE(test_editions),
		CASE(test_the_schedule_is_remembered),
		CASE(test_many_puts_at_once),
		CASE(test_many_large_heads_at_once),
		CASE(test_a_failed_batch_is_undone),
	};

	if (argc > 1)
		back_end = argv[1];
	cmocka_set_message_output(CM_OUTPUT_TAP);
	if (crypto_init() != 0 || store_warm() != 0)
		return EXIT_FAILURE;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
