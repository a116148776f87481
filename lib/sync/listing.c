#include "sync/listing.h"

#include <stdio.h>
#include <string.h>

#include "base/day.h"
#include "base/err.h"
#include "base/json.h"
#include "chain/chain.h"

#define LIST_MAX (1024 * 1024)
#define LIST_ITEMS 1000
/* A letter stays on the server for 14 days after its deletion: with one sync a
 * day an inbox of 28,000 letters is looked through in time. */
#define OLD_PAGES 2

static int
entry_read(const json_t *o, struct mirror_entry *ret_entry)
{
	struct mirror_entry e = { 0 };
	struct text state;
	uint64_t type;
	int err;

	if ((err = json_u64(o, "seq", INT64_MAX, &e.seq)) != 0 ||
	    (err = json_u64(o, "type", 255, &type)) != 0 ||
	    (err = json_day(o, "day", &e.day)) != 0 ||
	    (err = json_u64(o, "size", INT64_MAX, &e.size)) != 0 ||
	    (err = json_hex(o, "digest", e.digest, 32)) != 0 ||
	    (err = json_hex(o, "link", e.link, 32)) != 0 ||
	    (err = json_text(o, "state", 16, &state)) != 0)
		return err;
	e.type = (uint8_t)type;
	e.is_deleted = text_is(state, "deleted");
	e.is_gone = text_is(state, "gone");
	*ret_entry = e;
	return 0;
}

/* True when the entry of the copy follows from the one before it. Where not,
 * the copy is wrong, not the server. */
static int
check_own(struct listing *l, uint64_t seq)
{
	struct mirror_entry before = { 0 }, e;
	uint8_t link[32];
	int err;

	if ((err = mirror_get(l->mirror, seq, &e)) == 0 && seq > 1)
		err = mirror_get(l->mirror, seq - 1, &before);
	if (err != 0)
		return err == ERR_NOT_FOUND ? mirror_set_damaged(l->mirror)
					    : err;
	chain_link(
	    link, l->newsroom, before.link, e.seq, e.type, e.day, e.digest);
	return memcmp(link, e.link, 32) == 0 ? 0
					     : mirror_set_damaged(l->mirror);
}

/* The server says something else than the copy, whose entry is own (0: there
 * is none). */
static int
differ(struct listing *l, uint64_t seq, uint64_t own)
{
	int err = own > 0 ? check_own(l, own) : 0;

	if (err != 0)
		return err;
	l->differs = seq;
	return ERR_CONFLICT;
}

/* The next entry must follow the chain from where the copy ends. */
static int
take_new(struct listing *l, const struct mirror_entry *e)
{
	uint8_t link[32];
	int err;

	chain_link(
	    link, l->newsroom, l->link, e->seq, e->type, e->day, e->digest);
	if (memcmp(link, e->link, 32) != 0)
		return differ(l, e->seq, l->seq);
	if ((err = mirror_add(l->mirror, e)) != 0)
		return err;
	memcpy(l->link, link, 32);
	l->seq = e->seq;
	l->added++;
	return 0;
}

/* An entry the copy has must be the same; only its state may be another, and
 * its size, which the digest alone proves. */
static int
take_known(struct listing *l, const struct mirror_entry *e)
{
	struct mirror *m = l->mirror;
	struct mirror_entry mine;
	int err;

	if ((err = mirror_get(m, e->seq, &mine)) != 0)
		return err == ERR_NOT_FOUND ? mirror_set_damaged(m) : err;
	if (memcmp(e->link, mine.link, 32) != 0 ||
	    memcmp(e->digest, mine.digest, 32) != 0 || e->day != mine.day ||
	    e->type != mine.type)
		return differ(l, e->seq, e->seq);
	if (mine.held == 0 && !e->is_gone && e->size != mine.size &&
	    (err = mirror_set_size(m, e->seq, e->size)) != 0)
		return err;
	if (e->is_deleted == mine.is_deleted && e->is_gone == mine.is_gone)
		return 0;
	return mirror_set_state(m, e->seq, e->is_deleted, e->is_gone);
}

/* All entries of a page, which must follow each other without a gap. */
static int
take_list(struct listing *l, uint64_t after, const json_t *list)
{
	struct mirror_entry e;
	const json_t *item;
	size_t i;
	int err;

	/* Another program may have taken some of them meanwhile. */
	if ((err = mirror_last(l->mirror, &l->seq, l->link)) != 0)
		return err;
	json_array_foreach (list, i, item) {
		if ((err = entry_read(item, &e)) != 0)
			return err;
		if (e.seq != after + i + 1)
			return differ(l, after + i + 1, 0);
		err = e.seq <= l->seq ? take_known(l, &e) : take_new(l, &e);
		if (err != 0)
			return err;
	}
	return 0;
}

/* The page behind after, in one transaction: all of it or nothing. *ret_n
 * entries. */
static int
walk_page(struct listing *l, uint64_t after, size_t *ret_n)
{
	uint64_t added = l->added;
	json_t *root = NULL, *list;
	char path[64];
	struct buf page;
	int err;

	buf_init(&page, LIST_MAX);
	snprintf(path, sizeof(path), "/v1/inbox?after=%llu",
	    (unsigned long long)after);
	l->call = (struct http_call){ .method = "GET", .path = path };
	err = http_client_fetch(l->client, &l->call, &page);
	l->call.path = NULL;
	if (err != 0 ||
	    (err = json_read(buf_text(&page), LIST_MAX, &root)) != 0 ||
	    (err = json_list(root, "entries", LIST_ITEMS, &list)) != 0 ||
	    (err = mirror_begin(l->mirror)) != 0)
		goto out;
	if ((err = take_list(l, after, list)) == 0 &&
	    (err = mirror_commit(l->mirror)) == 0) {
		*ret_n = json_array_size(list);
	} else {
		mirror_rollback(l->mirror);
		l->added = added;
	}
out:
	json_decref(root);
	buf_fini(&page);
	return err;
}

int
listing_take(struct listing *l)
{
	size_t n = 1;
	int err = 0;

	while (err == 0 && n > 0)
		err = walk_page(l, l->seq, &n);
	return err;
}

/* Some of the entries above *at and up to end, which the server must have. */
static int
check_page(struct listing *l, uint64_t end, uint64_t *at)
{
	size_t n;
	int err = walk_page(l, *at, &n);

	if (err != 0)
		return err;
	if (n == 0)
		return differ(l, *at + 1, 0);
	*at = n < end - *at ? *at + n : end;
	return 0;
}

/* Entries up to end by turns, but none whose time is over anyway. */
static int
check_old(struct listing *l, uint64_t end)
{
	uint32_t retention = l->retention_days;
	uint64_t first = 1, at;
	int err, i;

	if ((retention > 0 && (err = mirror_since(l->mirror,
				   day_today() - retention, &first)) != 0) ||
	    (err = mirror_checked(l->mirror, &at)) != 0)
		return err;
	if (at < first - 1 || at >= end)
		at = first - 1;
	for (i = 0; i < OLD_PAGES && at < end; i++)
		if ((err = check_page(l, end, &at)) != 0)
			return err;
	return mirror_set_checked(l->mirror, at);
}

int
listing_check(struct listing *l)
{
	uint64_t most = l->is_quick ? LISTING_QUICK : LISTING_RECENT;
	uint64_t end, recent, at;
	int err;

	if ((err = mirror_last(l->mirror, &end, l->link)) != 0)
		return err;
	l->seq = end;
	at = recent = end > most ? end - most : 0;
	while (at < end)
		if ((err = check_page(l, end, &at)) != 0)
			return err;
	return recent > 0 && !l->is_quick ? check_old(l, recent) : 0;
}
