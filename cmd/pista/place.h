/*
 * The newsroom as seen from outside: where it is, which key it is known by,
 * and its masthead, fetched, verified and remembered.
 */
#ifndef PISTA_CMD_PLACE_H
#define PISTA_CMD_PLACE_H

#include "home.h"
#include "http/client.h"
#include "masthead/masthead.h"

#define PLACE_ADDRESS_MAX 512

struct place {
	uint8_t newsroom[16];
	struct masthead_pin pin;
	char address[PLACE_ADDRESS_MAX]; /* "unix:/path" or a URL */
	char proxy[PLACE_ADDRESS_MAX];   /* "socks5h://…", or empty */
};

/* member/place.json. Loading one with another newsroom or key than was loaded
 * first in this home says so: ERR_CONFLICT. */
int place_load(const struct home *h, struct place *ret_place);
int place_save(const struct home *h, const struct place *p);

/* The pin as people give it: the key itself, or a file that holds it (as
 * minisign writes it). */
int place_pin(const char *arg, struct masthead_pin *ret_pin);

/* The card in the file at path, its signature in PATH.minisig. */
int place_card_file(const char *path, const struct masthead_pin *pin,
    struct masthead **ret_masthead);

/* A client for p; seed (32 bytes, borrowed) signs desk requests, NULL does
 * not. */
int place_client(const struct place *p, const uint8_t *seed,
    struct http_client **ret_client);

/*
 * Fetches the masthead and verifies it against the pin. With a home it is
 * compared with the one remembered there (an older serial is ERR_SERIAL) and
 * remembered. is_any_newsroom: p->newsroom is not known yet and is set.
 */
int place_masthead(struct http_client *c, struct place *p, const struct home *h,
    bool is_any_newsroom, struct masthead **ret_masthead);

/* The remembered one, without the network. */
int place_remembered(const struct home *h, const struct place *p,
    struct masthead **ret_masthead);

/* Says on standard error what a failed call means and what to do. Returns 1. */
int place_say_error(const char *command, const struct place *p,
    const struct http_call *call, int err);

#endif
