#include "unit.h"

#include "chain/chain.h"

static void
a_preview_needs_three_hashes(void **state)
{
	static const uint8_t leaf[32] = { 1 }, chunk0[32] = { 2 };
	uint8_t whole[32], parts[32], head[32], leaves[32];
	struct chain_digest d;

	(void)state;
	chain_digest_init(&d, "head", 4);
	chain_digest_chunk0(&d, chunk0, 65552);
	chain_digest_leaf(&d, leaf, 100);
	chain_digest_finish(&d, whole);

	hash_once(head, "head", 4);
	hash_once(leaves, leaf, sizeof(leaf));
	chain_digest_parts(parts, 4 + 65552 + 100, head, chunk0, leaves);
	assert_memory_equal(whole, parts, 32);
	chain_digest_parts(parts, 4 + 65552 + 101, head, chunk0, leaves);
	assert_memory_not_equal(whole, parts, 32);
}

static void
every_field_moves_the_link(void **state)
{
	uint8_t in[16 + 32 + 8 + 1 + 4 + 32] = { 0 };
	uint8_t first[32], link[32];

	(void)state;
	for (size_t i = 0; i <= sizeof(in); i++) {
		uint64_t seq;
		uint32_t day;

		if (i > 0)
			in[i - 1] ^= 1;
		memcpy(&seq, in + 48, sizeof(seq));
		memcpy(&day, in + 57, sizeof(day));
		chain_link(link, in, in + 16, seq, in[56], day, in + 61);
		if (i == 0) {
			memcpy(first, link, sizeof(first));
			continue;
		}
		assert_memory_not_equal(link, first, sizeof(first));
		in[i - 1] ^= 1;
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_preview_needs_three_hashes),
		cmocka_unit_test(every_field_moves_the_link),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
