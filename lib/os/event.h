/*
 * Waiting for many descriptors at once (epoll).
 */
#ifndef PISTA_OS_EVENT_H
#define PISTA_OS_EVENT_H

#include <stddef.h>

#define EVENT_READ 1
#define EVENT_WRITE 2
#define EVENT_END 4	/* hung up or broken: reported unasked; asked: also
			 * that the other side will say no more, which reading
			 * shows as well */
#define EVENT_EDGE 8	/* asked: report only what is new */
#define EVENT_ONE 16	/* asked, for fd not in the set: of several processes
			 * that wait for fd, wake one; no hang-up while it can
			 * be read */
#define EVENTS_AT_ONCE 64

struct event {
	unsigned what;	/* EVENT_READ, EVENT_WRITE, EVENT_END together */
	void *tag;
};

/* A new set, close-on-exec; the caller closes it. Inside a set it counts as
 * readable while something in it is. ERR_SYS. */
int event_open(int *ret_set);

/* Puts fd into the set, or changes what is asked of it. ERR_SYS. */
int event_set(int set, int fd, unsigned what, void *tag);

/* Takes fd out; it need not be in there. Closing the last copy of a
 * descriptor does the same. */
void event_drop(int set, int fd);

/* Waits at most timeout_ms (-1: for ever); *ret_n 0 when nothing came in time
 * or a signal did. At most EVENTS_AT_ONCE. ERR_SYS. */
int event_wait(int set, struct event out[static EVENTS_AT_ONCE],
    int timeout_ms, size_t *ret_n);

#endif
