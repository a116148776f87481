/*
 * The next masthead while it is edited: newsroom/card.json, unsigned, with the
 * serial it will have. A change is checked as a whole card before it is kept.
 */
#ifndef PISTA_CMD_NEWSROOM_CARD_H
#define PISTA_CMD_NEWSROOM_CARD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/json.h"
#include "home.h"
#include "masthead/masthead.h"
#include "masthead/member.h"
#include "masthead/sign.h"

#define CARD_DESK "desk" /* the id of a newsroom's first desk */

/* What a card begins with. */
struct card_start {
	uint8_t newsroom[16];
	struct text name;
	struct text languages; /* "es,fr,en" */
	bool is_drill;
	uint32_t edition_seconds;             /* drills only; 0: by the hour */
	const struct age_recipient *recovery; /* or NULL */
};
/* The caller owns the result (json_decref). ERR_FORMAT, ERR_NOMEM. */
int card_new(const struct card_start *start, json_t **ret_card);

int card_load(const struct home *h, json_t **ret_card);
/* Refuses a card that nobody could read: what card_check says. */
int card_save(const struct home *h, const json_t *card);
/* The errors of masthead_read, for a card that will be signed. */
int card_check(const json_t *card);
/* The card as everybody will read it, under a key made for the moment. */
int card_preview(const json_t *card, struct masthead **ret_masthead);

int card_newsroom(const json_t *card, uint8_t ret_newsroom[static 16]);

/* "es,fr,en", the default first. ERR_FORMAT. */
int card_set_languages(json_t *card, struct text languages);
/* The newsroom's name, the same in every language. */
void card_set_name(json_t *card, struct text name);

/* desk NULL: the first one. ERR_EXISTS for an id or a key that is on the card,
 * ERR_NEWSROOM, ERR_NOT_FOUND for the desk. */
int card_add_member(
    json_t *card, const struct member_request *r, const char *desk);
/* ERR_NOT_FOUND; ERR_CONFLICT when a desk would have nobody left. */
int card_remove_member(json_t *card, const char *id);
/* A desk of this name in every language; ERR_FORMAT. */
int card_set_desk(json_t *card, struct text id, struct text name);

/* The newsroom's signing key, opened with the passphrase. */
int card_key(struct home *h, struct masthead_key **ret_key);

/*
 * Signs the card for days days from today and writes newsroom/masthead.json
 * with its signature; the card then waits for its next serial.
 */
int card_sign(const struct home *h, json_t *card,
    const struct masthead_key *key, uint32_t days);

/* The last signed card, verified with newsroom/newsroom.pub. */
int card_signed(const struct home *h, struct masthead **ret_masthead);
int card_pin(const struct home *h, struct masthead_pin *ret_pin);

/* True when card says what the signed one says, dates and serial apart. */
bool card_is_same(const json_t *card, const struct masthead *m);

/* While newsroom/recovery.txt is there: says on standard error that it should
 * not be. */
void card_warn_recovery(const struct home *h);

#endif
