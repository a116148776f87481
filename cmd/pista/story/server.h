/* The list of stories on the server. */
#ifndef PISTA_CMD_STORY_SERVER_H
#define PISTA_CMD_STORY_SERVER_H

#include "seat.h"

/* call: what was asked and how it was answered, for place_say_error. A server
 * without a list has an empty one. */
int story_server_get(struct seat *d, json_t **ret_list, struct http_call *call);
int story_server_put(
    struct seat *d, const json_t *list, struct http_call *call);

#endif
