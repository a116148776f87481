/*
 * The children of pistad: who they are, what each is told and given.
 */
#ifndef PISTA_PARENT_CREW_H
#define PISTA_PARENT_CREW_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "parent/config.h"
#include "parent/sockets.h"
#include "wire/wire.h"

struct process {
	struct process *next;
	enum wire_role role;
	pid_t pid;
	struct wire_peer *control; /* NULL once it has closed it */
	uint64_t started;          /* milliseconds, as the next */
	uint64_t deadline;         /* when a draining one is killed; 0: never */
	bool has_news;             /* there is something to read on control */
	bool is_ready;
	bool is_taken; /* a form with a connection */
	bool is_draining;
};

struct crew {
	const struct config *config;
	const struct sockets *sockets;
	bool is_root; /* children get users of their own */
	struct process *first;
};

/* Starts one child of the role, tells it its settings and introduces it to
 * keep. Without a keep only gate and keep can start: ERR_NOT_FOUND. */
int crew_start(struct crew *c, enum wire_role role, uint64_t now);

/* Asks it to finish, and kills it after grace_ms. Asking twice is fine. */
void crew_drain(struct process *p, uint64_t now, uint64_t grace_ms);
void crew_kill(struct process *p);

/* Takes it out of the crew, by its pid or as it is. */
struct process *crew_find(struct crew *c, pid_t pid);
void crew_remove(struct crew *c, struct process *p);

/* The serving keep, or NULL. */
struct process *crew_keep(struct crew *c);

/* Those of a role that are not on their way out. For forms that includes the
 * ones in flight. */
size_t crew_count(const struct crew *c, enum wire_role role);
/* Forms that have no connection yet. */
size_t crew_count_spare(const struct crew *c);

#endif
