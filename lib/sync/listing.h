/*
 * The server's list of the inbox, against what it listed before: new entries
 * must follow the chain, old ones must be what they were.
 */
#ifndef PISTA_SYNC_LISTING_H
#define PISTA_SYNC_LISTING_H

#include "http/client.h"
#include "mirror/mirror.h"

#define LISTING_RECENT 1000 /* entries whose state is looked at every time */
#define LISTING_QUICK 100   /* the same, when it is to be quick */

struct listing {
	struct http_client *client;
	struct mirror *mirror;
	const uint8_t *newsroom; /* 16 bytes */
	uint32_t retention_days; /* of the masthead; 0: for ever */
	bool is_quick;		 /* only the newest are compared */
	uint64_t seq;            /* newest checked entry */
	uint8_t link[32];
	uint64_t added;
	uint64_t differs; /* with ERR_CONFLICT: the entry that does; else 0 */
	struct http_call call;
};

/*
 * Lists again what the copy has, and notes what was deleted since or came
 * back: the newest entries, and a bounded number of older ones, further at each
 * call, so that all have their turn while a deletion can be undone. New entries
 * of these pages are taken along. ERR_CONFLICT when the past is another, and
 * nothing of that page is kept; ERR_FORMAT with mirror_is_damaged when the copy
 * contradicts itself; errors of client and mirror.
 */
int listing_check(struct listing *l);

/* Adds all new entries to the copy, after listing_check. The same errors. */
int listing_take(struct listing *l);

#endif
