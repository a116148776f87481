#include "load.h"

#include "chain/chain.h"
#include "masthead/masthead.h"

#define SEALED_MAX 65552

static json_t *vectors;

static void
check_digest(const json_t *o)
{
	static uint8_t bytes[SEALED_MAX];
	const json_t *firsts = json_object_get(o, "chunk_bytes");
	const json_t *sizes = json_object_get(o, "chunk_sizes");
	size_t head_n = (size_t)load_number(o, "head_size");
	uint8_t leaf[HASH_SIZE], out[HASH_SIZE];
	struct chain_digest d;

	memset(bytes, (int)load_number(o, "head_byte"), head_n);
	chain_digest_init(&d, bytes, head_n);
	for (size_t i = 0; i < json_array_size(sizes); i++) {
		size_t n = (size_t)json_integer_value(json_array_get(sizes, i));

		memset(bytes,
		    (int)json_integer_value(json_array_get(firsts, i)), n);
		hash_once(leaf, bytes, n);
		if (i == 0)
			chain_digest_chunk0(&d, leaf, n);
		else
			chain_digest_leaf(&d, leaf, n);
	}
	chain_digest_finish(&d, out);
	assert_field(o, "digest", out, sizeof(out));
}

static void
test_digests(void **state)
{
	json_t *o;
	size_t i;

	(void)state;
	assert_true(json_array_size(json_object_get(vectors, "digests")) > 0);
	json_array_foreach (json_object_get(vectors, "digests"), i, o)
		check_digest(o);
}

static void
test_cards(void **state)
{
	uint8_t out[HASH_SIZE];
	json_t *o;
	size_t i;

	(void)state;
	assert_true(json_array_size(json_object_get(vectors, "cards")) > 0);
	json_array_foreach (json_object_get(vectors, "cards"), i, o) {
		masthead_digest(out, text_from(load_string(o, "json")),
		    text_from(load_string(o, "minisig")));
		assert_field(o, "digest", out, sizeof(out));
	}
}

static void
test_links(void **state)
{
	uint8_t newsroom[16], previous[32], digest[32], out[HASH_SIZE];
	json_t *o;
	size_t i;

	(void)state;
	assert_true(json_array_size(json_object_get(vectors, "links")) > 0);
	json_array_foreach (json_object_get(vectors, "links"), i, o) {
		load_hex(o, "newsroom", newsroom, sizeof(newsroom));
		load_hex(o, "previous", previous, sizeof(previous));
		load_hex(o, "digest", digest, sizeof(digest));
		chain_link(out, newsroom, previous,
		    (uint64_t)load_number(o, "seq"),
		    (uint8_t)load_number(o, "type"),
		    (uint32_t)load_number(o, "day"), digest);
		assert_field(o, "link", out, sizeof(out));
	}
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_digests),
		cmocka_unit_test(test_cards),
		cmocka_unit_test(test_links),
	};

	return load_and_run(argc, argv, &vectors, tests);
}
