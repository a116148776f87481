/*
 * Many entries of the inbox in one answer, for who has none of them yet.
 */
#ifndef PISTA_PICKUP_MANY_H
#define PISTA_PICKUP_MANY_H

#include "relay/station.h"

/* Answers r, inside the head callback or later. */
void inbox_many(struct station *s, struct http_request *r);

#endif
