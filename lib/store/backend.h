/*
 * Private to lib/store. The rules of the store (what a put is, how the chain
 * grows, what may be deleted) stand once, above this line; a back end only
 * keeps rows.
 *
 * A batch is everything between begin and commit or rollback. While it is open
 * a row is seen in two ways: staged (as the batch left it) and synced (as the
 * last commit did). Everything large is a body: pieces 0, 1, 2, ... under one
 * number. Bodies of commits are numbered like their entry, so the order of
 * rows tells nothing that seq does not; bodies written before their commit get
 * random negative numbers.
 */
#ifndef PISTA_STORE_BACKEND_H
#define PISTA_STORE_BACKEND_H

#include "store/store.h"

#define PIECES_BITS 20
#define PIECES_MAX (UINT64_C(1) << PIECES_BITS)
#define BODY_MAX (INT64_C(1) << 42)
#define LEAF_SIZE 32

enum view { VIEW_SYNCED, VIEW_STAGED };

struct entry_row {
	uint64_t seq;
	uint8_t type;
	uint32_t day;
	uint32_t deleted; /* the day it was, 0: it was not */
	uint64_t size;
	int64_t body;    /* 0 when gone */
	uint32_t head_n; /* bytes of piece 0; 0: there is none */
	uint8_t digest[32];
	uint8_t link[32];
	uint8_t hashes[64]; /* H(head), H(chunk 0); zeros when gone */
};

struct edition_row {
	uint32_t number;
	uint32_t day;
	uint8_t hash[32];
	uint64_t size;
	int64_t body;
};

struct post_row {
	int64_t id;
	uint32_t slots_n, strips_n;
	uint8_t attest[STORE_ATTEST_SIZE];
	const uint8_t *bytes; /* slots, then strips */
	size_t n;
};

/* The one row about the newsroom, without its stories. */
struct place_row {
	uint64_t card; /* seq of the current card, 0: none */
	uint64_t serial;
	uint64_t due;
};

typedef int entry_fn(void *ctx, const struct entry_row *e);
typedef int leaf_fn(void *ctx, const uint8_t *leaf);
typedef int post_fn(void *ctx, const struct post_row *p);

struct backend;

/*
 * Each returns 0 or an error; a getter ERR_NOT_FOUND. After any error of a
 * writing call but ERR_EXISTS the batch is rolled back. A callback that
 * returns other than 0 ends the walk with that value.
 */
struct backend_ops {
	void (*close)(struct backend *b);
	int (*begin)(struct backend *b);
	int (*commit)(struct backend *b);
	void (*rollback)(struct backend *b);
	/* Bytes were overwritten: leaves no older copy of them behind, soon. */
	void (*tidy)(struct backend *b);
	/* See store_blur_times. */
	void (*blur_times)(const struct backend *b);

	/* ERR_EXISTS when the body has that piece. */
	int (*piece_put)(struct backend *b, int64_t body, uint64_t piece,
	    const void *p, size_t n);
	/* Bytes from offset, of synced pieces; ERR_FORMAT when there are less. */
	int (*piece_get)(struct backend *b, int64_t body, uint64_t piece,
	    size_t offset, void *out, size_t n);
	int (*leaf_put)(struct backend *b, int64_t body, uint64_t piece,
	    const uint8_t leaf[static LEAF_SIZE]);
	/* In order, from a piece on. */
	int (*leaf_list)(struct backend *b, enum view v, int64_t body,
	    uint64_t piece, size_t max, leaf_fn *fn, void *ctx);
	/* Overwrites and drops at most max pieces with their leaves. */
	int (*body_cut)(
	    struct backend *b, int64_t body, size_t max, size_t *ret_cut);

	int (*entry_put)(struct backend *b, const struct entry_row *e);
	int (*entry_set)(struct backend *b, const struct entry_row *e);
	int (*entry_get)(struct backend *b, enum view v, uint64_t seq,
	    struct entry_row *ret_entry);
	int (*entry_list)(struct backend *b, enum view v, uint64_t after,
	    size_t max, entry_fn *fn, void *ctx);
	/* One softly deleted before that day, bytes still there. */
	int (*entry_due)(
	    struct backend *b, uint32_t before, struct entry_row *ret_entry);
	int (*entry_last)(struct backend *b, struct entry_row *ret_entry);

	int (*once_put)(
	    struct backend *b, const uint8_t once[static 16], uint32_t day);
	int (*once_cut)(
	    struct backend *b, uint32_t before, size_t max, size_t *ret_cut);

	/* Bodies no entry and no edition owns. next: the first above after. */
	int (*loose_put)(struct backend *b, int64_t body);
	int (*loose_drop)(struct backend *b, int64_t body);
	int (*loose_next)(struct backend *b, int64_t after, int64_t *ret_body);

	int (*post_put)(struct backend *b, const struct post_row *p);
	int (*post_list)(struct backend *b, post_fn *fn, void *ctx);
	int (*post_count)(
	    struct backend *b, size_t *ret_posts, size_t *ret_slots);
	int (*post_drop)(struct backend *b, int64_t last);

	int (*edition_put)(
	    struct backend *b, const struct edition_row *e, struct text index);
	int (*edition_drop)(struct backend *b, uint32_t number);
	int (*edition_get)(struct backend *b, enum view v, uint32_t number,
	    struct edition_row *ret_edition);
	/* The oldest and the newest. */
	int (*edition_ends)(struct backend *b, enum view v,
	    struct edition_row *ret_oldest, struct edition_row *ret_newest);
	int (*edition_index)(
	    struct backend *b, uint32_t number, struct buf *ret_index);

	int (*place_get)(
	    struct backend *b, enum view v, struct place_row *ret_place);
	int (*place_put)(struct backend *b, const struct place_row *p);
	int (*stories_get)(struct backend *b, struct buf *ret_json);
	int (*stories_put)(struct backend *b, struct text json);
};

struct put;

/* Where the chain ends. */
struct store_tip {
	uint64_t seq;
	uint32_t day;
	uint8_t link[32];
};

struct store {
	const struct backend_ops *ops;
	struct backend *back;
	uint8_t newsroom[16];

	bool is_staging;
	int failed;           /* what spoiled the open batch */
	struct store_tip tip; /* with the open batch */
	struct store_tip synced;

	struct put *puts;
	uint64_t puts_made;
	size_t held; /* bytes of puts still in memory */

	int64_t taken;      /* newest post given by store_board_waiting */
	uint64_t swept;     /* every entry up to this one is gone or a card */
	bool has_cut;       /* bytes, since it was last tidy */
	uint32_t swept_day; /* when old once keys were last dropped */
};

/* Takes back, reads the chain's end. On failure back stays the caller's. */
int store_new(const struct backend_ops *ops, struct backend *back,
    const uint8_t newsroom[static 16], struct store **ret_store);

/* Before a staged change: opens the batch. The error of a spoiled one. */
int store_stage(struct store *s);
/* Notes that a writing call failed, so that store_sync undoes the batch. */
int store_spoil(struct store *s, int err);

/* The entry that comes next in the chain: seq and a day that is never before
 * the last one's. */
void store_entry_next(
    const struct store *s, uint32_t day, struct entry_row *ret_entry);
/* Links it, stages its row. */
int store_entry_add(struct store *s, struct entry_row *e);

/* Bytes of a synced body whose piece 0 has head_n bytes. */
int store_body_read(struct store *s, int64_t body, uint32_t head_n,
    uint64_t total, uint64_t offset, void *out, size_t n, size_t *ret_n);
/* Stages p as pieces 1, 2, ... */
int store_body_write(struct store *s, int64_t body, const void *p, size_t n);
/* Stages a body under a random number, loose until somebody owns it. */
int store_body_new(struct store *s, int64_t *ret_body);

/* After a batch: none is touched; the touched ones are dropped if it failed. */
void store_puts_settle(struct store *s, bool has_failed);
void store_puts_free(struct store *s);
/* True while a put writes to that body. */
bool store_puts_has(const struct store *s, int64_t body);

#endif
