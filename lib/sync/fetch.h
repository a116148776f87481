/*
 * Sealed letters from the desk into the mirror, verified before they are
 * kept: a whole letter by its digest, the beginning of a large one by the
 * digest of its parts, the rest leaf by leaf.
 */
#ifndef PISTA_SYNC_FETCH_H
#define PISTA_SYNC_FETCH_H

#include "http/client.h"
#include "mirror/mirror.h"

#define FETCH_WHOLE_MAX (1024 * 1024) /* larger letters come when asked for */

typedef void fetch_progress(void *ctx, uint64_t done, uint64_t total);

/*
 * Brings entry e as far as sync does (is_whole false), or all of it, going on
 * where an earlier call stopped. progress may be NULL. call keeps what the
 * server said, for place_say_error. ERR_DIGEST when the bytes are not the ones
 * the chain names.
 */
int fetch_letter(struct http_client *c, struct mirror *m, uint64_t seq,
    bool is_whole, fetch_progress *progress, void *ctx,
    struct http_call *ret_call);

#endif
