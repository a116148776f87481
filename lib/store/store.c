#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "chain/chain.h"
#include "crypto/random.h"
#include "store/backend.h"

int
store_new(const struct backend_ops *ops, struct backend *back,
    const uint8_t newsroom[static 16], struct store **ret_store)
{
	struct entry_row last = { 0 };
	struct store *s;
	int err;

	err = ops->entry_last(back, &last);
	if (err != 0 && err != ERR_NOT_FOUND)
		return err;
	if ((s = mem_new(1, sizeof(*s))) == NULL)
		return ERR_NOMEM;
	s->ops = ops;
	s->back = back;
	memcpy(s->newsroom, newsroom, sizeof(s->newsroom));
	s->tip.seq = last.seq;
	s->tip.day = last.day;
	memcpy(s->tip.link, last.link, sizeof(s->tip.link));
	s->synced = s->tip;
	*ret_store = s;
	return 0;
}

void
store_close(struct store **store)
{
	struct store *s = *store;

	if (s == NULL)
		return;
	if (s->is_staging)
		s->ops->rollback(s->back);
	store_puts_free(s);
	s->ops->close(s->back);
	mem_free(s);
	*store = NULL;
}

int
store_stage(struct store *s)
{
	int err;

	if (s->failed != 0)
		return s->failed;
	if (s->is_staging)
		return 0;
	if ((err = s->ops->begin(s->back)) != 0)
		return err;
	s->is_staging = true;
	return 0;
}

int
store_spoil(struct store *s, int err)
{
	if (err != 0 && s->failed == 0)
		s->failed = err;
	return err;
}

void
store_abandon(struct store *s, int err)
{
	must(err != 0);
	(void)store_spoil(s, err);
}

int
store_sync(struct store *s)
{
	int err = s->failed;

	if (!s->is_staging && err == 0) {
		store_puts_settle(s, false);
		return 0;
	}
	if (err == 0)
		err = s->ops->commit(s->back);
	if (err != 0) {
		if (s->is_staging)
			s->ops->rollback(s->back);
		s->tip = s->synced;
		s->taken = 0;
		s->swept = 0;
	}
	s->synced = s->tip;
	s->is_staging = false;
	s->failed = 0;
	store_puts_settle(s, err != 0);
	return err;
}

void
store_blur_times(const struct store *s)
{
	s->ops->blur_times(s->back);
}

void
store_entry_next(
    const struct store *s, uint32_t day, struct entry_row *ret_entry)
{
	ret_entry->seq = s->tip.seq + 1;
	/* A clock that was set back must not make the chain go back. */
	ret_entry->day = day > s->tip.day ? day : s->tip.day;
}

int
store_entry_add(struct store *s, struct entry_row *e)
{
	int err;

	must(e->seq == s->tip.seq + 1);
	chain_link(e->link, s->newsroom, s->tip.link, e->seq, e->type, e->day,
	    e->digest);
	if ((err = s->ops->entry_put(s->back, e)) != 0)
		return store_spoil(s, err);
	s->tip.seq = e->seq;
	s->tip.day = e->day;
	memcpy(s->tip.link, e->link, sizeof(s->tip.link));
	return 0;
}

int
store_body_new(struct store *s, int64_t *ret_body)
{
	uint64_t random;
	int64_t body;
	int err;

	/* Should the number be taken after all, the batch fails and the next
	 * try has another one. */
	random_bytes(&random, sizeof(random));
	body = -1 - (int64_t)(random % (uint64_t)(BODY_MAX - 1));
	if ((err = s->ops->loose_put(s->back, body)) != 0)
		return store_spoil(s, err == ERR_EXISTS ? ERR_BUSY : err);
	*ret_body = body;
	return 0;
}

int
store_body_write(struct store *s, int64_t body, const void *p, size_t n)
{
	const uint8_t *from = p;
	int err;

	for (uint64_t piece = 1; n > 0; piece++) {
		size_t part = n < STORE_CHUNK_SIZE ? n : STORE_CHUNK_SIZE;

		err = s->ops->piece_put(s->back, body, piece, from, part);
		if (err != 0)
			return store_spoil(
			    s, err == ERR_EXISTS ? ERR_BUSY : err);
		from += part;
		n -= part;
	}
	return 0;
}

int
store_body_read(struct store *s, int64_t body, uint32_t head_n, uint64_t total,
    uint64_t offset, void *out, size_t n, size_t *ret_n)
{
	uint8_t *to = out;
	size_t done = 0;
	int err;

	if (offset >= total)
		n = 0;
	else if (n > total - offset)
		n = (size_t)(total - offset);
	while (done < n) {
		uint64_t at = offset + done, piece = 0;
		size_t start = (size_t)at, size = head_n, part;

		if (at >= head_n) {
			at -= head_n;
			piece = 1 + at / STORE_CHUNK_SIZE;
			start = (size_t)(at % STORE_CHUNK_SIZE);
			size = STORE_CHUNK_SIZE;
		}
		part = size - start < n - done ? size - start : n - done;
		if ((err = s->ops->piece_get(
			 s->back, body, piece, start, to + done, part)) != 0)
			return err;
		done += part;
	}
	*ret_n = done;
	return 0;
}
