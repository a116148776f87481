/*
 * The header fields of a request of the client's. Not for others.
 */
#ifndef PISTA_HTTP_CLIENT_FIELDS_H
#define PISTA_HTTP_CLIENT_FIELDS_H

#include <curl/curl.h>

#include "http/client.h"

/*
 * The fields of call, signed when o has a seed. target: path and query as they
 * will stand in the request line. The caller frees the list.
 */
int client_fields(const struct http_client_options *o, struct text origin,
    const struct http_call *call, const char *target, uint64_t start,
    struct curl_slist **ret_list);

#endif
