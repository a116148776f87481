#include "base/cursor.h"
#include "base/err.h"
#include "masthead/masthead.h"

void
masthead_frame_put(struct buf *b, struct text json, struct text minisig)
{
	buf_put_u32(b, (uint32_t)json.n);
	buf_put_text(b, json);
	buf_put_text(b, minisig);
}

int
masthead_frame_read(
    struct text in, struct text *ret_json, struct text *ret_minisig)
{
	struct cursor c;
	const uint8_t *json, *minisig;
	size_t json_n, minisig_n;

	cursor_init(&c, in.p, in.n);
	json_n = cursor_u32(&c);
	if (json_n > MASTHEAD_MAX)
		return ERR_LIMIT;
	json = cursor_take(&c, json_n);
	minisig_n = c.n;
	if (minisig_n > MINISIG_MAX)
		return ERR_LIMIT;
	minisig = cursor_take(&c, minisig_n);
	if (c.err != 0)
		return c.err;
	*ret_json = (struct text){ (const char *)json, json_n };
	*ret_minisig = (struct text){ (const char *)minisig, minisig_n };
	return 0;
}
