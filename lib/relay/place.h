/*
 * The place as keep last told it: the newsroom's card, verified against the
 * pin, and its stories. Kept ready as answers.
 */
#ifndef PISTA_RELAY_PLACE_H
#define PISTA_RELAY_PLACE_H

#include "http/server.h"
#include "masthead/masthead.h"
#include "wire/wire.h"

struct place {
	struct masthead_pin pin;
	uint8_t newsroom[16];
	struct masthead *card;	   /* NULL: none yet */
	struct stories *stories;   /* NULL: none */
	struct http_answer *json;  /* GET masthead.json */
	struct http_answer *minisig;
	struct http_answer *list;  /* GET v1/stories */
	unsigned version;	   /* another one after every change */
};

/* What the parent said. */
void place_init(struct place *p, const struct wire_start *start);
void place_fini(struct place *p);

/*
 * Takes CARD or STORIES. A card with a bad signature, of another newsroom or
 * without a higher serial is not taken: keep has no say in this.
 */
void place_take(struct place *p, const struct wire_message *m);

/* Answers GET and HEAD of the three public documents; path stands behind the
 * prefix. False when it is none of them. */
bool place_answer(
    const struct place *p, struct http_request *r, struct text path);

#endif
