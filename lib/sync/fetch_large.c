/* Letters that come in parts: beginning and leaves first, the rest when asked. */
#include <stdio.h>
#include <string.h>

#include "age/age.h"
#include "base/err.h"
#include "chain/chain.h"
#include "sync/fetch_parts.h"

#define BEGIN_CHUNKS 2 /* hold all of a letter's text */
#define BEGIN_SEALED (BEGIN_CHUNKS * AGE_CHUNK_SEALED)
#define BEGIN_MAX (AGE_HEADER_MAX + AGE_NONCE_SIZE + BEGIN_SEALED)
#define LEAVES_MAX (8 * 1024 * 1024)
#define RANGE_CHUNKS 64 /* chunks a request when the rest is fetched */

int
fetch_get(struct http_client *c, const char *path, const char *range,
    struct buf *out, struct http_call *ret_call)
{
	int err;

	*ret_call =
	    (struct http_call){ .method = "GET", .path = path, .range = range };
	err = http_client_fetch(c, ret_call, out);
	ret_call->path = ret_call->range = NULL;
	return err;
}

int
fetch_head_size(const uint8_t *p, size_t n, size_t *ret_n)
{
	struct age_header h;
	int err = age_header_parse(p, n, &h);

	if (err == ERR_AGAIN || (err == 0 && h.size + AGE_NONCE_SIZE > n))
		return ERR_TRUNCATED;
	if (err == 0)
		*ret_n = h.size + AGE_NONCE_SIZE;
	return err;
}

int
fetch_keep(struct mirror *m, uint64_t seq, uint64_t offset, const struct buf *b)
{
	struct mirror_entry e;
	int err = mirror_get(m, seq, &e);

	return err != 0 || e.held != offset
		   ? err
		   : mirror_put(m, seq, offset, b->p, b->n);
}

/* Header and first chunks of a large letter, from the start of b, against the
 * digest's parts. */
static int
check_beginning(const struct buf *leaves, const struct buf *b, size_t head)
{
	const uint8_t *chunk = b->p + head;
	uint8_t hash[32];

	hash_once(hash, b->p, head);
	if (memcmp(hash, leaves->p, 32) != 0)
		return ERR_DIGEST;
	/* Behind the header's come chunk 0's and the leaves. */
	for (size_t i = 1; i <= BEGIN_CHUNKS; i++) {
		hash_once(hash, chunk, AGE_CHUNK_SEALED);
		if (memcmp(hash, leaves->p + i * 32, 32) != 0)
			return ERR_DIGEST;
		chunk += AGE_CHUNK_SEALED;
	}
	return 0;
}

static int
keep_beginning(
    struct mirror *m, uint64_t seq, const struct buf *leaves, struct text begin)
{
	struct mirror_entry e;
	int err;

	if ((err = mirror_begin(m)) != 0)
		return err;
	if ((err = mirror_get(m, seq, &e)) == 0 && e.held == 0 &&
	    (err = mirror_leaves_put(m, seq, leaves->p + 64, leaves->n - 64)) ==
		0)
		err = mirror_put(m, seq, 0, begin.p, begin.n);
	if (err == 0)
		return mirror_commit(m);
	mirror_rollback(m);
	return err;
}

int
fetch_beginning(struct http_client *c, struct mirror *m,
    const struct mirror_entry *e, struct http_call *ret_call)
{
	char path[PATH_SIZE], range[PATH_SIZE];
	uint8_t hash[32], digest[32];
	struct hash h;
	struct buf leaves, b;
	size_t head, begin;
	int err;

	buf_init(&leaves, LEAVES_MAX);
	buf_init(&b, BEGIN_MAX);
	snprintf(path, sizeof(path), "/v1/inbox/%llu/leaves",
	    (unsigned long long)e->seq);
	if ((err = fetch_get(c, path, NULL, &leaves, ret_call)) != 0)
		goto out;
	if (leaves.n < (1 + BEGIN_CHUNKS) * 32 || leaves.n % 32 != 0) {
		err = ERR_FORMAT;
		goto out;
	}
	hash_init(&h, HASH_SIZE);
	hash_put(&h, leaves.p + 64, leaves.n - 64);
	hash_finish(&h, hash);
	chain_digest_parts(digest, e->size, leaves.p, leaves.p + 32, hash);
	if (memcmp(digest, e->digest, 32) != 0) {
		err = ERR_DIGEST;
		goto out;
	}
	snprintf(
	    path, sizeof(path), "/v1/inbox/%llu", (unsigned long long)e->seq);
	snprintf(range, sizeof(range), "0-%d", BEGIN_MAX - 1);
	if ((err = fetch_get(c, path, range, &b, ret_call)) != 0 ||
	    (err = fetch_head_size(b.p, b.n, &head)) != 0)
		goto out;
	begin = head + BEGIN_SEALED;
	if (b.n < begin)
		err = ERR_TRUNCATED;
	else if ((err = check_beginning(&leaves, &b, head)) == 0)
		err = keep_beginning(m, e->seq, &leaves,
		    (struct text){ (const char *)b.p, begin });
out:
	buf_fini(&leaves);
	buf_fini(&b);
	return err;
}

/* Some more chunks behind what is held, each checked against its leaf. */
static int
fetch_more(struct http_client *c, struct mirror *m,
    const struct mirror_entry *e, size_t head, const struct buf *leaves,
    struct http_call *ret_call)
{
	char path[PATH_SIZE], range[PATH_SIZE];
	uint64_t want = (uint64_t)RANGE_CHUNKS * AGE_CHUNK_SEALED;
	uint64_t leaf = (e->held - head) / AGE_CHUNK_SEALED - 1;
	struct buf b;
	uint8_t hash[32];
	size_t at, part;
	int err;

	if (want > e->size - e->held)
		want = e->size - e->held;
	buf_init(&b, (size_t)want);
	snprintf(
	    path, sizeof(path), "/v1/inbox/%llu", (unsigned long long)e->seq);
	snprintf(range, sizeof(range), "%llu-%llu", (unsigned long long)e->held,
	    (unsigned long long)(e->held + want - 1));
	if ((err = fetch_get(c, path, range, &b, ret_call)) != 0)
		goto out;
	if (b.n != want) {
		err = ERR_TRUNCATED;
		goto out;
	}
	for (at = 0; at < b.n; at += part, leaf++) {
		part =
		    b.n - at < AGE_CHUNK_SEALED ? b.n - at : AGE_CHUNK_SEALED;
		hash_once(hash, b.p + at, part);
		if ((leaf + 1) * 32 > leaves->n ||
		    memcmp(hash, leaves->p + leaf * 32, 32) != 0) {
			err = ERR_DIGEST;
			goto out;
		}
	}
	if ((err = mirror_begin(m)) != 0)
		goto out;
	if ((err = fetch_keep(m, e->seq, e->held, &b)) == 0)
		err = mirror_commit(m);
	else
		mirror_rollback(m);
out:
	buf_fini(&b);
	return err;
}

int
fetch_rest(struct http_client *c, struct mirror *m, struct mirror_entry *e,
    fetch_progress *progress, void *ctx, struct http_call *ret_call)
{
	struct buf leaves, first;
	size_t head, n;
	int err;

	buf_init(&leaves, LEAVES_MAX);
	buf_init(&first, BEGIN_MAX);
	buf_fill(&first, 0, BEGIN_MAX);
	if ((err = buf_finish(&first)) != 0 ||
	    (err = mirror_leaves_get(m, e->seq, &leaves)) != 0 ||
	    (err = mirror_read(m, e->seq, 0, first.p, first.n, &n)) != 0 ||
	    (err = fetch_head_size(first.p, n, &head)) != 0)
		goto out;
	while (e->held < e->size) {
		if ((err = fetch_more(c, m, e, head, &leaves, ret_call)) != 0 ||
		    (err = mirror_get(m, e->seq, e)) != 0)
			goto out;
		if (progress != NULL &&
		    (err = progress(ctx, e->held, e->size)) != 0)
			goto out;
	}
out:
	buf_fini(&leaves);
	buf_fini(&first);
	return err;
}
