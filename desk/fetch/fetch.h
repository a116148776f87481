/*
 * pista-fetch: a member's network. It brings sealed letters into the mirror and
 * sends what waits there; it holds the key that signs requests and none that
 * opens anything.
 */
#ifndef PISTA_FETCH_FETCH_H
#define PISTA_FETCH_FETCH_H

#include "http/client.h"
#include "masthead/masthead.h"
#include "mirror/mirror.h"
#include "wire/desk_start.h"

#define FETCH_MIRROR "mirror.db" /* in the inbox's directory, where we stand */
#define FETCH_MASTHEAD "masthead"
#define FETCH_WHOLE_MAX_WAITING 64

struct fetch {
	struct fetch_start start;
	struct masthead_pin pin;
	struct wire_peer *control;
	struct wire_peer *desk; /* NULL: it has ended, another one will come */
	int set;		/* of events, of both */
	struct mirror *mirror;	/* NULL: could not be opened yet */
	/* The key in use, and one that came while it was; secret. */
	uint8_t *seed, *new_seed;
	bool has_seed, has_new_seed;
	struct http_client *client; /* NULL without a key */
	bool is_over;		    /* the launcher has gone */
	/* what is asked for */
	bool is_asked;
	uint64_t whole[FETCH_WHOLE_MAX_WAITING];
	size_t whole_n;
	/* when, in milliseconds */
	uint64_t next_round;
	uint64_t next_long; /* round in which more of the past is compared */
	unsigned failures; /* in a row */
	uint64_t out_seen; /* what lay in the outbox when a round began */
	/* what the desk has not been told yet */
	struct fetch_round round;
	bool has_round, has_changed;
	uint64_t told; /* when progress was told */
	uint64_t letter; /* that is being fetched whole; 0: a round goes on */
};

/* talk.c: to the launcher and the desk */

/* Takes over the socket to the desk; an older one is closed. */
int talk_connect(struct fetch *f, int fd);
/* Reads all that has come; waits for it at most timeout_ms. */
int talk_listen(struct fetch *f, int timeout_ms);
/* Says what is still to be said. */
void talk_flush(struct fetch *f);
/* For sync_round and fetch_letter: also listens, so that a long round does not
 * make anybody wait. ERR_CLOSED when all is over. */
int talk_progress(struct fetch *f, uint64_t done, uint64_t total);
/* A letter is whole, or will not be. */
void talk_end_of_letter(struct fetch *f, uint64_t seq);
/* How a round went. doing may be NULL. */
void talk_round(struct fetch *f, const struct fetch_round *r, const char *doing);

/* work.c: with the server */

/* Takes the newest key into use. */
void work_take_key(struct fetch *f);
/* A round, or the letters that are wanted whole, if it is time. */
void work_when_due(struct fetch *f);
/* Milliseconds until there may be something to do. */
int work_wait(const struct fetch *f);

#endif
