#include "store_kit.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "chain/chain.h"

const uint8_t kit_newsroom[16] = "a newsroom's id";

void
kit_open(struct kit *k, const char *name)
{
	const char *base = getenv("TMPDIR");

	*k = (struct kit){ .is_sqlite = strcmp(name, "sqlite") == 0 };
	if (k->is_sqlite) {
		snprintf(k->directory, sizeof(k->directory),
		    "%.40s/store-XXXXXX", base != NULL ? base : "/tmp");
		must(mkdtemp(k->directory) != NULL);
		snprintf(k->path, sizeof(k->path), "%s/db", k->directory);
	}
	kit_reopen(k);
}

void
kit_reopen(struct kit *k)
{
	kit_close(k);
	must((k->is_sqlite ? store_open_sqlite(k->path, kit_newsroom, &k->s)
			   : store_open_memory(kit_newsroom, &k->s)) == 0);
}

void
kit_close(struct kit *k)
{
	store_close(&k->s);
}

void
kit_remove(struct kit *k)
{
	const struct dirent *e;
	char path[400];
	DIR *d;

	kit_close(k);
	if (!k->is_sqlite || (d = opendir(k->directory)) == NULL)
		return;
	while ((e = readdir(d)) != NULL) {
		snprintf(path, sizeof(path), "%s/%s", k->directory, e->d_name);
		(void)unlink(path);
	}
	closedir(d);
	(void)rmdir(k->directory);
}

struct kit_letter
kit_letter(unsigned number, uint64_t chunks, size_t last_n)
{
	return (
	    struct kit_letter){ number, 1000 + number % 100, chunks, last_n };
}

uint64_t
kit_letter_size(const struct kit_letter *l)
{
	return l->head_n + (l->chunks - 1) * STORE_CHUNK_SIZE + l->last_n;
}

/* Bytes that follow from a seed. */
static void
fill(uint8_t *out, size_t n, uint64_t seed)
{
	uint64_t x = seed * UINT64_C(0x9e3779b97f4a7c15) + 1;

	for (size_t i = 0; i < n; i++) {
		if (i % 8 == 0) {
			x ^= x << 13;
			x ^= x >> 7;
			x ^= x << 17;
		}
		out[i] = (uint8_t)(x >> (i % 8 * 8));
	}
}

size_t
kit_head(const struct kit_letter *l, uint8_t *out)
{
	fill(out, l->head_n, (uint64_t)l->number << 32);
	return l->head_n;
}

size_t
kit_chunk(const struct kit_letter *l, uint64_t index, uint8_t *out)
{
	size_t n = index + 1 == l->chunks ? l->last_n : STORE_CHUNK_SIZE;

	fill(out, n, ((uint64_t)l->number << 32) + index + 1);
	return n;
}

void
kit_once(const struct kit_letter *l, uint8_t out[static 16])
{
	fill(out, 16, ((uint64_t)l->number << 32) + UINT32_MAX);
}

void
kit_digest(const struct kit_letter *l, uint8_t out[static 32])
{
	static uint8_t bytes[STORE_HEAD_MAX];
	struct chain_digest d;
	uint8_t leaf[32];
	size_t n;

	chain_digest_init(&d, bytes, kit_head(l, bytes));
	for (uint64_t i = 0; i < l->chunks; i++) {
		n = kit_chunk(l, i, bytes);
		hash_once(leaf, bytes, n);
		if (i == 0)
			chain_digest_chunk0(&d, leaf, n);
		else
			chain_digest_leaf(&d, leaf, n);
	}
	chain_digest_finish(&d, out);
}

int
kit_begin(struct store *s, const struct kit_letter *l, uint64_t *ret_put)
{
	static uint8_t bytes[STORE_HEAD_MAX];

	return store_put_begin(s, bytes, kit_head(l, bytes), ret_put);
}

int
kit_feed(
    struct store *s, const struct kit_letter *l, uint64_t put, uint64_t index)
{
	static uint8_t bytes[STORE_CHUNK_SIZE];

	return store_put_chunk(
	    s, put, index, bytes, kit_chunk(l, index, bytes));
}

int
kit_commit(struct store *s, const struct kit_letter *l, uint64_t put,
    uint32_t day, bool *ret_is_repeat)
{
	uint8_t once[16];

	kit_once(l, once);
	return store_put_commit(
	    s, put, l->chunks, kit_letter_size(l), once, day, ret_is_repeat);
}

int
kit_put(struct store *s, const struct kit_letter *l, uint32_t day)
{
	bool is_repeat;
	uint64_t put;
	int err;

	if ((err = kit_begin(s, l, &put)) != 0)
		return err;
	for (uint64_t i = 0; i < l->chunks; i++) {
		if ((err = kit_feed(s, l, put, i)) != 0)
			goto out;
	}
	if ((err = kit_commit(s, l, put, day, &is_repeat)) == 0 && is_repeat)
		return ERR_EXISTS;
out:
	if (err != 0)
		(void)store_put_drop(s, put);
	return err;
}

bool
kit_is_there(struct store *s, uint64_t seq, const struct kit_letter *l)
{
	static uint8_t want[STORE_HEAD_MAX], got[STORE_HEAD_MAX];
	uint64_t offset = 0, total;
	size_t n, got_n;

	for (uint64_t i = 0; i <= l->chunks; i++, offset += n) {
		n = i == 0 ? kit_head(l, want) : kit_chunk(l, i - 1, want);
		if (store_read(s, seq, offset, got, n, &got_n, &total) != 0 ||
		    got_n != n || total != kit_letter_size(l) ||
		    memcmp(want, got, n) != 0)
			return false;
	}
	return true;
}

struct count {
	uint64_t n;
	uint32_t day;
	uint8_t link[32];
};

static int
count_one(void *ctx, const struct store_entry *e)
{
	struct count *c = ctx;
	uint8_t link[32];

	must(e->seq == ++c->n);
	must(e->day >= c->day);
	chain_link(
	    link, kit_newsroom, c->link, e->seq, e->type, e->day, e->digest);
	must(memcmp(link, e->link, sizeof(link)) == 0);
	memcpy(c->link, link, sizeof(link));
	c->day = e->day;
	return 0;
}

uint64_t
kit_count(struct store *s)
{
	struct count c = { 0 };
	uint64_t before;

	do {
		before = c.n;
		must(store_list(s, c.n, 100, count_one, &c) == 0);
	} while (c.n != before);
	return c.n;
}

int
kit_sweep(struct store *s, uint32_t today, uint32_t retention)
{
	bool more = true;
	int err = 0;

	while (err == 0 && more) {
		if ((err = store_sweep(s, today, retention, &more)) == 0)
			err = store_sync(s);
	}
	return err;
}
