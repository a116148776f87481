/*
 * Reading the inbox: the list, an entry's bytes, the leaves of a letter.
 */
#ifndef PISTA_PICKUP_INBOX_H
#define PISTA_PICKUP_INBOX_H

#include "relay/station.h"

/* Each answers r, inside the head callback or later. */
void inbox_list(struct station *s, struct http_request *r);
void inbox_read(struct station *s, struct http_request *r, uint64_t seq);
void inbox_leaves(struct station *s, struct http_request *r, uint64_t seq);

#endif
