/*
 * Messages between our processes: one message a SOCK_SEQPACKET datagram, a
 * fixed 32-byte header, fields written one by one. A message that is cut, too
 * long, not on this edge, used up, or carries descriptors nobody asked for is
 * an error that closes the peer. FORMATS.md section 8.
 */
#ifndef PISTA_WIRE_WIRE_H
#define PISTA_WIRE_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/cursor.h"
#include "base/text.h"

#define WIRE_VERSION 1
#define WIRE_HEADER_SIZE 32
#define WIRE_BODY_MAX 135168
#define WIRE_MORE 1	/* flag: the next message goes on */

enum wire_role {
	/* pistad */
	WIRE_PARENT, WIRE_GATE, WIRE_WEB, WIRE_FORM, WIRE_PICKUP, WIRE_KEEP,
	/* pista desk */
	WIRE_LAUNCH, WIRE_FETCH, WIRE_DESK,
	WIRE_ROLES
};
const char *wire_role_text(enum wire_role role);

enum wire_type {
#define MESSAGE(name, number, max, text) WIRE_##name = number,
#define EDGE(from, to, name, times)
#include "wire/messages.def"
#undef MESSAGE
#undef EDGE
};

struct wire_message {
	enum wire_type type;
	uint16_t flags;
	uint64_t request;
	uint8_t newsroom[16];
	const uint8_t *body;	/* borrowed from the peer's buffer */
	size_t n;
	int fd;			/* passed descriptor, or -1; the receiver owns it */
};

/*
 * One end of a socket pair: who we are, who is there, what each may still
 * send. Holds the receive buffer.
 */
struct wire_peer;

/* Takes fd, but on failure, ERR_NOMEM, it stays the caller's. self and other
 * select the edges. */
int wire_peer_new(int fd, enum wire_role self, enum wire_role other,
    const uint8_t newsroom[static 16], struct wire_peer **ret_peer);
void wire_peer_free(struct wire_peer **peer);	/* closes fd */
int wire_peer_fd(const struct wire_peer *p);

/*
 * Receives one message and checks all of it. ERR_AGAIN when there is none and
 * fd does not block, ERR_CLOSED at the end, else an error after which the peer
 * must be freed. The message is valid until the next call.
 */
int wire_receive(struct wire_peer *p, struct wire_message *ret_message);

/*
 * Sends one message. body may be in two parts (a small fixed one and bytes
 * that are only passed on). fd -1: none; fd stays the caller's. ERR_AGAIN on a
 * full socket that does not block, ERR_CLOSED. Sending what the edge does not
 * allow is a broken promise.
 */
struct wire_out {
	enum wire_type type;
	uint16_t flags;
	uint64_t request;
	const void *part1;
	size_t part1_n;
	const void *part2;
	size_t part2_n;
	int fd;
};
int wire_send(struct wire_peer *p, const struct wire_out *out);

/* Short forms. */
int wire_send_empty(struct wire_peer *p, enum wire_type type, uint64_t request);
int wire_send_fail(struct wire_peer *p, uint64_t request, int err,
    uint32_t detail);
int wire_fail_read(const struct wire_message *m, int *ret_err,
    uint32_t *ret_detail);

/* May `from` send this to `to`? (the table, for tests and the picture) */
bool wire_is_allowed(enum wire_role from, enum wire_role to, enum wire_type type);

/* An inbox entry in the DATA answer of INBOX_LIST: 8 + 1 + 1 + 4 + 8 + 32 + 32
 * bytes. An empty list means there is no more. */
#define WIRE_ENTRY_SIZE 86
#define WIRE_ENTRIES_AT_ONCE 1000 /* in one answer to INBOX_LIST */
#define WIRE_ENTRY_DELETED 1	/* soft: bytes still there */
#define WIRE_ENTRY_GONE 2	/* bytes gone */
struct wire_entry {
	uint64_t seq;
	uint8_t type;	/* CHAIN_LETTER, CHAIN_CARD */
	uint8_t state;	/* flags above */
	uint32_t day;
	uint64_t size;	/* bytes of the letter or card entry */
	uint8_t digest[32];
	uint8_t link[32];
};
void wire_entry_put(struct buf *b, const struct wire_entry *e);
int wire_entry_read(struct cursor *c, struct wire_entry *ret_entry);

/*
 * START: what the parent tells a child. Only what the role may know is set;
 * the rest is empty.
 */
#define WIRE_ENTRIES_MAX 8
enum wire_front { FRONT_ONION, FRONT_DIRECT, FRONT_PROXY, FRONT_CDN };
struct wire_start {
	enum wire_role role;
	uint8_t newsroom[16];
	uint8_t pin[40];		/* key id 8, public key 32 */
	char prefix[64];		/* "" or "/tips": no slash at the end */
	uint8_t front[WIRE_ENTRIES_MAX];	/* gate, web, form */
	uint8_t entries;
	char origin[256];		/* pickup: where the desk dials, or empty: unix */
	uint64_t file_max;		/* form: bytes of one file */
	uint64_t reserve;		/* keep: bytes of disk kept for text */
	uint32_t edition_age;		/* keep: days editions live */
	bool is_relaxed;		/* jail = relaxed */
	uint32_t uid, gid;		/* 0: not root, stay */
	char directory[512];		/* keep: of the database; others: empty root */
};
void wire_start_put(struct buf *b, const struct wire_start *s);
int wire_start_read(const struct wire_message *m, struct wire_start *ret_start);

#endif
