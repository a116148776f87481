/*
 * One round with the server, without any key that opens a letter: everything
 * new into the mirror, everything that waits out of it. Used by `pista sync',
 * and by desk/fetch again and again.
 */
#ifndef PISTA_SYNC_SYNC_H
#define PISTA_SYNC_SYNC_H

#include "http/client.h"
#include "masthead/masthead.h"
#include "mirror/mirror.h"

struct sync_options {
	struct http_client *client;	/* signs with the member's request key */
	struct mirror *mirror;
	const uint8_t *newsroom;	/* 16 bytes */
	const struct masthead_pin *pin;
	/* Now and then while work goes on; what: static English word. NULL: not.
	 * An error ends the round. */
	int (*progress)(void *ctx, const char *what, uint64_t done, uint64_t total);
	void *ctx;
	bool is_quick;	/* compares less of the past, for one of many rounds */
};

struct sync_report {
	uint64_t added, bytes, newest;	/* entries, bytes of them, newest seq */
	uint64_t sent;			/* things that waited and went out */
	uint64_t differs;	/* with ERR_CONFLICT: the entry that is another */
	uint32_t refused;	/* with ERR_CONFLICT from the board: its next edition;
				 * what was for another one stays and waits to be
				 * built again */
	const char *doing;	/* static: what went on when an error came: "sending",
				 * "list", "letters", "board", "stories" */
	struct http_call call;	/* what the server said: status, next, title */
};

/*
 * In this order: what waits goes out (letters, board posts for the right
 * edition, deletions behind the letters that announce them), the list is
 * compared and taken (sync/listing.h), bytes are fetched, the board's index and
 * the stories are taken. A round that found nothing new costs the same for a
 * long inbox as for a short one. What was done before an error stays done; of
 * the page, letter or edition that was wrong nothing is kept. report is filled
 * in any case.
 *
 * ERR_CONFLICT: with differs, the past of the inbox is another (rolled back,
 * forked, reordered, withheld); with refused, something for the board was for
 * another edition, all else went well. ERR_DIGEST while "letters": bytes that
 * are not what the chain names; while "board": an edition that is another than
 * before, does not follow, or is gone. ERR_FORMAT or ERR_LIMIT while "sending":
 * the server will never take something that waits (the rest of the round went
 * well). ERR_FORMAT with mirror_is_damaged: mirror_recover, and again. Other
 * errors of client and mirror. Other programs may use the mirror meanwhile.
 */
int sync_round(const struct sync_options *o, struct sync_report *ret_report);

#endif
