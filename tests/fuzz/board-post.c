#include "fuzz.h"

#include <string.h>

#include "base/err.h"
#include "board/edition.h"

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct board_post post;
	struct buf b;

	if (board_post_read(p, n, &post) != 0)
		return 0;
	must(post.slots_n <= BOARD_POST_SLOTS_MAX);
	must(post.strips_n <= BOARD_POST_STRIPS_MAX);
	/* There is one way to write a post. */
	buf_init(&b, BOARD_POST_MAX);
	board_post_put(&b, &post);
	must(buf_finish(&b) == 0 && b.n == n && memcmp(b.p, p, n) == 0);
	buf_fini(&b);
	return 0;
}
