#include "fuzz.h"

#include <string.h>

#include "base/err.h"
#include "board/edition.h"
#include "crypto/hash.h"

/* A board index. Its hashes are set right first, for a fuzzer cannot guess
 * them; the newsroom is the one that the first head names. */
static void
repair(uint8_t *p, size_t n)
{
	uint8_t hash[HASH_SIZE] = { 0 };
	struct edition_head h;
	struct cursor c;

	while (n >= EDITION_HEAD_SIZE) {
		size_t strips, index;

		cursor_init(&c, p, n);
		if (edition_head_read(&c, &h) != 0)
			return;
		strips = (size_t)h.strips * STRIP_ENTRY_SIZE;
		index = (size_t)h.slots * SLOT_INDEX_SIZE;
		if (strips + index > c.n)
			return;
		memcpy(p + 48, hash, sizeof(hash));
		hash_once(p + 80, c.p + strips, index);
		cursor_init(&c, p, n);
		must(edition_head_read(&c, &h) == 0);
		edition_hash(hash, &h, c.p);
		p += EDITION_HEAD_SIZE + strips + index;
		n -= EDITION_HEAD_SIZE + strips + index;
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *in, size_t n)
{
	static uint8_t p[1 << 16];
	struct edition_view v[2], *previous = NULL;
	struct cursor c;
	int err = 0;

	if (n < 32 || n > sizeof(p))
		return 0;
	memcpy(p, in, n);
	repair(p, n);
	cursor_init(&c, p, n);
	for (size_t i = 0; err == 0; i++) {
		err = edition_next(&c, p + 16, previous, &v[i % 2]);
		if (err == 0) {
			previous = &v[i % 2];
			must(previous->index >= previous->strip);
			must(previous->index + 48 * previous->head.slots <=
			     p + n);
		}
	}
	must(err == ERR_NOT_FOUND || err == ERR_FORMAT || err == ERR_DIGEST ||
	     err == ERR_NEWSROOM);
	return 0;
}
