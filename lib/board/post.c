#include "base/err.h"
#include "board/edition.h"

int
board_post_read(const uint8_t *p, size_t n, struct board_post *ret_post)
{
	struct board_post post;
	struct cursor c;

	cursor_init(&c, p, n);
	post.edition = cursor_u32(&c);
	post.slots_n = cursor_u32(&c);
	if (post.slots_n > BOARD_POST_SLOTS_MAX)
		return ERR_LIMIT;
	post.slots = cursor_take(&c, (size_t)post.slots_n * SLOT_SIZE);
	post.strips_n = cursor_u32(&c);
	if (post.strips_n > BOARD_POST_STRIPS_MAX)
		return ERR_LIMIT;
	post.strips = cursor_take(&c, (size_t)post.strips_n * STRIP_ENTRY_SIZE);
	post.attest = cursor_take(&c, EDITION_ATTEST_SIZE);
	if (cursor_finish(&c) != 0 || post.edition == 0)
		return ERR_FORMAT;
	*ret_post = post;
	return 0;
}

void
board_post_put(struct buf *b, const struct board_post *post)
{
	buf_put_u32(b, post->edition);
	buf_put_u32(b, post->slots_n);
	buf_put(b, post->slots, (size_t)post->slots_n * SLOT_SIZE);
	buf_put_u32(b, post->strips_n);
	buf_put(b, post->strips, (size_t)post->strips_n * STRIP_ENTRY_SIZE);
	buf_put(b, post->attest, EDITION_ATTEST_SIZE);
}
