/* Asking keep: each function sends, and waits for the answer. */
#ifndef PISTA_FORM_KEEP_H
#define PISTA_FORM_KEEP_H

#include "form/form.h"

/* Card, stories and the next edition. Without keep, or with a card that does
 * not verify, the form goes on without. */
void keep_place(struct form *f);

/* Sends a question with a body of n bytes. The answer is borrowed until the
 * next one. ERR_CLOSED when keep is gone, or what FAIL says. */
int keep_ask(struct form *f, enum wire_type type, const void *body, size_t n,
    struct wire_message *ret_answer);

/* The pieces of a put; put_commit waits for the word that it is kept. */
int keep_put_begin(struct form *f, struct text head);
int keep_put_chunk(
    struct form *f, uint64_t index, const uint8_t *sealed, size_t n);
int keep_put_commit(struct form *f, uint64_t chunks,
    const uint8_t once[static 16], uint64_t bytes);
void keep_put_drop(struct form *f);

#endif
