/*
 * Who may speak to the page's program: a browser that shows our own page and
 * has the token. Another site, another user of the machine, a name that was
 * pointed at 127.0.0.1, all get nothing. docs/formats/desk-page.md.
 */
#ifndef PISTA_DESK_DOOR_H
#define PISTA_DESK_DOOR_H

#include "http/head.h"

#define DOOR_SECRET_SIZE 32
#define DOOR_HEX_SIZE (2 * DOOR_SECRET_SIZE)
#define DOOR_KEY_MS 60000
#define DOOR_TICKET_SIZE 16
#define DOOR_TICKETS_MAX 16

struct door {
	char host[32], origin[48];
	uint8_t token[DOOR_SECRET_SIZE], key[DOOR_SECRET_SIZE];
	bool has_key;
	uint64_t key_until; /* milliseconds of process_now_ms */
	struct door_ticket {
		uint8_t secret[DOOR_TICKET_SIZE];
		uint64_t seq, until; /* until 0: free */
		uint32_t number;
	} tickets[DOOR_TICKETS_MAX];
};

/* token is borrowed only for the call. */
void door_init(struct door *d, uint16_t port,
    const uint8_t token[static DOOR_SECRET_SIZE]);

/* A key that lets one browser in, once, within DOOR_KEY_MS. */
void door_set_key(
    struct door *d, const uint8_t key[static DOOR_SECRET_SIZE], uint64_t now);

/* The empty page and what it is made of: anybody who typed our address or comes
 * from our page. A browser may be sent to "/" itself from anywhere, since it is
 * started on a local file. */
bool door_is_open(const struct door *d, const struct http_head *h);

/* What only our page asks; without the token. */
bool door_is_ours(const struct door *d, const struct http_head *h);

bool door_has_token(const struct door *d, const struct http_head *h);

/* Uses the key up when hex is it. ERR_DENIED. */
int door_enter(struct door *d, struct text hex, uint64_t now,
    char ret_token[static DOOR_HEX_SIZE + 1]);

/* Says to a page that this is the program it knows, and not somebody who took
 * its place: HMAC-SHA256(token, "pista/v1 desk " ‖ nonce). */
void door_prove(const struct door *d,
    const uint8_t nonce[static DOOR_SECRET_SIZE],
    char ret_proof[static DOOR_HEX_SIZE + 1]);

/* A word that is good for one file, once, within DOOR_KEY_MS; the oldest gives
 * way. */
void door_ticket(struct door *d, uint64_t seq, uint32_t number, uint64_t now,
    char ret_hex[static 2 * DOOR_TICKET_SIZE + 1]);
/* ERR_NOT_FOUND. */
int door_use_ticket(struct door *d, struct text hex, uint64_t now,
    uint64_t *ret_seq, uint32_t *ret_number);

#endif
