/*
 * Editions: the batches in which slots appear, and the status strip.
 * FORMATS.md section 5; docs/formats/board.md.
 */
#ifndef PISTA_BOARD_EDITION_H
#define PISTA_BOARD_EDITION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/cursor.h"
#include "board/slot.h"

#define STRIP_ENTRY_SIZE 32
#define EDITION_SLOTS_MAX 512
#define EDITION_ATTEST_SIZE (4 + 32 + 64)
#define EDITION_HEAD_SIZE (16 + 16 + 4 + 4 + 4 + 4 + 32 + 32 + 32 + EDITION_ATTEST_SIZE)
#define BOARD_POST_SLOTS_MAX 64
#define BOARD_POST_STRIPS_MAX EDITION_SLOTS_MAX
#define EDITION_LATE_SECONDS 1800	/* a later one is told to the reader */
#define BOARD_WHOLE_MAX (4u << 20)	/* bytes of slots taken as a whole */

/* "pista/v1 edition" is 16 bytes. */
struct edition_head {
	uint8_t newsroom[16];
	uint32_t number;	/* from 1 */
	uint32_t day;
	uint32_t slots;
	uint32_t strips;
	uint8_t previous[32];
	uint8_t index_hash[32];
	uint8_t slots_hash[32];
	uint8_t attest[EDITION_ATTEST_SIZE];
};

/* 8, 32, 128 or 512: the smallest that holds n (512 for more). A number that
 * is its own fill is the only one an edition may have. */
uint32_t edition_fill(size_t n);

void edition_head_put(struct buf *b, const struct edition_head *h);
int edition_head_read(struct cursor *c, struct edition_head *ret_head);
/* H(head ‖ strip). */
void edition_hash(uint8_t out[static 32], const struct edition_head *h,
    const uint8_t *strip);

/*
 * In the library board_seal. Builds an edition from waiting slots and strip entries: fills both with
 * filler and random entries to the size edition_fill gives, shuffles, hashes.
 * h comes with newsroom, number, day, previous and attest set. Appends
 * head ‖ strip ‖ index to index_out and the slots to slots_out. ERR_LIMIT when
 * there are more than 512 of either, ERR_NOMEM; the buffers are then useless.
 */
int edition_build(struct edition_head *h, const uint8_t *slots, size_t slots_n,
    const uint8_t *strips, size_t strips_n, struct buf *index_out,
    struct buf *slots_out, uint8_t ret_hash[static 32]);

/* One live edition as it stands in the board index; borrowed. */
struct edition_view {
	struct edition_head head;
	const uint8_t *strip;	/* head.strips * 32 */
	const uint8_t *index;	/* head.slots * 48 */
	uint8_t hash[32];
};

/* Walks a board index (oldest first), checking newsroom, consecutive numbers,
 * the hash chain and H(index). 0, ERR_FORMAT, ERR_NEWSROOM, ERR_DIGEST (also
 * for a number that does not follow). At the end ERR_NOT_FOUND. previous: the
 * view before, or NULL for the first, which may have any number: older ones
 * have expired. The strip is covered by the hash that the next edition names,
 * so the newest strip is vouched for by the server alone until then. */
int edition_next(struct cursor *c, const uint8_t newsroom[static 16],
    const struct edition_view *previous, struct edition_view *ret_view);

/* Checks an edition's slots (head.slots * 4096 bytes) against its head:
 * H(slots) and that each slot begins with its index entry. ERR_DIGEST. */
int edition_check_slots(const struct edition_view *v, const uint8_t *slots,
    size_t n);

enum strip_code {
	STRIP_OPENED = 1, STRIP_WORKING, STRIP_ANSWERED, STRIP_WRITE_AGAIN,
	STRIP_CLOSED, STRIP_PUBLISHED,
};
void strip_seal(uint8_t out[static STRIP_ENTRY_SIZE],
    const uint8_t slot_key[static 32], uint32_t edition, enum strip_code code);
/* 0 and the code, or ERR_NOT_FOUND when the entry is for another thread. */
int strip_open(const uint8_t entry[static STRIP_ENTRY_SIZE],
    const uint8_t slot_key[static 32], uint32_t edition,
    enum strip_code *ret_code);
/* The same over n entries: the furthest code that is for this thread. */
int strip_scan(const uint8_t slot_key[static 32], const uint8_t *strip,
    size_t n, uint32_t edition, enum strip_code *ret_code);

/* Which editions a reader takes: the whole board while its slots are at most
 * BOARD_WHOLE_MAX bytes, else the newest and one other, drawn evenly: from
 * those with a hit, or from all where there is none. live: all editions, oldest
 * first; hits: those of them with a hit, each once, newest last. */
struct board_pattern {
	bool is_whole;
	uint32_t number[2];	/* newest first, when not is_whole */
	size_t n;
};
void board_pattern(const uint32_t *live, size_t live_n, uint64_t bytes,
    const uint32_t *hits, size_t hits_n, struct board_pattern *ret_pattern);

/* POST v1/board: u32 edition | u32 n | slots | u32 m | strips | attest.
 * Borrowed. Reading: ERR_LIMIT for too many, ERR_FORMAT for anything else. */
struct board_post {
	uint32_t edition;
	uint32_t slots_n;
	const uint8_t *slots;
	uint32_t strips_n;
	const uint8_t *strips;
	const uint8_t *attest;	/* EDITION_ATTEST_SIZE */
};
#define BOARD_POST_MAX                                                         \
	(12 + BOARD_POST_SLOTS_MAX * SLOT_SIZE +                              \
	    BOARD_POST_STRIPS_MAX * STRIP_ENTRY_SIZE + EDITION_ATTEST_SIZE)
int board_post_read(const uint8_t *p, size_t n, struct board_post *ret_post);
void board_post_put(struct buf *b, const struct board_post *post);

#endif
