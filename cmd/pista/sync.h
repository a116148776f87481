/* Bringing the mirror up to date, for every command that needs it. */
#ifndef PISTA_CMD_SYNC_H
#define PISTA_CMD_SYNC_H

#include <stdint.h>

#include "desk.h"

struct sync_result {
	uint64_t added;  /* new entries */
	uint64_t bytes;  /* fetched */
	uint64_t newest; /* seq of the newest entry */
};

/* Says what is wrong; returns 0 or an exit status. */
int sync_run(struct desk *d, struct sync_result *ret_result);

#endif
