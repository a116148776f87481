/* Bringing the mirror up to date, for every command that needs it. */
#ifndef PISTA_CMD_SYNC_H
#define PISTA_CMD_SYNC_H

#include <stdint.h>

#include "holes.h"
#include "seat.h"
#include "sync/sync.h"

struct sync_result {
	uint64_t added;  /* new entries */
	uint64_t bytes;  /* fetched */
	uint64_t newest; /* seq of the newest entry */
	struct holes holes;
};

/* Says what is wrong, warns of holes; returns 0, also with holes, or an exit
 * status. The caller of a result ends its holes; ret_result may be NULL. */
int sync_run(struct seat *d, struct sync_result *ret_result);

/* One round, with a line of progress. Errors of sync_round; sync_say_error says
 * what one means and returns an exit status. */
int sync_once(struct seat *d, struct sync_report *ret_report);
int sync_say_error(const struct seat *d, const struct sync_report *r, int err);

#endif
