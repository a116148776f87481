/*
 * What is not as it should be in the inbox, as the book tells it: letters that
 * disappeared, answers nobody recorded, another past.
 */
#ifndef PISTA_CMD_MEMBER_ALARMS_H
#define PISTA_CMD_MEMBER_ALARMS_H

#include <jansson.h>
#include <stdbool.h>

#include "book/book.h"

struct alarms {
	json_t *all;     /* as book_alarms gives them */
	json_t *missing; /* numbers: nothing of it is here */
	json_t *deleted; /* can still be brought back */
	json_t *risked;  /* of these, only the beginning is here */
	json_t *gone;    /* nothing of it is there; here it is */
};

/* is_complete: right behind a round that brought all there is, what has no bytes
 * is missing, also the newest. The caller frees with alarms_fini, also after an
 * error. */
int alarms_find(struct book *book, struct mirror *mirror, bool is_complete,
    struct alarms *ret_alarms);
void alarms_fini(struct alarms *a);

/* True when the server is under suspicion. Letters with a forged or former
 * author are told, but whoever has the address can send such. */
bool alarms_has_grave(const struct alarms *a);

/* Warns of each on standard error, with what can be done. */
void alarms_warn(const struct alarms *a, const char *command);

#endif
