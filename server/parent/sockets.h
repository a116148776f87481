/*
 * What the parent holds for its children, so that each of them can die and
 * come back without a connection being lost: the listening sockets and both
 * ends of the queues.
 */
#ifndef PISTA_PARENT_SOCKETS_H
#define PISTA_PARENT_SOCKETS_H

#include "parent/config.h"

enum queue_end { QUEUE_READ, QUEUE_WRITE };

struct sockets {
	int entries[WIRE_ENTRIES_MAX];
	size_t entries_n;
	int desk;
	int web[2], form[2]; /* enum queue_end */
};

/* Binds and says where. Failures are said too. */
int sockets_open(const struct config *c, struct sockets *ret_sockets);
void sockets_close(struct sockets *s);

#endif
