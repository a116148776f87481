#include <string.h>

#include "base/cursor.h"
#include "base/err.h"
#include "base/mem.h"
#include "crypto/random.h"
#include "http/desk.h"

#define MINUTE_MAX UINT32_MAX
#define TABLE_FIRST 256
#define AGE_MINUTES (2 * DESK_WINDOW)

static int
hex_field(const struct http_head *h, const char *name, void *out, size_t n)
{
	struct text value;
	int err;

	if ((err = http_head_find(h, name, &value)) != 0)
		return err;
	return hex_read(value, out, n);
}

int
desk_fields_read(
    const struct http_head *h, struct desk_signature *ret_signature)
{
	struct desk_signature s;
	struct text minute;
	int err;

	if ((err = hex_field(h, "pista-member", s.member, sizeof(s.member))) !=
		0 ||
	    (err = hex_field(h, "pista-nonce", s.nonce, sizeof(s.nonce))) !=
		0 ||
	    (err = http_head_find(h, "pista-minute", &minute)) != 0 ||
	    (err = hex_field(h, "pista-body", s.body, sizeof(s.body))) != 0 ||
	    (err = hex_field(
		 h, "pista-signature", s.signature, sizeof(s.signature))) != 0)
		return err;
	/* One spelling of each number, so that what was signed is what was
	 * read. */
	if (minute.n > 1 && minute.p[0] == '0')
		return ERR_FORMAT;
	if (text_to_u64(minute, MINUTE_MAX, &s.minute) != 0)
		return ERR_FORMAT;
	*ret_signature = s;
	return 0;
}

/*
 * Two tables: the one that is written, and the one before it, full of older
 * nonces. When the first is as old as a nonce can be, it becomes the second
 * and the second is forgotten. Open addressing; the end of a nonce is random, so
 * its last bytes are its hash.
 */
struct table {
	uint8_t (*nonces)[DESK_NONCE_SIZE];
	bool *is_used;
	size_t cap, n;
};

struct desk_nonces {
	uint64_t start;  /* its number */
	uint64_t begun;  /* its minute */
	uint64_t turned; /* minute the first table was begun */
	struct table now, before;
};

static void
table_fini(struct table *t)
{
	mem_free(t->nonces);
	mem_free(t->is_used);
	*t = (struct table){ 0 };
}

static int
table_init(struct table *t, size_t cap)
{
	*t = (struct table){ .cap = cap,
		.nonces = mem_new(cap, DESK_NONCE_SIZE),
		.is_used = mem_new(cap, sizeof(*t->is_used)) };
	if (t->nonces != NULL && t->is_used != NULL)
		return 0;
	table_fini(t);
	return ERR_NOMEM;
}

/* The place of nonce, or the free one where it belongs. */
static size_t
table_find(const struct table *t, const uint8_t nonce[static DESK_NONCE_SIZE])
{
	size_t i = u32_read(nonce + DESK_NONCE_SIZE - 4) & (t->cap - 1);

	while (
	    t->is_used[i] && memcmp(t->nonces[i], nonce, DESK_NONCE_SIZE) != 0)
		i = (i + 1) & (t->cap - 1);
	return i;
}

static bool
table_has(const struct table *t, const uint8_t nonce[static DESK_NONCE_SIZE])
{
	return t->cap > 0 && t->is_used[table_find(t, nonce)];
}

static void
table_put(struct table *t, const uint8_t nonce[static DESK_NONCE_SIZE])
{
	size_t i = table_find(t, nonce);

	memcpy(t->nonces[i], nonce, DESK_NONCE_SIZE);
	t->is_used[i] = true;
	t->n++;
}

/* Keeps the table at most half full. */
static int
table_grow(struct table *t)
{
	struct table bigger;
	int err;

	if (t->n < t->cap / 2)
		return 0;
	if (t->n >= DESK_NONCES_MAX)
		return ERR_BUSY;
	err = table_init(&bigger, t->cap > 0 ? 2 * t->cap : TABLE_FIRST);
	if (err != 0)
		return err;
	for (size_t i = 0; i < t->cap; i++)
		if (t->is_used[i])
			table_put(&bigger, t->nonces[i]);
	table_fini(t);
	*t = bigger;
	return 0;
}

int
desk_nonces_new(uint64_t now, struct desk_nonces **ret_nonces)
{
	struct desk_nonces *n;

	if ((n = mem_new(1, sizeof(*n))) == NULL)
		return ERR_NOMEM;
	random_bytes(&n->start, sizeof(n->start));
	/* JSON carries it as a positive integer. */
	n->start = n->start >> 1 | 1;
	n->begun = n->turned = now;
	*ret_nonces = n;
	return 0;
}

void
desk_nonces_free(struct desk_nonces **nonces)
{
	struct desk_nonces *n = *nonces;

	if (n == NULL)
		return;
	table_fini(&n->now);
	table_fini(&n->before);
	mem_free(n);
	*nonces = NULL;
}

uint64_t
desk_nonces_start(const struct desk_nonces *n)
{
	return n->start;
}

int
desk_nonces_take(struct desk_nonces *n,
    const uint8_t nonce[static DESK_NONCE_SIZE], uint64_t minute, uint64_t now)
{
	int err;

	if (minute + DESK_WINDOW < now)
		return ERR_EXPIRED;
	if (minute > now + DESK_WINDOW)
		return ERR_NOT_YET;
	if (minute <= n->begun + DESK_WINDOW && u64_read(nonce) != n->start)
		return ERR_AGAIN;
	if (now > n->turned + AGE_MINUTES) {
		table_fini(&n->before);
		n->before = n->now;
		n->now = (struct table){ 0 };
		n->turned = now;
	}
	if (table_has(&n->now, nonce) || table_has(&n->before, nonce))
		return ERR_REPLAY;
	if ((err = table_grow(&n->now)) != 0)
		return err;
	table_put(&n->now, nonce);
	return 0;
}
