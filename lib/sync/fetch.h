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

/*
 * Brings the n entries as far as a round does: small ones whole, of larger ones
 * the beginning. told is called for each one in order: bytes are 0 for one that
 * the server does not give; what it returns ends the call if not 0. What came is
 * kept, also before an error. ERR_DIGEST when the bytes are not the ones the
 * chain names; errors of client and mirror. call keeps what the server said.
 */
typedef int fetch_told(void *ctx, uint64_t seq, uint64_t bytes);
int fetch_letters(struct http_client *c, struct mirror *m,
    const uint64_t *seqs, size_t n, fetch_told *told, void *ctx,
    struct http_call *ret_call);

/*
 * Brings all of one entry, going on where an earlier call stopped. progress
 * (NULL: none) is told bytes; what it returns ends the call if not 0. Errors as
 * above; ERR_NOT_FOUND when the server does not give it.
 */
typedef int fetch_progress(void *ctx, uint64_t done, uint64_t total);
int fetch_letter(struct http_client *c, struct mirror *m, uint64_t seq,
    fetch_progress *progress, void *ctx, struct http_call *ret_call);

#endif
