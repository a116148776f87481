#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "chain/chain.h"
#include "dispatch/inside.h"

#define REMOVE_MAX 4000 /* letters of one request, as the server takes them */

static int
put_request(const uint64_t *seqs, size_t n, bool is_restore, struct parcels *ps)
{
	struct parcel *p;
	int err;

	if ((err = parcels_add(ps, MIRROR_DELETE, &p)) != 0)
		return err;
	buf_puts(&p->bytes,
	    is_restore ? "{\"delete\":[],\"restore\":[" : "{\"delete\":[");
	for (size_t i = 0; i < n; i++)
		buf_putf(&p->bytes, "%s%llu", i > 0 ? "," : "",
		    (unsigned long long)seqs[i]);
	buf_puts(&p->bytes, is_restore ? "]}" : "],\"restore\":[]}");
	return buf_finish(&p->bytes);
}

static int
fill_event(
    struct dispatch *d, uint64_t seq, bool is_restore, struct event *ret_event)
{
	struct event e = { .kind = is_restore ? EVENT_RESTORED : EVENT_DELETED,
		.seq = seq };
	struct mirror_entry entry;
	int err;

	if ((err = mirror_get(d->mirror, seq, &entry)) != 0)
		return err;
	if (entry.type != CHAIN_LETTER)
		return ERR_UNSUPPORTED;
	memcpy(e.digest, entry.digest, sizeof(e.digest));
	*ret_event = e;
	return 0;
}

/* All of them pending, or none. */
static int
pend_all(struct dispatch *d, const uint64_t *seqs, size_t n, bool is_restore,
    uint64_t *handles)
{
	struct event e;
	size_t i;
	int err = 0;

	for (i = 0; i < n && err == 0; i++)
		if ((err = fill_event(d, seqs[i], is_restore, &e)) == 0)
			err = book_pend(d->book, &e, &handles[i]);
	for (i--; err != 0 && i-- > 0;)
		(void)book_unpend(d->book, handles[i]);
	return err;
}

int
dispatch_delete(
    struct dispatch *d, const uint64_t *seqs, size_t n, bool is_restore)
{
	uint64_t *handles = NULL;
	struct parcels ps;
	int err;

	if ((err = desks_may(d)) != 0)
		return err;
	if (n == 0 || n > REMOVE_MAX)
		return n == 0 ? 0 : ERR_LIMIT;
	parcels_init(&ps);
	if ((handles = mem_new(n, sizeof(*handles))) == NULL)
		return ERR_NOMEM;
	/* Announced first: a hole that nobody announced alarms colleagues. */
	if ((err = put_request(seqs, n, is_restore, &ps)) != 0 ||
	    (err = pend_all(d, seqs, n, is_restore, handles)) != 0)
		goto out;
	if ((err = flush_since(d, handles[0], &ps)) != 0)
		while (n-- > 0)
			(void)book_unpend(d->book, handles[n]);
out:
	parcels_fini(&ps);
	mem_free(handles);
	return err;
}
