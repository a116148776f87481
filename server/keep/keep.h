/*
 * keep: the one process with the database. It knows sealed bytes only.
 *
 * It works in turns: what lies ready at each peer, at most so much of each, is
 * applied; one sync makes it durable; then the answers go out. It never waits
 * for a peer: whoever does not take his answers is not listened to meanwhile.
 *
 * Puts: BEGIN and CHUNK are not answered unless they fail; COMMIT is answered
 * by DONE once it is durable, or FAIL. One FAIL ends a put; what still comes
 * of it is ignored up to its COMMIT or DROP.
 */
#ifndef PISTA_KEEP_KEEP_H
#define PISTA_KEEP_KEEP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "board/edition.h"
#include "masthead/masthead.h"
#include "store/store.h"
#include "wire/wire.h"

#define KEEP_DATABASE "newsroom.db"

/* Head, strip and index of one edition. */
#define KEEP_INDEX_MAX       \
	(EDITION_HEAD_SIZE + \
	    EDITION_SLOTS_MAX * (STRIP_ENTRY_SIZE + SLOT_INDEX_SIZE))

/* What goes to a peer by itself; in this order. */
#define PUSH_CARD 1u
#define PUSH_STORIES 2u
#define PUSH_NEXT 4u
#define PUSH_ALL (PUSH_CARD | PUSH_STORIES | PUSH_NEXT)

/* What the current card orders. */
struct policy {
	bool is_known;
	uint32_t hours, seconds; /* editions; see struct masthead */
	uint32_t retention_days; /* 0: none */
	uint64_t letter_max;     /* 0: none */
};

/* A put that outlives its connections, in memory: with keep it ends. */
#define UPLOADS_MAX 256
#define UPLOAD_HOURS 24 /* without a byte */
#define UPLOAD_ID_SIZE 16
struct upload {
	struct upload *next;
	uint8_t id[UPLOAD_ID_SIZE];
	uint64_t size; /* of the age file */
	uint8_t once[16];
	uint64_t put;      /* of the store; meaningful with a head */
	uint64_t head_n;   /* 0: nothing came yet */
	uint64_t chunks;   /* that came, in order */
	bool is_letter;    /* committed */
	bool is_touched;   /* since the last sync */
	uint64_t heard;    /* when, seconds */
	struct peer *peer; /* who feeds it now, */
	struct job *job;   /* with this job; or NULL */
};

/* A letter or a post that comes in pieces. */
struct job {
	struct job *next;
	struct upload *upload; /* whose put this is; or NULL */
	uint64_t request;
	bool is_post;
	bool has_failed; /* told; waits for its end */
	bool is_touched; /* since the last sync */
	uint64_t put;    /* of the store */
	struct buf post;
};

/* Due to a peer once everything is durable. */
struct promise {
	struct promise *next;
	uint64_t request;
	bool is_repeat;
};

struct out; /* what a peer has not taken yet */

struct peer {
	struct peer *next;
	struct keep *keep;
	struct wire_peer *wire;
	enum wire_role role;
	bool is_gone;    /* freed at the end of the turn */
	bool is_blocked; /* has not taken its answers */
	unsigned push;
	uint64_t push_request;
	struct job *jobs;
	size_t jobs_n;
	struct promise *promises;
	struct out *out, **out_end;
	size_t out_n;
};

struct keep {
	struct store *store;
	struct wire_start start;
	struct masthead_pin pin;
	struct wire_peer *control;
	int set;      /* of events */
	uint64_t now; /* seconds since 1970 UTC when the turn began */

	struct peer *peers;
	size_t peers_n;
	struct upload *uploads;
	size_t uploads_n;
	size_t staged;    /* bytes of chunks since the last sync */
	bool is_dirty;    /* something is staged */
	bool is_sync_due; /* and somebody waits for it */
	bool is_place_staged;
	bool is_draining;
	unsigned turn;
	unsigned full_turn; /* when free space was last looked at */
	bool is_full;

	/* The place, as it was last read from the store. */
	struct buf card;    /* u32 length, JSON, minisig; empty: none */
	struct buf stories; /* JSON */
	uint8_t next[16];   /* body of NEXT */
	struct policy policy;

	/* Editions. */
	uint32_t newest, newest_day;
	uint8_t newest_hash[32];
	size_t posts, slots;  /* that wait for one */
	uint64_t due;         /* the schedule is fulfilled up to here */
	uint64_t released_at; /* drill: when the last one was */
	bool is_released;     /* one is staged */
	uint64_t retry_at;    /* not before, after a failure */

	uint32_t sweep_day;
	bool is_sweeping;
	uint64_t sweep_at; /* not before */
};

/* Reads what it must know from the store; both stay the caller's. */
int keep_open(struct keep *k, struct wire_peer *control,
    const struct wire_start *start, struct store *store);
/* Waits for something to happen and does it; over when the parent has said
 * DRAIN and nobody is left, or is gone. */
int keep_turn(struct keep *k, bool *ret_is_over);
/* True when what is left of the disk is kept for text. */
bool keep_is_full(struct keep *k);
/* Makes everything durable and lets the answers out. */
void keep_sync(struct keep *k);
void keep_close(struct keep *k);

/* Peers. */
int peer_add(struct keep *k, int fd, enum wire_role role);
void peer_read(struct peer *p);
/* Sends what waits; stops at the first that does not go. */
void peer_flush(struct peer *p);
void peer_reap(struct keep *k, bool everybody);
void peer_push(struct peer *p, unsigned what);
void peer_push_all(struct keep *k, unsigned what);
/* Sends or queues; a peer that takes too little is gone. */
void peer_send(struct peer *p, enum wire_type type, uint64_t request,
    struct text part1, struct text part2);
void peer_fail(struct peer *p, uint64_t request, int err, uint32_t detail);
void peer_data(struct peer *p, uint64_t request, const struct buf *body);
/* DONE once everything is durable. */
void peer_promise(struct peer *p, uint64_t request, bool is_repeat);
/* After a sync: what was promised, or why not. */
void peer_settle(struct peer *p, int err);

/* What comes in pieces. */
struct job *job_find(struct peer *p, uint64_t request);
/* ERR_BUSY when the peer has too many, ERR_EXISTS, ERR_NOMEM. */
int job_new(struct peer *p, uint64_t request, bool is_post, struct job **ret);
/* Tells why and waits for the end. */
void job_fail(struct peer *p, struct job *j, int err);
void job_free(struct peer *p, struct job *j);

/*
 * One message each. 0, or an error in the message itself, which closes the
 * peer; that something could not be done is told by FAIL.
 */
int put_begin(struct peer *p, const struct wire_message *m);
int put_chunk(struct peer *p, const struct wire_message *m);
int put_commit(struct peer *p, const struct wire_message *m);
int put_drop(struct peer *p, const struct wire_message *m);
int upload_new(struct peer *p, const struct wire_message *m);
int upload_ask(struct peer *p, const struct wire_message *m);
int upload_open(struct peer *p, const struct wire_message *m);
int upload_end(struct peer *p, const struct wire_message *m);
int inbox_list(struct peer *p, const struct wire_message *m);
int inbox_read(struct peer *p, const struct wire_message *m);
int inbox_leaves(struct peer *p, const struct wire_message *m);
int inbox_delete(struct peer *p, const struct wire_message *m);
int board_list(struct peer *p, const struct wire_message *m);
int board_index(struct peer *p, const struct wire_message *m);
int board_slots(struct peer *p, const struct wire_message *m);
int board_post(struct peer *p, const struct wire_message *m);
int place_get(struct peer *p, const struct wire_message *m);
int place_card_put(struct peer *p, const struct wire_message *m);
int place_stories_put(struct peer *p, const struct wire_message *m);

/* A chunk of an upload must be the next one. */
bool upload_is_next(const struct upload *u, uint64_t index);
/* What became of a put that belongs to an upload. */
void upload_fed(struct upload *u);
void upload_committed(struct keep *k, struct upload *u);
/* Its job is over; the put stays. */
void upload_released(struct upload *u);
/* After a sync; err: what it touched is gone. */
void upload_settle(struct keep *k, int err);
/* The disk is full: of those nobody feeds one goes. */
void upload_make_room(struct keep *k);
/* Drops those nobody came back to. */
void upload_expire(struct keep *k);
void upload_free_all(struct keep *k);

/* Reads card and stories from the store. */
int place_load(struct keep *k);

/* Editions; times are seconds since 1970 UTC. */
int release_load(struct keep *k);
/* Stages an edition when one is due. */
void release_tick(struct keep *k, uint64_t now);
/* Stages the end of editions that have come of age. */
void release_expire(struct keep *k, uint32_t today);
/* When release_tick is wanted again, 0: after the next post. */
uint64_t release_due(const struct keep *k, uint64_t now);
/* Pushes NEXT if it has changed. */
void release_announce(struct keep *k, uint64_t now);

#endif
