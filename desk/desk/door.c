#include "desk/door.h"

#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/secret.h"
#include "crypto/hmac.h"
#include "crypto/random.h"

#define PROOF "pista/v1 desk "

void
door_init(
    struct door *d, uint16_t port, const uint8_t token[static DOOR_SECRET_SIZE])
{
	*d = (struct door){ 0 };
	snprintf(d->host, sizeof(d->host), "127.0.0.1:%u", port);
	snprintf(d->origin, sizeof(d->origin), "http://%s", d->host);
	memcpy(d->token, token, sizeof(d->token));
}

void
door_set_key(
    struct door *d, const uint8_t key[static DOOR_SECRET_SIZE], uint64_t now)
{
	memcpy(d->key, key, sizeof(d->key));
	d->has_key = true;
	d->key_until = now + DOOR_KEY_MS;
}

/* A field that must be this or absent; twice is neither. */
static bool
is_absent_or(const struct http_head *h, const char *name, const char *value)
{
	struct text found;
	int err = http_head_find(h, name, &found);

	return err == ERR_NOT_FOUND || (err == 0 && text_is(found, value));
}

static bool
is(const struct http_head *h, const char *name, const char *value)
{
	struct text found;

	return http_head_find(h, name, &found) == 0 && text_is(found, value);
}

/* A browser that goes to a page of its own window, not into a frame of
 * another's. */
static bool
is_visit(const struct http_head *h)
{
	return h->method == HTTP_GET && text_is(h->path, "/") &&
	       is(h, "sec-fetch-mode", "navigate") &&
	       is(h, "sec-fetch-dest", "document");
}

bool
door_is_open(const struct door *d, const struct http_head *h)
{
	if (!text_is(h->host, d->host))
		return false;
	return !http_head_is_foreign(h) || is_visit(h);
}

bool
door_is_ours(const struct door *d, const struct http_head *h)
{
	return text_is(h->host, d->host) &&
	       is_absent_or(h, "origin", d->origin) &&
	       is_absent_or(h, "sec-fetch-site", "same-origin");
}

bool
door_has_token(const struct door *d, const struct http_head *h)
{
	uint8_t given[DOOR_SECRET_SIZE];
	struct text hex;
	bool is_it;

	if (http_head_find(h, "pista-token", &hex) != 0 ||
	    hex_read(hex, given, sizeof(given)) != 0)
		return false;
	is_it = secret_is_equal(given, d->token, sizeof(given));
	secret_wipe(given, sizeof(given));
	return is_it;
}

int
door_enter(struct door *d, struct text hex, uint64_t now,
    char ret_token[static DOOR_HEX_SIZE + 1])
{
	uint8_t given[DOOR_SECRET_SIZE];

	if (!d->has_key || now >= d->key_until ||
	    hex_read(hex, given, sizeof(given)) != 0 ||
	    !secret_is_equal(given, d->key, sizeof(given)))
		return ERR_DENIED;
	d->has_key = false;
	secret_wipe(d->key, sizeof(d->key));
	hex_write(ret_token, d->token, sizeof(d->token));
	ret_token[DOOR_HEX_SIZE] = '\0';
	return 0;
}

void
door_prove(const struct door *d, const uint8_t nonce[static DOOR_SECRET_SIZE],
    char ret_proof[static DOOR_HEX_SIZE + 1])
{
	uint8_t in[sizeof(PROOF) - 1 + DOOR_SECRET_SIZE], mac[HMAC_SIZE];

	memcpy(in, PROOF, sizeof(PROOF) - 1);
	memcpy(in + sizeof(PROOF) - 1, nonce, DOOR_SECRET_SIZE);
	hmac_once(mac, d->token, sizeof(d->token), in, sizeof(in));
	hex_write(ret_proof, mac, sizeof(mac));
	ret_proof[DOOR_HEX_SIZE] = '\0';
}

void
door_ticket(struct door *d, uint64_t seq, uint32_t number, uint64_t now,
    char ret_hex[static 2 * DOOR_TICKET_SIZE + 1])
{
	struct door_ticket *t = d->tickets;

	for (size_t i = 1; i < DOOR_TICKETS_MAX; i++)
		if (d->tickets[i].until < t->until)
			t = &d->tickets[i];
	*t = (struct door_ticket){
		.seq = seq, .number = number, .until = now + DOOR_KEY_MS
	};
	random_bytes(t->secret, sizeof(t->secret));
	hex_write(ret_hex, t->secret, sizeof(t->secret));
	ret_hex[2 * DOOR_TICKET_SIZE] = '\0';
}

int
door_use_ticket(struct door *d, struct text hex, uint64_t now,
    uint64_t *ret_seq, uint32_t *ret_number)
{
	uint8_t given[DOOR_TICKET_SIZE];

	if (hex_read(hex, given, sizeof(given)) != 0)
		return ERR_NOT_FOUND;
	for (size_t i = 0; i < DOOR_TICKETS_MAX; i++) {
		struct door_ticket *t = &d->tickets[i];

		if (now >= t->until ||
		    !secret_is_equal(given, t->secret, sizeof(given)))
			continue;
		t->until = 0;
		*ret_seq = t->seq;
		*ret_number = t->number;
		return 0;
	}
	return ERR_NOT_FOUND;
}
