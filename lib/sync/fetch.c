#include "sync/fetch.h"

#include <stdio.h>
#include <string.h>

#include "age/age.h"
#include "base/err.h"
#include "base/mem.h"
#include "chain/chain.h"
#include "masthead/masthead.h"
#include "sync/fetch_parts.h"

/* Letters written together, which must not wait for each other for long. */
#define BATCH 64
#define BATCH_BYTES (2 * 1024 * 1024)
/* Letters asked for together; fewer come one by one. */
#define RUN_LEAST 4
#define RUN_MOST 256

/* Letters that came and are not yet written. */
struct batch {
	struct fetched {
		uint64_t seq;
		struct buf bytes;
	} letters[BATCH];
	size_t n;
	size_t bytes;
};

/* Is p the whole letter that e names? */
static int
check_whole(const struct mirror_entry *e, const uint8_t *p, size_t n)
{
	struct chain_digest d;
	uint8_t hash[32], digest[32];
	size_t head, at, part;
	int err;

	if ((err = fetch_head_size(p, n, &head)) != 0)
		return err;
	chain_digest_init(&d, p, head);
	for (at = head; at < n || at == head; at += part) {
		part = n - at < AGE_CHUNK_SEALED ? n - at : AGE_CHUNK_SEALED;
		hash_once(hash, p + at, part);
		if (at == head)
			chain_digest_chunk0(&d, hash, part);
		else
			chain_digest_leaf(&d, hash, part);
		if (part == 0)
			break;
	}
	chain_digest_finish(&d, digest);
	return n == e->size && memcmp(digest, e->digest, 32) == 0 ? 0
								  : ERR_DIGEST;
}

static int
check_card(const struct mirror_entry *e, const struct buf *b)
{
	struct text json, minisig;
	uint8_t digest[32];
	int err = masthead_frame_read(buf_text(b), &json, &minisig);

	if (err != 0)
		return err;
	masthead_digest(digest, json, minisig);
	return memcmp(digest, e->digest, 32) == 0 ? 0 : ERR_DIGEST;
}

/* Writes the batch and empties it. */
static int
batch_keep(struct mirror *m, struct batch *b)
{
	int err = b->n > 0 ? mirror_begin(m) : 0;
	bool is_begun = b->n > 0 && err == 0;
	size_t i;

	for (i = 0; i < b->n; i++) {
		if (err == 0)
			err = fetch_keep(
			    m, b->letters[i].seq, 0, &b->letters[i].bytes);
		buf_fini(&b->letters[i].bytes);
	}
	b->n = b->bytes = 0;
	if (is_begun && err == 0)
		err = mirror_commit(m);
	else if (is_begun)
		mirror_rollback(m);
	return err;
}

static int
check_small(const struct mirror_entry *e, const struct buf *b)
{
	return e->type == CHAIN_CARD ? check_card(e, b)
				     : check_whole(e, b->p, b->n);
}

/* f, of which the bytes are here, is in the batch; or not, and they are gone. */
static int
batch_add(
    const struct mirror_entry *e, struct batch *b, struct fetched *f, int err)
{
	if (err == 0)
		err = buf_finish(&f->bytes);
	if (err == 0)
		err = check_small(e, &f->bytes);
	if (err != 0) {
		buf_fini(&f->bytes);
		return err;
	}
	f->seq = e->seq;
	b->n++;
	b->bytes += f->bytes.n;
	return 0;
}

/* Into the batch. */
static int
batch_fetch(struct http_client *c, const struct mirror_entry *e,
    struct batch *b, struct http_call *ret_call)
{
	struct fetched *f = &b->letters[b->n];
	char path[PATH_SIZE];

	snprintf(
	    path, sizeof(path), "/v1/inbox/%llu", (unsigned long long)e->seq);
	buf_init(&f->bytes, (size_t)e->size);
	return batch_add(
	    e, b, f, fetch_get(c, path, NULL, &f->bytes, ret_call));
}

static int
batch_keep_full(struct mirror *m, struct batch *b)
{
	return b->n == BATCH || b->bytes >= BATCH_BYTES ? batch_keep(m, b) : 0;
}

static bool
is_small(const struct mirror_entry *e)
{
	return e->size <= FETCH_WHOLE_MAX;
}

/* The beginning of e, or all of it; *ret_bytes 0: the server gives nothing. */
static int
fetch_new(struct http_client *c, struct mirror *m, const struct mirror_entry *e,
    struct batch *b, uint64_t *ret_bytes, struct http_call *ret_call)
{
	struct mirror_entry now = *e;
	int err = 0;

	*ret_bytes = e->held;
	if (e->size == 0 || e->held > 0)
		return 0;
	if (is_small(e)) {
		if ((err = batch_fetch(c, e, b, ret_call)) == 0)
			*ret_bytes = e->size;
		if (err == 0)
			err = batch_keep_full(m, b);
	} else if ((err = fetch_beginning(c, m, e, ret_call)) == 0 &&
		   (err = mirror_get(m, e->seq, &now)) == 0) {
		*ret_bytes = now.held;
	}
	/* Deleted since it was listed, or kept back. */
	return err == ERR_NOT_FOUND ? 0 : err;
}

/* Letters on their way. */
struct taking {
	struct http_client *client;
	struct mirror *mirror;
	struct batch *batch;
	const uint64_t *seqs;
	size_t n, i;      /* the next one */
	bool has_no_many; /* the server does not know how */
	fetch_told *told;
	void *ctx;
	struct http_call *call;
};

static int
take_next(struct taking *t)
{
	uint64_t seq = t->seqs[t->i++], bytes;
	struct mirror_entry e;
	int err;

	if ((err = mirror_get(t->mirror, seq, &e)) != 0 ||
	    (err = fetch_new(
		 t->client, t->mirror, &e, t->batch, &bytes, t->call)) != 0)
		return err;
	return t->told(t->ctx, seq, bytes);
}

/* How many small ones of which nothing is here follow each other. */
static int
find_run(struct taking *t, size_t *ret_run)
{
	const uint64_t *seqs = t->seqs + t->i;
	size_t n = t->n - t->i, run;
	struct mirror_entry e;
	int err;

	for (run = 0; run < n && run < RUN_MOST; run++) {
		if (run > 0 && seqs[run] != seqs[run - 1] + 1)
			break;
		if ((err = mirror_get(t->mirror, seqs[run], &e)) != 0)
			return err;
		if (e.held > 0 || e.size == 0 || !is_small(&e))
			break;
	}
	*ret_run = run;
	return 0;
}

static int
take_one(void *ctx, uint64_t seq, struct text bytes)
{
	struct taking *t = ctx;
	struct fetched *f;
	struct mirror_entry e;
	int err;

	/* Those that were left out. */
	while (t->seqs[t->i] < seq)
		if ((err = take_next(t)) != 0)
			return err;
	t->i++;
	if ((err = mirror_get(t->mirror, seq, &e)) != 0)
		return err;
	if (bytes.n != e.size)
		return ERR_DIGEST;
	f = &t->batch->letters[t->batch->n];
	buf_init(&f->bytes, bytes.n);
	buf_put_text(&f->bytes, bytes);
	if ((err = batch_add(&e, t->batch, f, 0)) != 0 ||
	    (err = batch_keep_full(t->mirror, t->batch)) != 0)
		return err;
	return t->told(t->ctx, seq, bytes.n);
}

/* As many as one request brings, at least the next one. */
static int
take_some(struct taking *t)
{
	size_t run = 0, before = t->i;
	int err;

	if (!t->has_no_many && (err = find_run(t, &run)) != 0)
		return err;
	if (run >= RUN_LEAST) {
		err = fetch_many(
		    t->client, t->seqs[t->i], run, take_one, t, t->call);
		t->has_no_many = err == ERR_NOT_FOUND;
		if (err != 0 && err != ERR_NOT_FOUND)
			return err;
	}
	return t->i == before ? take_next(t) : 0;
}

int
fetch_letters(struct http_client *c, struct mirror *m, const uint64_t *seqs,
    size_t n, fetch_told *told, void *ctx, struct http_call *ret_call)
{
	struct taking t = { .client = c,
		.mirror = m,
		.seqs = seqs,
		.n = n,
		.told = told,
		.ctx = ctx,
		.call = ret_call };
	int err = 0, kept;

	*ret_call = (struct http_call){ 0 };
	if ((t.batch = mem_new(1, sizeof(*t.batch))) == NULL)
		return ERR_NOMEM;
	while (t.i < n && err == 0)
		err = take_some(&t);
	kept = batch_keep(m, t.batch);
	mem_free(t.batch);
	return err != 0 ? err : kept;
}

int
fetch_letter(struct http_client *c, struct mirror *m, uint64_t seq,
    fetch_progress *progress, void *ctx, struct http_call *ret_call)
{
	struct batch *b = NULL;
	struct mirror_entry e;
	int err;

	*ret_call = (struct http_call){ 0 };
	if ((err = mirror_get(m, seq, &e)) != 0 || e.held == e.size)
		return err;
	if (e.held == 0 && is_small(&e)) {
		if ((b = mem_new(1, sizeof(*b))) == NULL)
			return ERR_NOMEM;
		if ((err = batch_fetch(c, &e, b, ret_call)) == 0)
			err = batch_keep(m, b);
		mem_free(b);
		return err;
	}
	if (e.held == 0 && ((err = fetch_beginning(c, m, &e, ret_call)) != 0 ||
			       (err = mirror_get(m, seq, &e)) != 0))
		return err;
	return fetch_rest(c, m, &e, progress, ctx, ret_call);
}
