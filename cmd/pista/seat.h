/*
 * A member at work: keys unlocked, newsroom known, mirror open. What every
 * command of the journalist begins and ends with.
 */
#ifndef PISTA_CMD_SEAT_H
#define PISTA_CMD_SEAT_H

#include <stdbool.h>

#include "home.h"
#include "mirror/mirror.h"
#include "place.h"

struct seat {
	const char *command; /* for messages */
	struct home home;
	struct place place;
	struct open_identities *ids;
	uint8_t *seeds; /* secret: 32 bytes for signing, 32 for requests */
	/* Set before opening: a desk that cannot be reached just now is told and
	 * no error, client is then NULL and the remembered masthead counts. */
	bool can_wait;
	struct http_client *client; /* NULL without the network */
	struct masthead *card;
	struct mirror *mirror;
};

void seat_init(struct seat *d, const char *command);

/* What options_read_seat takes for every one of them. */
#define SEAT_USAGE                                                           \
	"  --to ADDRESS           the desk's address, instead of the known " \
	"one:\n"                                                             \
	"                         unix:/path or http://…\n"                \
	"  --proxy URL            for example "                              \
	"socks5h://127.0.0.1:9050\n" HOME_USAGE

/*
 * Unlocks and opens all of it; with the network the newest masthead is fetched
 * and verified. Says what is wrong; returns 0 or an exit status.
 */
int seat_open(struct seat *d, bool has_network);
/* The network for a desk that was opened without it; does nothing when it is
 * there. The same result. */
int seat_connect(struct seat *d);
void seat_close(struct seat *d);

/* Moves a damaged local copy aside and opens a new, empty one, which the next
 * sync fills; says so. seat_open does it when the file cannot be opened. Nothing
 * else may hold d->mirror. The same result. */
int seat_recover(struct seat *d);

#define SEAT_SIGN_SEED(d) ((d)->seeds)
#define SEAT_REQUEST_SEED(d) ((d)->seeds + 32)

#endif
