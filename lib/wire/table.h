/*
 * The permission table, made from messages.def: which edge a message travels,
 * how large it may be, how often its sender may send it.
 */
#ifndef PISTA_WIRE_TABLE_H
#define PISTA_WIRE_TABLE_H

#include "wire/wire.h"

struct wire_edge {
	uint8_t from, to, type;
	uint16_t times; /* 0: any */
};

enum {
	WIRE_EDGES = 0
#define MESSAGE(name, number, max, text)
#define EDGE(from, to, name, times) +1
#include "wire/messages.def"
#undef MESSAGE
#undef EDGE
};

extern const struct wire_edge wire_edges[WIRE_EDGES];

/* The number of the edge, or -1. type may be anything a peer sent. */
int wire_edge_find(enum wire_role from, enum wire_role to, unsigned type);

/* Most bytes of body a message of this known type has. */
size_t wire_body_max(enum wire_type type);

/* The largest body any message from one to the other may have. */
size_t wire_body_max_between(enum wire_role from, enum wire_role to);

/* True when a message of this type carries a descriptor. */
bool wire_has_descriptor(enum wire_type type);

#endif
