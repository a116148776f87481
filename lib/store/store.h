/*
 * The store of one newsroom: the inbox with its chain, the board, the place.
 * Two back ends behind this header pass one suite. Whatever is staged becomes
 * durable together at the next store_sync (group commit); nothing may be
 * acknowledged before that. Not thread-safe; a back end may use threads inside.
 */
#ifndef PISTA_STORE_STORE_H
#define PISTA_STORE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/text.h"

struct store;

#define STORE_SOFT_DAYS 14     /* a deleted letter can come back this long */
#define STORE_CHUNK_SIZE 65552 /* a full sealed chunk */
#define STORE_HEAD_MAX 131088
#define STORE_ATTEST_SIZE 100

/* Before a jail closes and before any other use of SQLite: makes it allocate
 * through base/mem.h and seed its randomness. Idempotent. ERR_SYS. */
int store_warm(void);

/* An empty store that dies with the process. */
int store_open_memory(
    const uint8_t newsroom[static 16], struct store **ret_store);
/* The SQLite file at path, made when missing. ERR_BUSY when another process
 * holds it, ERR_NEWSROOM, ERR_VERSION, ERR_IO. */
int store_open_sqlite(const char *path, const uint8_t newsroom[static 16],
    struct store **ret_store);
void store_close(struct store **store);

/*
 * Makes everything staged since the last call durable. On failure all of it is
 * undone and the callers must say so; puts begun or fed since the last call are
 * gone (ERR_NOT_FOUND from then on). ERR_FULL, ERR_IO, ERR_NOMEM.
 *
 * When a staging call fails for such a reason, the rest of the batch fails with
 * the same error until store_sync has undone it. store_abandon does the same
 * for a caller who staged half of what belongs together.
 */
int store_sync(struct store *s);
void store_abandon(struct store *s, int err);

/*
 * Sets the times of the files to the beginning of the day, as well as that can
 * be done. To be called after a sync, and now and then when nothing happens:
 * the file system notes each call in a time that nobody can set, which so tells
 * when the place last ran and not when the last letter came.
 */
void store_blur_times(const struct store *s);

/* Putting a letter. Not listed before its commit is synced. */
int store_put_begin(
    struct store *s, const void *head, size_t n, uint64_t *ret_put);
/* Each index once: ERR_EXISTS. ERR_LIMIT above a full chunk or 2^20 of them,
 * ERR_FORMAT for a second one that is not full, ERR_NOT_FOUND. */
int store_put_chunk(
    struct store *s, uint64_t put, uint64_t index, const void *p, size_t n);
/* All of 0..chunks-1 must be there and add up to size with the head:
 * ERR_TRUNCATED. *ret_is_repeat when once was seen before: then nothing is
 * added and the put is dropped. */
int store_put_commit(struct store *s, uint64_t put, uint64_t chunks,
    uint64_t size, const uint8_t once[static 16], uint32_t day,
    bool *ret_is_repeat);
int store_put_drop(struct store *s, uint64_t put);

/* A masthead as an entry of type card, and as the current one. ERR_SERIAL. */
int store_card_put(struct store *s, struct text json, struct text minisig,
    uint64_t serial, uint32_t day);
/* Appends to the buffers; both empty when there is no card. */
int store_card_get(struct store *s, struct buf *ret_json,
    struct buf *ret_minisig, uint64_t *ret_serial);
int store_stories_put(struct store *s, struct text json);
int store_stories_get(struct store *s, struct buf *ret_json);

/* Until when the public schedule of editions is fulfilled, as its caller counts
 * (it is a scheduled hour, never a time something happened). 0 at first. */
int store_due_put(struct store *s, uint64_t due);
int store_due_get(struct store *s, uint64_t *ret_due);

/* The inbox. Only what is synced is seen. */
struct store_entry {
	uint64_t seq;
	uint8_t type; /* CHAIN_LETTER, CHAIN_CARD */
	uint32_t day;
	uint64_t size; /* 0 when gone */
	uint8_t digest[32];
	uint8_t link[32];
	bool is_deleted; /* softly; bytes still there */
	bool is_gone;
};
typedef int store_list_fn(void *ctx, const struct store_entry *e);
/* At most max entries behind seq `after`, in order. */
int store_list(
    struct store *s, uint64_t after, size_t max, store_list_fn *fn, void *ctx);
/* Bytes of a letter or card entry from offset into out; *ret_n less than n
 * only at the end; *ret_total the entry's size. ERR_NOT_FOUND. */
int store_read(struct store *s, uint64_t seq, uint64_t offset, void *out,
    size_t n, size_t *ret_n, uint64_t *ret_total);
/* H(head), H(chunk 0), and the leaves from number `first` (0 is leaf 1), at
 * most max; *ret_total leaves in all. */
int store_leaves(struct store *s, uint64_t seq, uint64_t first, size_t max,
    uint8_t ret_head[static 32], uint8_t ret_chunk0[static 32],
    struct buf *ret_leaves, uint64_t *ret_total);
/* Softly; entries that are gone or unknown: ERR_NOT_FOUND. Cards: ERR_DENIED. */
int store_delete(struct store *s, uint64_t seq, uint32_t day);
int store_restore(struct store *s, uint64_t seq);

/* The board. A post waits until it is taken into an edition. */
int store_board_post(struct store *s, const uint8_t *slots, size_t slots_n,
    const uint8_t *strips, size_t strips_n, const uint8_t *attest);
/* The oldest waiting posts that fit together in max slots and strips, whole
 * posts only; appended to the buffers, marked to be dropped by the next
 * store_edition_put. */
int store_board_waiting(struct store *s, size_t max_slots, size_t max_strips,
    struct buf *ret_slots, struct buf *ret_strips,
    uint8_t ret_attest[static 100]);
/* What waits, with the open batch. */
int store_board_count(
    struct store *s, size_t *ret_posts, size_t *ret_slots);
/* Takes the edition in, drops what store_board_waiting gave. */
int store_edition_put(struct store *s, uint32_t number, uint32_t day,
    const uint8_t hash[static 32], struct text index, struct text slots);
/* Oldest and newest live edition, zeros when none; day and hash of the newest. */
int store_edition_range(struct store *s, uint32_t *ret_oldest,
    uint32_t *ret_newest, uint32_t *ret_day, uint8_t ret_hash[static 32]);
int store_edition_day(struct store *s, uint32_t number, uint32_t *ret_day);
int store_edition_index(
    struct store *s, uint32_t number, struct buf *ret_index);
int store_edition_slots(struct store *s, uint32_t number, uint64_t offset,
    void *out, size_t n, size_t *ret_n, uint64_t *ret_total);
/* Drops editions before number. */
int store_edition_drop(struct store *s, uint32_t before);

/*
 * One slice of housekeeping: bytes of letters softly deleted more than
 * STORE_SOFT_DAYS ago or past retention (0: none), puts from before this
 * opening or dropped ones, old once keys. Overwrites what it frees. *ret_more
 * when another slice is due. Stages; the caller syncs.
 */
int store_sweep(
    struct store *s, uint32_t today, uint32_t retention_days, bool *ret_more);

#endif
