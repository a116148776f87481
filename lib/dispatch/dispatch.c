#include "dispatch/dispatch.h"

#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "crypto/ed25519.h"
#include "dispatch/inside.h"

int
dispatch_new(const struct dispatch_options *o, struct dispatch **ret_dispatch)
{
	struct dispatch *d;

	if ((d = mem_new(1, sizeof(*d))) == NULL)
		return ERR_NOMEM;
	d->book = o->book;
	d->mirror = o->mirror;
	d->sign_seed = o->sign_seed;
	memcpy(d->newsroom, o->newsroom, sizeof(d->newsroom));
	ed25519_public(d->me, o->sign_seed);
	*ret_dispatch = d;
	return 0;
}

void
dispatch_free(struct dispatch **dispatch)
{
	struct dispatch *d = *dispatch;

	if (d == NULL)
		return;
	scan_fini(&d->scan);
	renewal_fini(&d->renewal);
	mem_free(d);
	*dispatch = NULL;
}

int
dispatch_event(struct dispatch *d, const struct book_thread *t,
    const struct event *e, uint64_t *ret_handle)
{
	struct event said = *e;
	struct buf line;
	int err;

	if ((err = desks_may(d)) != 0 || (err = check_event(d, e)) != 0)
		return err;
	if (e->kind != EVENT_AWAY) {
		said.seq = t->seq;
		memcpy(said.digest, t->digest, sizeof(said.digest));
	}
	/* What a reader would refuse must not wait among the others. */
	buf_init(&line, LETTER_TEXT_MAX);
	event_put(&line, &said);
	err = buf_finish(&line);
	buf_fini(&line);
	return err != 0 ? err : book_pend(d->book, &said, ret_handle);
}

int
dispatch_edition(struct dispatch *d, size_t most, bool *ret_is_done)
{
	bool is_renewed, is_scanned = false, is_forwarded = false;
	int err, may = desks_may(d);

	/* Whoever is not on the masthead has no duties. */
	if (may == ERR_DENIED) {
		*ret_is_done = true;
		return 0;
	}
	if ((err = board_check(d)) != 0)
		return err;
	/* Nothing is sealed under an expired card, but the scan goes on. */
	if (may != 0) {
		is_forwarded = true;
	} else if ((err = renew_statuses(d, &most, &is_renewed)) != 0) {
		return err;
	} else if (!is_renewed) {
		*ret_is_done = false;
		return 0;
	} else if ((err = renew_slots(d, &most)) != 0 ||
		   (err = forward_step(d, &is_forwarded)) != 0) {
		return err;
	}
	if ((err = scan_step(d, &most, &is_scanned)) != 0)
		return err;
	*ret_is_done = is_scanned && is_forwarded;
	return 0;
}
