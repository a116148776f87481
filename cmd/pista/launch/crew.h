/*
 * The two programs of `pista desk': fetch, which has the network and no key,
 * and the desk, which has the keys and no network.
 */
#ifndef PISTA_CMD_LAUNCH_CREW_H
#define PISTA_CMD_LAUNCH_CREW_H

#include <sys/types.h>

#include "wire/desk_start.h"

/* What both are told. */
struct desk_settings {
	uint8_t newsroom[16];
	uint8_t pin[40];
	char directory[DESK_DIRECTORY_MAX]; /* the member's */
	char inbox[DESK_DIRECTORY_MAX];     /* in it, and fetch's */
	char address[DESK_ADDRESS_MAX], proxy[DESK_ADDRESS_MAX];
	uint16_t minutes, idle_minutes, port;
	bool is_relaxed;
};

struct crew_member {
	enum wire_role role;
	pid_t pid;                 /* 0: not running */
	struct wire_peer *control; /* NULL once it has closed it */
	int end;                   /* of a pair with the other, waiting for its
				    * start; or -1 */
	bool is_ready, has_been;   /* now; ever */
	bool is_ending;            /* it was asked to, or said it will */
	uint64_t started, not_before; /* milliseconds */
	uint64_t deadline;            /* when it is killed; 0: never */
	unsigned crashes;             /* quick ones, in a row */
};

struct crew {
	const struct desk_settings *settings;
	int listener;
	uint8_t *secrets; /* locked: 32 bytes of token, 32 of key */
	enum desk_reason reason;
	struct crew_member fetch, desk;
};
#define CREW_TOKEN(c) ((c)->secrets)
#define CREW_KEY(c) ((c)->secrets + 32)

/* Takes listener. The token is made here. ERR_NOMEM. */
int crew_init(
    struct crew *c, const struct desk_settings *settings, int listener);
void crew_fini(struct crew *c);

/* Starts one of them and introduces it to the other. Settings with a key give
 * it to the desk only once: crew_init's. */
int crew_start(struct crew *c, struct crew_member *m, uint64_t now);

/* A new key for a browser; the desk must be ready. Borrowed until the next.
 * ERR_CLOSED, ERR_AGAIN. */
int crew_new_key(struct crew *c, const uint8_t **ret_key);

/* Asks the desk to save and end, for this reason, or fetch to end; who has not
 * ended after grace_ms is killed by crew_hurry. Not running: nothing. */
void crew_end_desk(
    struct crew *c, enum desk_reason reason, uint64_t now, uint64_t grace_ms);
void crew_end_fetch(struct crew *c, uint64_t now, uint64_t grace_ms);
void crew_kill(struct crew_member *m);

/* Kills who is late. The time until the next is due, -1: nobody. */
int crew_hurry(struct crew *c, uint64_t now);

/* It has ended: what it leaves is cleared away. */
void crew_ended(struct crew *c, struct crew_member *m);
struct crew_member *crew_find(struct crew *c, pid_t pid);

#endif
