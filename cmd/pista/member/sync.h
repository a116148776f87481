/* One round with the server, for every command that needs it. */
#ifndef PISTA_CMD_MEMBER_SYNC_H
#define PISTA_CMD_MEMBER_SYNC_H

#include "seat.h"
#include "sync/sync.h"

/* One round, with a line of progress. Errors of sync_round; sync_say_error says
 * what one means and returns an exit status. */
int sync_once(struct seat *d, struct sync_report *ret_report);
int sync_say_error(const struct seat *d, const struct sync_report *r, int err);

#endif
