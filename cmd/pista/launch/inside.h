/*
 * The inside of watch.c: what its parts share. members.c is about the two
 * programs and the browser, guests.c about those who ask.
 */
#ifndef PISTA_CMD_LAUNCH_INSIDE_H
#define PISTA_CMD_LAUNCH_INSIDE_H

#include "launch/watch.h"
#include "os/suspend.h"

#define DESK_SAVE_MS 4000 /* logind lets us delay a sleep by five seconds */
#define DESK_FETCH_MS 2000
#define DESK_URL_SIZE 128

struct watch {
	struct crew *crew;
	struct desk_door *door;
	struct browser *browser; /* NULL: none is wanted */
	const struct desk_watch_options *options;
	struct suspend *suspend;
	int set, signals, bus; /* bus: what is in the set for it, or -1 */
	bool is_sleep_waiting; /* for the desk to end */
	bool is_lock_asked;    /* guests wait for the desk to end */
	bool has_opened, is_bus_missed;
	bool is_ending, is_panic, has_failed;
};

/* A line for the person at the terminal. */
void watch_say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* Ends all of it in order; asked a second time, at once. */
void watch_end(struct watch *w, uint64_t now);
/* The same, and the exit status tells. */
void watch_fail(struct watch *w, uint64_t now);
void watch_lock(struct watch *w, enum desk_reason reason, uint64_t now);

/* Takes in what one of the two has said. */
void watch_hear(struct watch *w, struct crew_member *m, uint64_t now);
/* Takes note of everybody who has ended. */
void watch_reap(struct watch *w, uint64_t now);
/* Starts whoever is missing, when it is time, and at first the browser. */
void watch_fill(struct watch *w, uint64_t now);

/* An address with a new key. ERR_CLOSED, ERR_AGAIN. */
int watch_url(struct watch *w, char out[static DESK_URL_SIZE]);
/* A window with a new key. ERR_UNSUPPORTED when no browser is wanted. */
int watch_show(struct watch *w, uint64_t now);
/* Lets in who is at the door. */
void watch_admit(struct watch *w);
/* Answers what can be answered now. */
void watch_serve(struct watch *w, uint64_t now);
/* Everything is wiped: whoever waited for that is told. */
void watch_answer_locked(struct watch *w, bool is_done);

#endif
