#include <string.h>

#include "base/cursor.h"
#include "base/day.h"
#include "base/err.h"
#include "keep/keep.h"

#define READ_MAX 131072
#define LEAVES_MAX 4096
#define DELETES_MAX 4095

static int
put_entry(void *ctx, const struct store_entry *e)
{
	struct wire_entry w = {
		.seq = e->seq, .type = e->type, .day = e->day, .size = e->size
	};
	struct buf *b = ctx;

	if (e->is_deleted)
		w.state |= WIRE_ENTRY_DELETED;
	if (e->is_gone)
		w.state |= WIRE_ENTRY_GONE;
	memcpy(w.digest, e->digest, sizeof(w.digest));
	memcpy(w.link, e->link, sizeof(w.link));
	wire_entry_put(b, &w);
	return buf_finish(b);
}

/* DATA, or FAIL if the body could not be made. */
static void
answer(struct peer *p, uint64_t request, const struct buf *b, int err)
{
	if (err == 0)
		err = buf_finish(b);
	if (err == 0)
		peer_data(p, request, b);
	else
		peer_fail(p, request, err, 0);
}

int
inbox_list(struct peer *p, const struct wire_message *m)
{
	struct cursor c;
	uint64_t after;
	struct buf b;
	int err;

	cursor_init(&c, m->body, m->n);
	after = cursor_u64(&c);
	if (cursor_finish(&c) != 0)
		return ERR_FORMAT;
	buf_init(&b, WIRE_ENTRIES_AT_ONCE * WIRE_ENTRY_SIZE);
	err = store_list(
	    p->keep->store, after, WIRE_ENTRIES_AT_ONCE, put_entry, &b);
	answer(p, m->request, &b, err);
	buf_fini(&b);
	return 0;
}

int
inbox_read(struct peer *p, const struct wire_message *m)
{
	static uint8_t bytes[READ_MAX];
	uint8_t total_bytes[8];
	uint64_t seq, offset, total;
	uint32_t length;
	struct cursor c;
	size_t n;
	int err;

	cursor_init(&c, m->body, m->n);
	seq = cursor_u64(&c);
	offset = cursor_u64(&c);
	length = cursor_u32(&c);
	if (cursor_finish(&c) != 0)
		return ERR_FORMAT;
	if (length > READ_MAX)
		length = READ_MAX;
	err =
	    store_read(p->keep->store, seq, offset, bytes, length, &n, &total);
	if (err != 0) {
		peer_fail(p, m->request, err, 0);
		return 0;
	}
	u64_write(total_bytes, total);
	peer_send(p, WIRE_DATA, m->request,
	    (struct text){ (const char *)total_bytes, sizeof(total_bytes) },
	    (struct text){ (const char *)bytes, n });
	return 0;
}

int
inbox_leaves(struct peer *p, const struct wire_message *m)
{
	uint8_t head[32], chunk0[32];
	struct buf leaves, b;
	uint64_t seq, first, total;
	struct cursor c;
	int err;

	cursor_init(&c, m->body, m->n);
	seq = cursor_u64(&c);
	first = cursor_u64(&c);
	if (cursor_finish(&c) != 0)
		return ERR_FORMAT;
	buf_init(&leaves, LEAVES_MAX * 32);
	buf_init(&b, 8 + 64 + LEAVES_MAX * 32);
	err = store_leaves(p->keep->store, seq, first, LEAVES_MAX, head, chunk0,
	    &leaves, &total);
	if (err == 0) {
		buf_put_u64(&b, total);
		buf_put(&b, head, sizeof(head));
		buf_put(&b, chunk0, sizeof(chunk0));
		buf_put_text(&b, buf_text(&leaves));
	}
	answer(p, m->request, &b, err);
	buf_fini(&b);
	buf_fini(&leaves);
	return 0;
}

/* What came before one that fails is done; detail is its place. Asking again
 * does no harm. */
int
inbox_delete(struct peer *p, const struct wire_message *m)
{
	uint32_t deletes, restores;
	struct cursor c;
	uint64_t seq;
	int err = 0;

	cursor_init(&c, m->body, m->n);
	deletes = cursor_u32(&c);
	restores = cursor_u32(&c);
	if (c.err != 0 || deletes > DELETES_MAX || restores > DELETES_MAX ||
	    c.n != ((size_t)deletes + restores) * 8)
		return ERR_FORMAT;
	p->keep->is_dirty = true;
	for (uint32_t i = 0; i < deletes + restores; i++) {
		seq = cursor_u64(&c);
		err = i < deletes
			  ? store_delete(p->keep->store, seq, day_today())
			  : store_restore(p->keep->store, seq);
		if (err != 0) {
			peer_fail(p, m->request, err, i);
			return 0;
		}
	}
	peer_promise(p, m->request, false);
	return 0;
}
