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

static int
differ(struct listing *l, uint64_t seq)
{
	l->differs = seq;
	return ERR_CONFLICT;
}

typedef int take_fn(struct listing *l, const struct mirror_entry *e);

/* Calls take with every entry of the page behind after, in one transaction;
 * *ret_n entries. They must follow each other without a gap. */
static int
walk_page(struct listing *l, uint64_t after, take_fn *take, size_t *ret_n)
{
	struct mirror_entry e;
	char path[64];
	struct buf page;
	json_t *root = NULL, *list, *item;
	size_t i;
	int err;

	buf_init(&page, LIST_MAX);
	snprintf(path, sizeof(path), "/v1/inbox?after=%llu",
	    (unsigned long long)after);
	l->call = (struct http_call){ .method = "GET", .path = path };
	if ((err = http_client_fetch(l->client, &l->call, &page)) != 0 ||
	    (err = json_read(buf_text(&page), LIST_MAX, &root)) != 0 ||
	    (err = json_list(root, "entries", LIST_ITEMS, &list)) != 0 ||
	    (err = mirror_begin(l->mirror)) != 0)
		goto out;
	json_array_foreach (list, i, item) {
		if ((err = entry_read(item, &e)) != 0)
			break;
		err = e.seq == after + i + 1 ? take(l, &e)
					     : differ(l, after + i + 1);
		if (err != 0)
			break;
	}
	if (err == 0)
		*ret_n = json_array_size(list);
	if (mirror_commit(l->mirror) != 0 && err == 0)
		err = ERR_IO;
out:
	json_decref(root);
	buf_fini(&page);
	return err;
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
		return differ(l, e->seq);
	if ((err = mirror_add(l->mirror, e)) != 0)
		return err;
	memcpy(l->link, link, 32);
	l->seq = e->seq;
	l->added++;
	return 0;
}

int
listing_take(struct listing *l)
{
	size_t n = 1;
	int err = 0;

	while (err == 0 && n > 0)
		err = walk_page(l, l->seq, take_new, &n);
	return err;
}

/* An entry the copy has must be the same; only its state may be another. */
static int
take_known(struct listing *l, const struct mirror_entry *e)
{
	struct mirror *m = l->mirror;
	struct mirror_entry mine;
	int err;

	if (e->seq > l->seq)
		return 0;
	if ((err = mirror_get(m, e->seq, &mine)) != 0)
		return err;
	if (memcmp(e->link, mine.link, 32) != 0 ||
	    memcmp(e->digest, mine.digest, 32) != 0 || e->day != mine.day ||
	    e->type != mine.type)
		return differ(l, e->seq);
	if (e->is_deleted == mine.is_deleted && e->is_gone == mine.is_gone)
		return 0;
	return mirror_set_state(m, e->seq, e->is_deleted, e->is_gone);
}

/* Some of the entries above *at and up to end, which the server must have. */
static int
check_page(struct listing *l, uint64_t end, uint64_t *at)
{
	size_t n;
	int err = walk_page(l, *at, take_known, &n);

	if (err != 0)
		return err;
	if (n == 0)
		return differ(l, *at + 1);
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
	uint64_t recent, at;
	int err;

	if ((err = mirror_last(l->mirror, &l->seq, l->link)) != 0)
		return err;
	at = recent = l->seq > LISTING_RECENT ? l->seq - LISTING_RECENT : 0;
	while (at < l->seq)
		if ((err = check_page(l, l->seq, &at)) != 0)
			return err;
	return recent > 0 ? check_old(l, recent) : 0;
}
