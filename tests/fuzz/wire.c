/* Two bytes choose the edge; the rest is one datagram on it. */
#include "fuzz.h"

#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "os/sock.h"
#include "wire/desk_start.h"
#include "wire/table.h"
#include "wire/wire.h"

static void
read_desk_body(const struct wire_message *m)
{
	union {
		struct desk_start desk;
		struct fetch_start fetch;
		struct fetch_round round;
		struct fetch_progress progress;
	} *u = mem_new(1, sizeof(*u));
	enum desk_reason reason;
	uint64_t seq;

	must(u != NULL);
	if (desk_start_read(m, &u->desk) == 0)
		must(u->desk.reason < DESK_REASONS && u->desk.idle_minutes > 0);
	if (fetch_start_read(m, &u->fetch) == 0)
		must(strlen(u->fetch.address) < DESK_ADDRESS_MAX);
	if (fetch_round_read(m, &u->round) == 0)
		must(u->round.err <= 0);
	if (fetch_progress_read(m, &u->progress) == 0)
		must(m->n == 24);
	if (desk_locked_read(m, &reason) == 0)
		must(reason < DESK_REASONS);
	if (fetch_whole_read(m, &seq) == 0)
		must(m->n == 8);
	mem_free(u);
}

static void
read_body(const struct wire_message *m)
{
	struct wire_start *s = mem_new(1, sizeof(*s));
	struct wire_entry e;
	struct cursor c;
	uint32_t detail;
	int fail;

	must(s != NULL);
	if (wire_start_read(m, s) == 0)
		must(s->entries <= WIRE_ENTRIES_MAX && s->role < WIRE_ROLES);
	if (wire_fail_read(m, &fail, &detail) == 0)
		must(fail < 0);
	cursor_init(&c, m->body, m->n);
	while (wire_entry_read(&c, &e) == 0)
		must((e.state & 0xfc) == 0);
	mem_free(s);
	read_desk_body(m);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static const uint8_t newsroom[16];
	struct wire_peer *peer = NULL;
	struct wire_message m;
	int fds[2];

	if (n < 3 || n > WIRE_HEADER_SIZE + WIRE_BODY_MAX || p[0] == p[1] ||
	    p[0] >= WIRE_ROLES || p[1] >= WIRE_ROLES)
		return 0;
	must(sock_pair(fds) == 0);
	must(wire_peer_new(fds[1], (enum wire_role)p[1], (enum wire_role)p[0],
		 newsroom, &peer) == 0);
	must(sock_send(fds[0], p + 2, n - 2, NULL, 0, NULL, 0, -1) == 0);
	if (wire_receive(peer, &m) == 0) {
		must(wire_is_allowed(
		    (enum wire_role)p[0], (enum wire_role)p[1], m.type));
		must(m.n <= wire_body_max(m.type) && m.fd == -1);
		read_body(&m);
	}
	close(fds[0]);
	wire_peer_free(&peer);
	return 0;
}
