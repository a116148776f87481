/*
 * Sleep and screen locks, as systemd-logind tells them on the system bus
 * (org.freedesktop.login1). While it is open the machine waits a moment before
 * it sleeps, so that secrets can be wiped first. Without a bus only the waking
 * up is seen, afterwards, by the clocks.
 */
#ifndef PISTA_OS_SUSPEND_H
#define PISTA_OS_SUSPEND_H

#include <stdbool.h>
#include <stdint.h>

struct suspend;

enum suspend_event {
	SUSPEND_NOTHING,
	SUSPEND_SLEEP, /* about to; suspend_release lets it */
	SUSPEND_WOKE,  /* it slept, and this is the first we see of it */
	SUSPEND_SCREEN, /* this person's screen was locked */
};

/* ERR_NOMEM. That there is no bus is no error. */
int suspend_open(struct suspend **ret_suspend);
void suspend_close(struct suspend **suspend);

/* False when there is no bus or it went away. */
bool suspend_has_bus(const struct suspend *s);

/* What to wait for: a descriptor (-1: none), EVENT_READ and EVENT_WRITE, and
 * milliseconds at most (-1: no need). They change after each call below. */
int suspend_fd(const struct suspend *s);
unsigned suspend_wants(const struct suspend *s);
int suspend_timeout(const struct suspend *s);

/* The next event; SUSPEND_NOTHING when there is none for now. */
enum suspend_event suspend_next(struct suspend *s);

/* Everything is wiped: the machine may sleep. */
void suspend_release(struct suspend *s);

#endif
