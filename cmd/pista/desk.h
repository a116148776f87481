/*
 * A member at work: keys unlocked, newsroom known, mirror open. What every
 * command of the journalist begins and ends with.
 */
#ifndef PISTA_CMD_DESK_H
#define PISTA_CMD_DESK_H

#include <stdbool.h>

#include "home.h"
#include "mirror.h"
#include "place.h"

struct desk {
	const char *command; /* for messages */
	struct home home;
	struct place place;
	struct open_identities *ids;
	uint8_t *seeds; /* secret: 32 bytes for signing, 32 for requests */
	struct http_client *client; /* NULL without the network */
	struct masthead *card;
	struct mirror *mirror;
};

void desk_init(struct desk *d, const char *command);

/* Options of every such command: HOME_OPTIONS, --to ADDRESS, --proxy URL.
 * false when it is none of them. */
enum { DESK_TO = 0x1100, DESK_PROXY };
#define DESK_OPTIONS                                              \
	HOME_OPTIONS, { "to", required_argument, NULL, DESK_TO }, \
	{                                                         \
		"proxy", required_argument, NULL, DESK_PROXY      \
	}
#define DESK_USAGE                                                           \
	"  --to ADDRESS           the desk's address, instead of the known " \
	"one:\n"                                                             \
	"                         unix:/path or http://…\n"                \
	"  --proxy URL            for example "                              \
	"socks5h://127.0.0.1:9050\n" HOME_USAGE
bool desk_option(struct desk *d, int option, const char *arg);

/*
 * Unlocks and opens all of it; with the network the newest masthead is fetched
 * and verified. Says what is wrong; returns 0 or an exit status.
 */
int desk_open(struct desk *d, bool has_network);
/* The network for a desk that was opened without it; does nothing when it is
 * there. The same result. */
int desk_connect(struct desk *d);
void desk_close(struct desk *d);

#define DESK_SIGN_SEED(d) ((d)->seeds)
#define DESK_REQUEST_SEED(d) ((d)->seeds + 32)

#endif
