/*
 * A round under way: what the files of sync_round share.
 */
#ifndef PISTA_SYNC_ROUND_H
#define PISTA_SYNC_ROUND_H

#include "sync/sync.h"

struct round {
	const struct sync_options *o;
	struct sync_report report;
	uint32_t retention_days; /* of the newest masthead here; 0: for ever */
	bool is_drill;		 /* its editions come when something waits */
	bool has_refused;	 /* the server kept bytes back */
	uint64_t fetched;	 /* letters asked for */
	/* What the round ends with when all else went well. */
	int later;
	struct http_call later_call;
};

/* Tells how far the work in report.doing is. */
int round_progress(struct round *r, uint64_t done, uint64_t total);

int round_send(struct round *r);
int round_board(struct round *r);

#endif
