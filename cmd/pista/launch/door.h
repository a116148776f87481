/*
 * One desk a home: a lock, and a socket in the member's directory through which
 * another `pista desk' or `pista lock' of the same user speaks to the one that
 * runs. A question is one of the bytes below; the answer "+" and a text, or "-"
 * and what went wrong.
 */
#ifndef PISTA_CMD_LAUNCH_DOOR_H
#define PISTA_CMD_LAUNCH_DOOR_H

#include <stdbool.h>
#include <stddef.h>

#include "home.h"

enum desk_question {
	DESK_ASK_OPEN = 'o',  /* show a browser window */
	DESK_ASK_URL = 'u',   /* an address that lets a browser in */
	DESK_ASK_LOCK = 'l',  /* answered when it is locked */
	DESK_ASK_PANIC = 'p', /* end at once */
};

#define DESK_ANSWER_MAX 512
#define DESK_GUESTS_MAX 8

struct desk_guest {
	int fd; /* -1: free */
	char asked;
};

struct desk_door {
	int lock, listener;
	struct desk_guest guests[DESK_GUESTS_MAX];
	char path[HOME_PATH_MAX]; /* of the socket */
};

/* ERR_BUSY when another process has this home's desk. */
int desk_door_open(const struct home *h, struct desk_door *ret_door);
void desk_door_close(struct desk_door *d);

/* Lets one in; NULL when there is none, no room, or it is not this user's. */
struct desk_guest *desk_door_accept(struct desk_door *d);
/* Reads its question: 0, ERR_AGAIN, or an error, and then it is gone. */
int desk_guest_read(struct desk_guest *g);
/* The answer; g is free after it. text may be NULL. */
void desk_guest_answer(struct desk_guest *g, bool is_done, const char *text);

/*
 * Asks the desk that runs. ERR_CLOSED when none does; ERR_DENIED with the text
 * of what went wrong. A desk that does not answer a panic in time is killed.
 */
int desk_ask(const struct home *h, enum desk_question question,
    char ret_answer[static DESK_ANSWER_MAX]);

#endif
