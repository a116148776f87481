/*
 * Putting a letter. A small one waits in memory and is written at its commit,
 * under the number of its entry. One that grows past two chunks, or comes when
 * memory for the small ones is used up, is written as it comes, under a random
 * number and loose, so that the sweep finds it if its commit never comes.
 */
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "chain/chain.h"
#include "crypto/hash.h"
#include "store/backend.h"

#define HELD_CHUNKS 2
#define HELD_MAX (4 * 1024 * 1024)
#define NONE UINT64_MAX

struct put {
	struct put *next;
	uint64_t id;
	int64_t body;  /* 0: in memory */
	uint8_t *head; /* NULL when written */
	uint32_t head_n;
	uint8_t *chunk[HELD_CHUNKS];
	size_t chunk_n[HELD_CHUNKS];
	uint8_t leaf[HELD_CHUNKS][LEAF_SIZE];
	uint8_t head_hash[HASH_SIZE];
	uint64_t chunks; /* how many came */
	uint64_t bytes;  /* theirs */
	uint64_t last;   /* the largest index */
	uint64_t part;   /* index of the one that is not full */
	bool is_touched; /* since the last sync */
};

static struct put *
find(const struct store *s, uint64_t id)
{
	struct put *p = s->puts;

	while (p != NULL && p->id != id)
		p = p->next;
	return p;
}

/* Frees what p holds in memory. */
static void
let_go(struct store *s, struct put *p)
{
	if (p->head != NULL)
		s->held -= p->head_n;
	mem_free(p->head);
	p->head = NULL;
	for (size_t i = 0; i < HELD_CHUNKS; i++) {
		if (p->chunk[i] != NULL)
			s->held -= p->chunk_n[i];
		mem_free(p->chunk[i]);
		p->chunk[i] = NULL;
	}
}

static void
put_free(struct store *s, struct put *p)
{
	struct put **at = &s->puts;

	while (*at != p)
		at = &(*at)->next;
	*at = p->next;
	let_go(s, p);
	mem_free(p);
}

void
store_puts_settle(struct store *s, bool has_failed)
{
	struct put *next;

	for (struct put *p = s->puts; p != NULL; p = next) {
		next = p->next;
		if (has_failed && p->is_touched)
			put_free(s, p);
		else
			p->is_touched = false;
	}
}

void
store_puts_free(struct store *s)
{
	while (s->puts != NULL)
		put_free(s, s->puts);
}

bool
store_puts_has(const struct store *s, int64_t body)
{
	const struct put *p = s->puts;

	while (p != NULL && p->body != body)
		p = p->next;
	return p != NULL;
}

/* Stages chunk index and its leaf; that of chunk 0 goes into the entry. */
static int
write_chunk(struct store *s, int64_t body, uint64_t index, const void *p,
    size_t n, const uint8_t leaf[static LEAF_SIZE])
{
	int err;

	if ((err = s->ops->piece_put(s->back, body, index + 1, p, n)) != 0)
		return err;
	if (index == 0)
		return 0;
	return s->ops->leaf_put(s->back, body, index + 1, leaf);
}

/* Stages what p holds in memory under body. */
static int
write_held(struct store *s, struct put *p, int64_t body)
{
	int err;

	err = s->ops->piece_put(s->back, body, 0, p->head, p->head_n);
	for (size_t i = 0; err == 0 && i < HELD_CHUNKS; i++) {
		if (p->chunk[i] != NULL)
			err = write_chunk(
			    s, body, i, p->chunk[i], p->chunk_n[i], p->leaf[i]);
	}
	return store_spoil(s, err == ERR_EXISTS ? ERR_BUSY : err);
}

/* From memory to loose rows. */
static int
spill(struct store *s, struct put *p)
{
	int64_t body;
	int err;

	if ((err = store_stage(s)) != 0 ||
	    (err = store_body_new(s, &body)) != 0 ||
	    (err = write_held(s, p, body)) != 0)
		return err;
	let_go(s, p);
	p->body = body;
	return 0;
}

int
store_put_begin(struct store *s, const void *head, size_t n, uint64_t *ret_put)
{
	struct put *p;
	int err;

	if (s->failed != 0)
		return s->failed;
	if (n == 0)
		return ERR_FORMAT;
	if (n > STORE_HEAD_MAX)
		return ERR_LIMIT;
	if ((p = mem_new(1, sizeof(*p))) == NULL)
		return ERR_NOMEM;
	if ((p->head = mem_new(n, 1)) == NULL) {
		mem_free(p);
		return ERR_NOMEM;
	}
	memcpy(p->head, head, n);
	p->head_n = (uint32_t)n;
	hash_once(p->head_hash, head, n);
	p->part = NONE;
	p->is_touched = true;
	p->id = ++s->puts_made;
	p->next = s->puts;
	s->puts = p;
	s->held += n;
	if (s->held > HELD_MAX && (err = spill(s, p)) != 0) {
		put_free(s, p);
		return err;
	}
	*ret_put = p->id;
	return 0;
}

static int
hold(
    struct store *s, struct put *p, uint64_t index, const void *bytes, size_t n)
{
	if (p->chunk[index] != NULL)
		return ERR_EXISTS;
	if ((p->chunk[index] = mem_resize(NULL, n, 1)) == NULL)
		return ERR_NOMEM;
	memcpy(p->chunk[index], bytes, n);
	p->chunk_n[index] = n;
	s->held += n;
	return 0;
}

int
store_put_chunk(
    struct store *s, uint64_t put, uint64_t index, const void *bytes, size_t n)
{
	struct put *p = find(s, put);
	uint8_t leaf[LEAF_SIZE];
	int err;

	if (s->failed != 0)
		return s->failed;
	if (p == NULL)
		return ERR_NOT_FOUND;
	if (n > STORE_CHUNK_SIZE || index >= PIECES_MAX - 1)
		return ERR_LIMIT;
	if (n == 0 || (n < STORE_CHUNK_SIZE && p->part != NONE))
		return ERR_FORMAT;
	p->is_touched = true;
	hash_once(leaf, bytes, n);
	if (p->body == 0 && (index >= HELD_CHUNKS || s->held + n > HELD_MAX) &&
	    (err = spill(s, p)) != 0)
		return err;
	if (p->body == 0)
		err = hold(s, p, index, bytes, n);
	else if ((err = store_stage(s)) == 0)
		err = write_chunk(s, p->body, index, bytes, n, leaf);
	if (err != 0)
		return p->body == 0 || err == ERR_EXISTS ? err
							 : store_spoil(s, err);
	if (index < HELD_CHUNKS)
		memcpy(p->leaf[index], leaf, sizeof(leaf));
	if (n < STORE_CHUNK_SIZE)
		p->part = index;
	if (index > p->last)
		p->last = index;
	p->chunks++;
	p->bytes += n;
	return 0;
}

static int
feed_leaf(void *ctx, const uint8_t *leaf)
{
	hash_put(ctx, leaf, LEAF_SIZE);
	return 0;
}

static int
digest(struct store *s, const struct put *p, struct entry_row *e)
{
	uint8_t rest[HASH_SIZE];
	struct hash leaves;
	int err;

	hash_init(&leaves, HASH_SIZE);
	if (p->body == 0) {
		for (size_t i = 1; i < p->chunks; i++)
			feed_leaf(&leaves, p->leaf[i]);
	} else if ((err = s->ops->leaf_list(s->back, VIEW_STAGED, p->body, 2,
			SIZE_MAX, feed_leaf, &leaves)) != 0) {
		return store_spoil(s, err);
	}
	hash_finish(&leaves, rest);
	memcpy(e->hashes, p->head_hash, HASH_SIZE);
	memcpy(e->hashes + HASH_SIZE, p->leaf[0], LEAF_SIZE);
	chain_digest_parts(e->digest, e->size, p->head_hash, p->leaf[0], rest);
	return 0;
}

/* The whole letter is there: from a put to an entry. */
static int
finish(struct store *s, struct put *p, uint64_t size, uint32_t day)
{
	struct entry_row e = { .type = CHAIN_LETTER,
		.size = size,
		.body = p->body,
		.head_n = p->head_n };
	int err;

	store_entry_next(s, day, &e);
	if ((err = digest(s, p, &e)) != 0)
		return err;
	if (p->body == 0) {
		e.body = (int64_t)e.seq;
		err = write_held(s, p, e.body);
	} else {
		err = store_spoil(s, s->ops->loose_drop(s->back, p->body));
	}
	if (err != 0)
		return err;
	return store_entry_add(s, &e);
}

int
store_put_commit(struct store *s, uint64_t put, uint64_t chunks, uint64_t size,
    const uint8_t once[static 16], uint32_t day, bool *ret_is_repeat)
{
	struct put *p = find(s, put);
	bool is_repeat = false;
	int err;

	if (s->failed != 0)
		return s->failed;
	if (p == NULL)
		return ERR_NOT_FOUND;
	if (chunks == 0 || p->chunks != chunks || p->last != chunks - 1 ||
	    (p->part != NONE && p->part != p->last) ||
	    size != p->head_n + p->bytes)
		return ERR_TRUNCATED;
	if ((err = store_stage(s)) != 0)
		return err;
	err = s->ops->once_put(s->back, once, day);
	if (err == ERR_EXISTS)
		is_repeat = true;
	else if (err != 0)
		return store_spoil(s, err);
	else if ((err = finish(s, p, size, day)) != 0)
		return err;
	put_free(s, p);
	*ret_is_repeat = is_repeat;
	return 0;
}

int
store_put_drop(struct store *s, uint64_t put)
{
	struct put *p = find(s, put);

	if (p == NULL)
		return ERR_NOT_FOUND;
	put_free(s, p);
	return 0;
}
