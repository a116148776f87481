/*
 * The one socket to keep, shared by all requests of a process: each has a call,
 * told apart by its number; whoever finds the socket full waits in line.
 */
#ifndef PISTA_RELAY_LINK_H
#define PISTA_RELAY_LINK_H

#include <stdbool.h>
#include <stdint.h>

#include "http/server.h"
#include "wire/wire.h"

struct link;

/* One conversation with keep. The owner embeds it and sets the three. */
struct link_call {
	/* The socket has room again, after link_send said ERR_AGAIN. */
	void (*ready)(struct link_call *c);
	/* DATA, DONE or FAIL; m is valid during the call. */
	void (*answer)(struct link_call *c, const struct wire_message *m);
	void *ctx;
	/* the link's own */
	struct link *link;
	uint64_t id;
	struct link_call *next;
	bool is_waiting;
};

/* CARD, STORIES and NEXT go here. */
typedef void link_place_fn(void *ctx, const struct wire_message *m);

/*
 * Takes keep, also on failure, and watches it in s, which must outlive the
 * link's last call. At most `calls` at a time, 65535 at the most.
 */
int link_new(struct wire_peer *keep, struct http_server *s, unsigned calls,
    link_place_fn *place, void *ctx, struct link **ret_link);
void link_free(struct link **link);

/* True when keep went away or did not keep to the rules: this process is of no
 * use any more. */
bool link_is_broken(const struct link *l);

/* ERR_BUSY when there are too many. */
int link_begin(struct link *l, struct link_call *c);
bool link_is_open(const struct link_call *c);
/* Harmless when not begun. is_put_dropped: keep is told to forget the put. */
void link_end(struct link_call *c, bool is_put_dropped);

/* Sends a message of this call, its body in two parts. ERR_AGAIN: ready comes.
 * ERR_CLOSED. */
int link_send(struct link_call *c, enum wire_type type, uint16_t flags,
    const void *part1, size_t part1_n, const void *part2, size_t part2_n);

#endif
