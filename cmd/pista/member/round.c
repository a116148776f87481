#include "member/round.h"

#include <string.h>

#include "base/err.h"
#include "member/opened.h"
#include "member/sync.h"
#include "say.h"

#define ROUNDS_MAX 4 /* each brings only what the one before made due */
#define HMACS_AT_ONCE 20000

/* What the server will never take stays and is told; it is no reason to stop
 * working. */
static bool
is_only_refused(const struct sync_report *report, int err)
{
	return (err == ERR_FORMAT || err == ERR_LIMIT) &&
	       strcmp(report->doing, "sending") == 0;
}

/* The server, or the way to it, may be better in a while. */
static bool
is_passing(const struct sync_report *report, int err)
{
	return err == ERR_CLOSED || report->call.status == 429 ||
	       report->call.status >= 500;
}

int
round_once(struct seat *d, bool has_book, struct round *r)
{
	struct sync_report report;
	int err, status;

	r->is_offline = d->client == NULL;
	if (r->is_offline)
		return 0;
	err = sync_once(d, &report);
	if (err == ERR_FORMAT && !has_book && mirror_is_damaged(d->mirror)) {
		if ((status = seat_recover(d)) != 0)
			return status;
		err = sync_once(d, &report);
	}
	r->added += report.added;
	r->bytes += report.bytes;
	r->newest = report.newest;
	/* Meant for an edition that is over: made again when it settles. */
	if (err == 0 || (err == ERR_CONFLICT && report.refused != 0))
		return 0;
	status = sync_say_error(d, &report, err);
	if (is_only_refused(&report, err))
		return 0;
	r->is_offline = d->can_wait && is_passing(&report, err);
	return r->is_offline ? 0 : status;
}

/* What is due with the coming edition, now that everything is known. */
static int
settle(struct seat *d, struct book *book, struct dispatch *dispatch)
{
	bool is_done = false;
	int err = 0, status;

	if ((status = opened_more(d, book)) != 0)
		return status;
	while (err == 0 && !is_done)
		err = dispatch_edition(dispatch, HMACS_AT_ONCE, &is_done);
	/* With an expired masthead nothing is sealed; that was told. */
	if (err == 0 || err == ERR_EXPIRED)
		return 0;
	return say_error(d->command, "the coming edition", err, NULL);
}

int
round_settle(struct seat *d, struct book *book, struct dispatch *dispatch,
    struct round *r)
{
	int err, status, i;

	for (i = 0; i < ROUNDS_MAX; i++) {
		if ((status = settle(d, book, dispatch)) != 0)
			return status;
		if ((err = mirror_out_count(d->mirror, &r->waiting)) != 0)
			return say_error(
			    d->command, "the local copy", err, NULL);
		if (r->waiting == 0 || r->is_offline)
			return 0;
		if ((status = round_once(d, true, r)) != 0)
			return status;
	}
	return 0;
}
