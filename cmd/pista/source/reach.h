/*
 * What `pista send' and `pista replies' share: the newsroom as a source
 * reaches it. Nothing is kept on this machine.
 */
#ifndef PISTA_CMD_SOURCE_REACH_H
#define PISTA_CMD_SOURCE_REACH_H

#include "place.h"
#include "source/receipt_in.h"

struct reach {
	const char *command;
	const char *to, *pin, *proxy;
	struct receipt_in receipt;
	struct place place;
	struct http_client *client;
	struct masthead *card;
};

enum { REACH_TO = 0x1300, REACH_PIN, REACH_PROXY };
#define REACH_OPTIONS                                      \
	{ "to", required_argument, NULL, REACH_TO },       \
	    { "pin", required_argument, NULL, REACH_PIN }, \
	    { "proxy", required_argument, NULL, REACH_PROXY }, RECEIPT_OPTIONS
#define REACH_USAGE                                                            \
	"  --to ADDRESS           the newsroom's page, http://… or "         \
	"unix:/path\n"                                                         \
	"  --pin KEY              its public key, or a file with it: from "    \
	"its\n"                                                                \
	"                         paper or from somebody you trust\n"          \
	"  --proxy URL            socks5h://127.0.0.1:9050 goes through tor\n" \
	"  --receipt-file F       read the receipt from F (only you may read " \
	"it),\n"                                                               \
	"  --receipt-fd N         or from a descriptor\n"

void reach_init(struct reach *r, const char *command);
/* False when option is none of REACH_OPTIONS. */
bool reach_option(struct reach *r, int option, const char *arg);

/* Fetches and verifies the masthead. Says what is wrong; returns an exit
 * status. */
int reach_open(struct reach *r);
void reach_close(struct reach *r);

#endif
