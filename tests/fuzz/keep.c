/*
 * keep with a store in memory, and three peers that say what the input says:
 * records of u8 peer, u8 type, u8 flags, u8 request, u16 length, body. The
 * header around them is right; what is wrong with headers is hostile-keep's.
 */
#include "fuzz.h"

#include <sys/socket.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/cursor.h"
#include "base/err.h"
#include "crypto/random.h"
#include "keep/keep.h"
#include "os/sock.h"

#define PEERS 3
#define RECORDS_MAX 64

static const enum wire_role roles[PEERS] = { WIRE_WEB, WIRE_FORM, WIRE_PICKUP };

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	return crypto_init();
}

/* False when keep has hung up. */
static bool
say(int fd, struct cursor *c)
{
	static uint8_t mem[WIRE_HEADER_SIZE + UINT16_MAX];
	uint8_t type = cursor_u8(c), flags = cursor_u8(c);
	uint8_t request = cursor_u8(c);
	size_t n = cursor_u16(c);
	const uint8_t newsroom[16] = { 1 };
	struct buf b;

	if (n > c->n)
		n = c->n;
	buf_init_fixed(&b, mem, sizeof(mem));
	buf_put_u8(&b, WIRE_VERSION);
	buf_put_u8(&b, type);
	buf_put_u16(&b, flags);
	buf_put_u32(&b, (uint32_t)n);
	buf_put_u64(&b, request);
	buf_put(&b, newsroom, sizeof(newsroom));
	buf_put(&b, cursor_take(c, n), n);
	must(buf_finish(&b) == 0);
	return send(fd, b.p, b.n, MSG_NOSIGNAL | MSG_DONTWAIT) >= 0;
}

/* Answers are taken and thrown away. */
static void
listen_to(int fd)
{
	static uint8_t bytes[WIRE_HEADER_SIZE + WIRE_BODY_MAX];

	while (recv(fd, bytes, sizeof(bytes), MSG_DONTWAIT) > 0)
		;
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static struct keep keep;
	struct wire_start start = { .role = WIRE_KEEP, .newsroom = { 1 } };
	struct wire_peer *control;
	struct store *store;
	int parent[2], fds[PEERS];
	struct cursor c;
	bool is_over;

	must(store_open_memory(start.newsroom, &store) == 0);
	must(sock_pair(parent) == 0);
	must(wire_peer_new(parent[1], WIRE_KEEP, WIRE_PARENT, start.newsroom,
		 &control) == 0);
	must(keep_open(&keep, control, &start, store) == 0);
	for (size_t i = 0; i < PEERS; i++) {
		int pair[2];

		must(sock_pair(pair) == 0);
		fds[i] = pair[0];
		must(peer_add(&keep, pair[1], roles[i]) == 0);
	}
	cursor_init(&c, p, n);
	for (int i = 0; i < RECORDS_MAX && c.n > 6 && keep.peers != NULL; i++) {
		int fd = fds[cursor_u8(&c) % PEERS];

		if (!say(fd, &c))
			continue;
		/* Nothing new would be waited for; a turn more does no harm
		 * when something is staged. */
		keep.is_dirty = true;
		must(keep_turn(&keep, &is_over) == 0 && !is_over);
		for (size_t j = 0; j < PEERS; j++)
			listen_to(fds[j]);
	}
	keep_close(&keep);
	store_close(&store);
	wire_peer_free(&control);
	close(parent[0]);
	for (size_t i = 0; i < PEERS; i++)
		close(fds[i]);
	return 0;
}
