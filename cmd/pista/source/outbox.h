/*
 * A letter on its way out: sealed as it is written, kept sealed in a nameless
 * temporary file so that it can be sent again after a cut, then posted.
 */
#ifndef PISTA_CMD_SOURCE_OUTBOX_H
#define PISTA_CMD_SOURCE_OUTBOX_H

#include "http/client.h"
#include "letter/write.h"
#include "masthead/masthead.h"
#include "say.h"

struct outbox;

/*
 * Begins a letter to tip->desk (empty: the card's first desk); texts of tip
 * and message are borrowed until finish. Newsroom and card are filled in here.
 * ERR_EXPIRED for a card that is not current.
 */
int outbox_new(const struct masthead *card, const struct letter_tip *tip,
    struct text message, struct outbox **ret_outbox);
void outbox_free(struct outbox **outbox);

/* Adds the file at path, with its own last name or without one. Errors of the
 * file system as they are; ERR_LIMIT for too many or too much. */
int outbox_file(struct outbox *o, const char *path, bool has_name,
    struct say_progress *progress);

/* Signs (NULL: not) and completes. */
int outbox_finish(
    struct outbox *o, const uint8_t *mark_seed, const uint8_t *member_seed);

uint64_t outbox_size(const struct outbox *o); /* sealed bytes */

/* POSTs it to path ("/v1/letters", "/v1/inbox"). A cut connection is tried
 * again a few times; the same letter never arrives twice. progress may be
 * NULL. */
int outbox_post(struct outbox *o, struct http_client *c, const char *path,
    struct say_progress *progress, struct http_call *ret_call);

#endif
