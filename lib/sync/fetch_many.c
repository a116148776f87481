/* Letters that lie next to each other come many at a time. */
#include <stdio.h>
#include <string.h>

#include "base/cursor.h"
#include "base/err.h"
#include "sync/fetch_parts.h"

#define HEAD_SIZE 16 /* of each: u64 seq, u64 size */
/* What the server gives at once; more is its mistake. */
#define ANSWER_MAX (4 * 1024 * 1024)

/* One entry from the answer. ERR_NOT_FOUND at the end. */
static int
next(struct cursor *c, uint64_t *ret_seq, struct text *ret_bytes)
{
	uint64_t size;

	if (c->n == 0)
		return ERR_NOT_FOUND;
	*ret_seq = cursor_u64(c);
	size = cursor_u64(c);
	if (c->err != 0)
		return c->err;
	if (size > c->n)
		return ERR_TRUNCATED;
	*ret_bytes = (struct text){ (const char *)c->p, (size_t)size };
	cursor_take(c, (size_t)size);
	return 0;
}

int
fetch_many_read(
    struct text answer, uint64_t first, size_t run, fetch_one *take, void *ctx)
{
	uint64_t seq, before = first - 1;
	struct text bytes;
	struct cursor c;
	int err;

	cursor_init(&c, answer.p, answer.n);
	while ((err = next(&c, &seq, &bytes)) == 0) {
		if (seq <= before || seq - first >= run)
			return ERR_FORMAT;
		before = seq;
		if ((err = take(ctx, seq, bytes)) != 0)
			return err;
	}
	return err == ERR_NOT_FOUND ? 0 : err;
}

int
fetch_many(struct http_client *c, uint64_t first, size_t run, fetch_one *take,
    void *ctx, struct http_call *ret_call)
{
	char path[PATH_SIZE];
	struct buf b;
	int err, taken;

	buf_init(&b, ANSWER_MAX);
	snprintf(path, sizeof(path), "/v1/inbox/many?after=%llu&most=%zu",
	    (unsigned long long)first - 1, run);
	err = fetch_get(c, path, NULL, &b, ret_call);
	/* Of an answer that was cut, what is whole counts. */
	taken = err == 0 || err == ERR_CLOSED
		    ? fetch_many_read(buf_text(&b), first, run, take, ctx)
		    : 0;
	buf_fini(&b);
	return err != 0 ? err : taken;
}
