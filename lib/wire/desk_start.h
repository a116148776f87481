/*
 * What the three processes of `pista desk' tell each other: the settings that
 * the launcher gives its two, and how a round with the server went.
 */
#ifndef PISTA_WIRE_DESK_START_H
#define PISTA_WIRE_DESK_START_H

#include "wire/wire.h"

#define DESK_DIRECTORY_MAX 1024
#define DESK_ADDRESS_MAX 512

/* Why the desk is locked. */
enum desk_reason {
	DESK_REASON_START, /* nobody has unlocked it yet */
	DESK_REASON_IDLE,
	DESK_REASON_ASKED,
	DESK_REASON_SUSPEND,
	DESK_REASON_SHUT, /* it was shut out of the copy of the inbox */
	DESK_REASONS
};

/*
 * DESK_START. token is what a page has that was let in; it is the launcher's,
 * never zeros, and outlives the desk, so that a page finds its way into the
 * next one, where it is asked for the passphrase. The key that lets a page in
 * comes with DESK_KEY.
 */
struct desk_start {
	uint8_t newsroom[16];
	uint8_t pin[40];                    /* key id 8, public key 32 */
	char directory[DESK_DIRECTORY_MAX]; /* the member's */
	uint16_t port;                      /* of the listener, for Host */
	uint8_t token[32];
	uint16_t idle_minutes; /* until the desk locks itself; at least 1 */
	enum desk_reason reason;
	bool is_relaxed; /* go on without what the kernel refuses */
};
void desk_start_put(struct buf *b, const struct desk_start *s);
/* ERR_DENIED for another message, ERR_NEWSROOM, ERR_FORMAT, ERR_LIMIT,
 * ERR_TRUNCATED; so too the ones below. */
int desk_start_read(const struct wire_message *m, struct desk_start *ret_start);

/* FETCH_START */
struct fetch_start {
	uint8_t newsroom[16];
	uint8_t pin[40];
	char directory[DESK_DIRECTORY_MAX]; /* the inbox's: mirror.db ... */
	char address[DESK_ADDRESS_MAX]; /* "unix:/path" or a URL */
	char proxy[DESK_ADDRESS_MAX];   /* or empty */
	uint16_t minutes; /* between rounds; 0: a drill's seconds */
	bool is_relaxed;
};
void fetch_start_put(struct buf *b, const struct fetch_start *s);
int fetch_start_read(
    const struct wire_message *m, struct fetch_start *ret_start);

/* DESK_LOCKED */
void desk_locked_put(struct buf *b, enum desk_reason reason);
int desk_locked_read(
    const struct wire_message *m, enum desk_reason *ret_reason);

/* FETCH_ROUND: struct sync_report as it crosses over. */
#define FETCH_DOING_MAX 128
struct fetch_round {
	int err; /* 0 or one of err.h */
	uint64_t added, sent, newest;
	uint64_t differs; /* with ERR_CONFLICT: the entry that is another */
	uint32_t refused; /* with ERR_CONFLICT: the board's next edition */
	uint64_t at;      /* seconds since 1970, when it ended */
	char doing[FETCH_DOING_MAX]; /* what went on when an error came */
};
void fetch_round_put(struct buf *b, const struct fetch_round *r);
int fetch_round_read(
    const struct wire_message *m, struct fetch_round *ret_round);

/* FETCH_PROGRESS; FETCH_WHOLE is the seq alone. */
struct fetch_progress {
	uint64_t seq; /* the letter that is fetched whole; 0: a round */
	uint64_t done, total;
};
void fetch_progress_put(struct buf *b, const struct fetch_progress *p);
int fetch_progress_read(
    const struct wire_message *m, struct fetch_progress *ret_progress);
int fetch_whole_read(const struct wire_message *m, uint64_t *ret_seq);

#endif
