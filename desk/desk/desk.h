/*
 * The program behind the page: a member's keys and opened letters. It listens
 * on 127.0.0.1, can dial nobody, and writes only what is sealed. What it has
 * for the network lies in the mirror, where fetch finds it.
 *
 * Phases go one way only: to lock again is to save, exit and be started anew.
 */
#ifndef PISTA_DESK_DESK_H
#define PISTA_DESK_DESK_H

#include "book/book.h"
#include "desk/ask.h"
#include "desk/bring.h"
#include "desk/door.h"
#include "desk/memo.h"
#include "desk/undo.h"
#include "dispatch/dispatch.h"
#include "http/server.h"
#include "wire/desk_start.h"

enum phase {
	PHASE_LOCKED,
	PHASE_UNLOCKING, /* a passphrase is tried */
	PHASE_OPENING,   /* the book takes what is in the mirror */
	PHASE_READY,
	PHASE_CLOSED, /* it cannot be opened; d->closed says why */
};

/* How it stands with the server, as fetch last said. */
struct rounds {
	bool is_running, has_been;
	struct fetch_round last;
	uint64_t
	    good_at; /* seconds since 1970 of the last good one; 0: never */
	struct fetch_progress progress; /* total 0: nothing is under way */
};

/* What is to be done between requests. Milliseconds of process_now_ms. */
struct chores {
	bool has_news;     /* the mirror changed: book_take */
	bool is_indexing;  /* texts wait to be searched for: book_index */
	bool is_edition;   /* a round went well: dispatch_edition */
	bool is_scanning;  /* which has begun */
	bool is_round;     /* something should go out soon: FETCH_NOW */
	uint64_t round_at; /* the next one we ask for by ourselves */
	uint64_t asked_at; /* FETCH_NOW was sent */
	uint64_t saved_at; /* the snapshot was written */
	uint64_t saved_seq, saved_version; /* and what it held */
	uint64_t used_at;  /* somebody was there, or opening went on */
	uint64_t laid_out; /* things waiting when editions were begun */
	uint64_t told_at;  /* progress of fetch was shown */
	uint32_t day;
};

struct desk {
	struct desk_start start;
	struct wire_peer *launch, *fetch;
	struct http_server *server;
	struct door door;
	enum phase phase;
	char closed[160];
	enum desk_reason lock_reason;
	bool is_wrong;         /* the last passphrase was */
	bool is_shown;         /* that one is being tried */
	bool is_over;          /* leave the loop */
	uint64_t version;      /* of the state */
	bool is_changed;       /* and nobody was told yet */
	uint64_t shown_at;     /* when somebody was told last */
	uint64_t opened, left; /* letters taken by the book and not */
	uint64_t leave_at;     /* locked: the process ends then; 0: not */
	char *passphrase;      /* secret: tried next */
	struct ask *trying;    /* who waits for what comes of it */
	uint32_t tries;        /* wrong ones */
	uint64_t free_at;      /* the next may be tried */
	struct ask *waiting;   /* for a newer state, or a late answer */

	/* From PHASE_OPENING on. */
	struct open_identities *ids;
	uint8_t *seeds; /* secret: 32 bytes to sign letters, 32 for requests */
	struct mirror *mirror;
	struct book *book;
	struct dispatch *dispatch;
	struct memo *memo;
	struct undo undo;
	struct rounds rounds;
	struct bring bring;
	struct chores chores;
};

#define DESK_SIGN_SEED(d) ((d)->seeds)
#define DESK_REQUEST_SEED(d) ((d)->seeds + 32)

/* What is shown has changed: whoever waits for a newer state gets it. */
void desk_changed(struct desk *d);

/* We stand in the member's directory. */
#define DESK_DIRECTORY "."
#define DESK_IDENTITY "identity.age"
#define DESK_INBOX "inbox"
#define DESK_MIRROR DESK_INBOX "/mirror.db"
#define DESK_OUTBOX "outbox.db"
/* Nobody at the page waits longer for a fetch that writes, or pretends to. */
#define DESK_PATIENCE_MS 1000
#define DESK_DRAFTS "drafts.age"

#endif
