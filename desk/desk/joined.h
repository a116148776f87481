/*
 * A file to be saved: one of a letter, or one that came in parts, these one
 * behind the other.
 */
#ifndef PISTA_DESK_JOINED_H
#define PISTA_DESK_JOINED_H

#include "desk/desk.h"
#include "desk/plain.h"

#define JOINED UINT32_MAX /* in place of a file's number: all its parts */

struct joined;

/* number: of a letter's file, or JOINED for the file of which letter seq is a
 * part. ERR_NOT_FOUND, also when parts are missing; ERR_BUSY when something is
 * not in the mirror yet; errors of plain_new. */
int joined_new(
    struct desk *d, uint64_t seq, uint32_t number, struct joined **ret_joined);
void joined_free(struct joined **joined); /* wipes */

uint64_t joined_size(const struct joined *j);
/* "letter-12-1.pdf", "letter-12-joined.mp4": our own numbering, never the
 * source's name. */
void joined_name(const struct joined *j, char *out, size_t n);
/* See plain_read: the last byte of each part waits for its check. */
int joined_read(struct joined *j, uint8_t *out, size_t n, size_t *ret_n);

#endif
