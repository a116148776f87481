/*
 * What fetch.c and fetch_large.c share.
 */
#ifndef PISTA_SYNC_FETCH_PARTS_H
#define PISTA_SYNC_FETCH_PARTS_H

#include "sync/fetch.h"

#define PATH_SIZE 64

int fetch_get(struct http_client *c, const char *path, const char *range,
    struct buf *out, struct http_call *ret_call);

/* Size of header and nonce at the start of a letter. */
int fetch_head_size(const uint8_t *p, size_t n, size_t *ret_n);

/* Inside a transaction; nothing when somebody else was faster. */
int fetch_keep(
    struct mirror *m, uint64_t seq, uint64_t offset, const struct buf *b);

/*
 * Some of the entries from first on, at most run of them, in one answer: take is
 * called for each that came whole, in order, also when the answer was cut in the
 * middle. Those that are gone or large, or had no place, are left out.
 * ERR_FORMAT for entries that were not asked for, ERR_TRUNCATED, what take said,
 * errors of the client.
 */
typedef int fetch_one(void *ctx, uint64_t seq, struct text bytes);
int fetch_many(struct http_client *c, uint64_t first, size_t run,
    fetch_one *take, void *ctx, struct http_call *ret_call);

/* The entries in the bytes of such an answer. The errors of fetch_many, but none
 * of the client. */
int fetch_many_read(struct text answer, uint64_t first, size_t run,
    fetch_one *take, void *ctx);

/* Header and first chunks of a large letter, checked; the leaves stay for the
 * rest. */
int fetch_beginning(struct http_client *c, struct mirror *m,
    const struct mirror_entry *e, struct http_call *ret_call);

/* All that is not held of e, whose beginning is. */
int fetch_rest(struct http_client *c, struct mirror *m, struct mirror_entry *e,
    fetch_progress *progress, void *ctx, struct http_call *ret_call);

#endif
