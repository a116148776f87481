/*
 * How a member's programs reach the newsroom: a client for its address, and its
 * masthead, fetched, verified against the pin and remembered in a file.
 */
#ifndef PISTA_SYNC_CONTACT_H
#define PISTA_SYNC_CONTACT_H

#include "http/client.h"
#include "masthead/masthead.h"

/* address: "unix:/path" or a URL; proxy: "socks5h://…" or empty; both are
 * borrowed. seed: 32 bytes, borrowed, sign desk requests; NULL: none. */
int contact_client(const char *address, const char *proxy,
    const uint8_t newsroom[static 16], const uint8_t *seed,
    struct http_client **ret_client);

/*
 * Fetches the masthead. newsroom NULL: any that the pin signs. With path it is
 * compared with the one remembered there (ERR_SERIAL for an older one,
 * ERR_CONFLICT for another with the same serial) and remembered. Errors of
 * client, masthead_read and file.
 */
int contact_card(struct http_client *c, const struct masthead_pin *pin,
    const uint8_t *newsroom, const char *path, struct masthead **ret_card);

/* The remembered one, without the network. ERR_NOT_FOUND. */
int contact_remembered(const char *path, const struct masthead_pin *pin,
    const uint8_t newsroom[static 16], struct masthead **ret_card);

#endif
