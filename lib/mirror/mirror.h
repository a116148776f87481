/*
 * The member's local copy of the inbox: entries with their chain, and the
 * sealed bytes as far as they were fetched. Nothing in it is plaintext.
 */
#ifndef PISTA_MIRROR_MIRROR_H
#define PISTA_MIRROR_MIRROR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

struct mirror;

struct mirror_entry {
	uint64_t seq;
	uint8_t type; /* CHAIN_LETTER, CHAIN_CARD */
	/* as the server listed it last */
	bool is_deleted; /* softly: it still has the bytes */
	bool is_gone;    /* it has no bytes */
	uint32_t day;
	uint64_t size; /* bytes of the age file */
	uint64_t held; /* how many of them are here, from the start */
	uint8_t digest[32];
	uint8_t link[32];
};

/* Opens or makes the file at path. ERR_NEWSROOM, ERR_BUSY, ERR_FORMAT when the
 * file is damaged. */
int mirror_open(const char *path, const uint8_t newsroom[static 16],
    struct mirror **ret_mirror);
void mirror_close(struct mirror **mirror);

/* Everything between begin and commit lands together. */
int mirror_begin(struct mirror *m);
int mirror_commit(struct mirror *m);

/* The newest entry's seq and link; zeros when there is none. */
int mirror_last(
    struct mirror *m, uint64_t *ret_seq, uint8_t ret_link[static 32]);

int mirror_add(struct mirror *m, const struct mirror_entry *e);
int mirror_set_state(
    struct mirror *m, uint64_t seq, bool is_deleted, bool is_gone);
int mirror_get(struct mirror *m, uint64_t seq, struct mirror_entry *ret_entry);

typedef int mirror_fn(void *ctx, const struct mirror_entry *e);
int mirror_each(struct mirror *m, mirror_fn *fn, void *ctx);

/* The first entry that arrived on that day or later; above every seq when there
 * is none. */
int mirror_since(struct mirror *m, uint32_t day, uint64_t *ret_seq);

/* How far the states of old entries were looked at again; 0 at first. */
int mirror_checked(struct mirror *m, uint64_t *ret_seq);
int mirror_set_checked(struct mirror *m, uint64_t seq);

/* Bytes go in from the start without a gap: offset is what is held. */
int mirror_put(
    struct mirror *m, uint64_t seq, uint64_t offset, const void *p, size_t n);
/* *ret_n is less than n only at the end of what is held. */
int mirror_read(struct mirror *m, uint64_t seq, uint64_t offset, void *out,
    size_t n, size_t *ret_n);
/* Leaf hashes of a letter that is not held whole. */
int mirror_leaves_put(struct mirror *m, uint64_t seq, const void *p, size_t n);
int mirror_leaves_get(struct mirror *m, uint64_t seq, struct buf *ret_leaves);

#endif
