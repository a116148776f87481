/*
 * Small files beside the mirror that only this member can read or have made:
 * age files to a key derived from the identity and told to nobody.
 */
#ifndef PISTA_BOOK_LOCAL_H
#define PISTA_BOOK_LOCAL_H

#include "open/open.h"

/* HKDF(first identity, salt = newsroom id, "pista/v1 local " ‖ name): each kind
 * of file has a key of its own, so that none passes for another. */
int local_identity(const struct open_identities *ids,
    const uint8_t newsroom[static 16], const char *name,
    struct open_identities **ret_ids);

/* Replaces path by all of plain, sealed to local_identity of name. */
int local_write(const struct open_identities *ids,
    const uint8_t newsroom[static 16], const char *name, const char *path,
    struct text plain);

/* Appends what path opens to. ERR_NOT_FOUND; ERR_NO_KEY or ERR_AUTH when this
 * member did not make it, ERR_TRUNCATED, ERR_FORMAT; ERR_LIMIT when it is longer
 * than the buffer takes. */
int local_read(const struct open_identities *ids,
    const uint8_t newsroom[static 16], const char *name, const char *path,
    struct buf *ret_plain);

#endif
