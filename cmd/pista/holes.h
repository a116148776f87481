/*
 * What is missing in the inbox and should not be: letters that nobody announced
 * to delete, and bytes that the server does not hand out.
 */
#ifndef PISTA_CMD_HOLES_H
#define PISTA_CMD_HOLES_H

#include <jansson.h>

#include "book.h"

/* Lists of entry numbers. */
struct holes {
	json_t *missing; /* nothing of it is here */
	json_t *deleted; /* can still be brought back */
	json_t *risked;  /* of these, only the beginning is here */
	json_t *gone;    /* nothing of it is there; here it is */
};

/* Deleted, gone or not here, though its time is not over and no colleague
 * announced it. */
bool holes_is_one(
    const struct seat *d, const struct book *book, const struct book_letter *l);

/* Whatever is not explained by retention or by a deletion event of somebody on
 * the masthead. The caller frees with holes_fini, also after an error. */
int holes_find(const struct seat *d, struct holes *ret_holes);
void holes_fini(struct holes *h);

bool holes_has_any(const struct holes *h);

/* Warns of each on standard error, with what can be done. */
void holes_warn(const struct holes *h, const char *command);

#endif
