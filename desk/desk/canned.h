/* Answers a newsroom gives again and again, in the languages of its sources. */
#ifndef PISTA_DESK_CANNED_H
#define PISTA_DESK_CANNED_H

#include <jansson.h>

/* [{"id","lang","title","text","own"}]: own (borrowed) first, then those of
 * assets/desk/canned.json. NULL without memory. */
json_t *canned_json(json_t *own);

#endif
