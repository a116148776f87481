/* A station in one process: a client's socket on one side, keep's end of the
 * link on the other, the server between them. */
#ifndef PISTA_TESTS_RELAY_KIT_H
#define PISTA_TESTS_RELAY_KIT_H

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "crypto/random.h"
#include "masthead/masthead.h"
#include "os/sock.h"
#include "relay/board.h"
#include "relay/job.h"
#include "relay/put.h"
#include "relay/stream.h"
#include "relay/upload.h"

#define KIT_REPLY_MAX (256 * 1024)

static const uint8_t kit_newsroom[16] = { 5 };

struct kit {
	struct http_server *server;
	struct link *link;
	struct board *board;
	struct wire_peer *keep;
	struct masthead card;
	const struct stream_source *source; /* answers everything, if set */
	int client;
	char *reply;
	size_t reply_n;
	bool is_ended;
};

static inline void
kit_head(void *ctx, struct http_request *r)
{
	struct kit *k = ctx;
	const struct http_head *h = http_request_head(r);
	if (k->source != NULL)
		stream_start(r, k->link, k->source, 1, 0, false);
	else if (text_has_prefix(h->path, "/v1/upload"))
		upload_start(r, k->link, &k->card, "",
		    (struct text){ h->path.p + 10, h->path.n - 10 });
	else if (!board_answer(k->board, r, h->path))
		put_start(r, k->link, &k->card, NULL);
}

static inline void
kit_place(void *ctx, const struct wire_message *m)
{
	struct kit *k = ctx;

	if (m->type == WIRE_NEXT)
		board_forget(k->board);
}

static inline int
kit_open_link(struct kit *k)
{
	struct wire_peer *web = NULL;
	int fds[2], err;

	if ((err = sock_pair(fds)) != 0)
		return err;
	err =
	    wire_peer_new(fds[1], WIRE_KEEP, WIRE_WEB, kit_newsroom, &k->keep);
	if (err != 0)
		close(fds[1]);
	if (err == 0)
		err = sock_set_nonblocking(fds[1], true);
	if (err == 0)
		err = wire_peer_new(
		    fds[0], WIRE_WEB, WIRE_KEEP, kit_newsroom, &web);
	if (err != 0) {
		close(fds[0]);
		return err;
	}
	return link_new(web, k->server, 4, kit_place, k, &k->link);
}

static inline int
kit_open(struct kit *k)
{
	const struct http_options options = { .connections = 4,
		.buffer = 32 * 1024 };
	const struct http_handler handler = { .head = kit_head,
		.body = job_body,
		.end = job_end,
		.closed = job_closed,
		.ctx = k };
	int err;

	*k = (struct kit){ .client = -1 };
	k->card.letter_max = 64 << 20;
	if ((k->reply = mem_new(KIT_REPLY_MAX, 1)) == NULL)
		return ERR_NOMEM;
	if ((err = http_server_new(&options, &handler, &k->server)) != 0 ||
	    (err = kit_open_link(k)) != 0)
		return err;
	return board_new(k->link, &k->board);
}

/* Another connection; the one before is closed. */
static inline int
kit_connect(struct kit *k)
{
	int fds[2];

	if (k->client >= 0)
		close(k->client);
	k->client = -1;
	k->reply_n = 0;
	k->is_ended = false;
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, fds) != 0)
		return ERR_SYS;
	k->client = fds[1];
	return http_server_add(k->server, fds[0], 0);
}

/* Some rounds; what was answered is in reply. */
static inline int
kit_run(struct kit *k, int rounds)
{
	ssize_t n;
	int err;

	for (int i = 0; i < rounds; i++) {
		if ((err = http_server_run(k->server, 1)) != 0)
			return err;
		while (
		    k->client >= 0 && !k->is_ended &&
		    k->reply_n + 1 < KIT_REPLY_MAX &&
		    (n = recv(k->client, k->reply + k->reply_n,
			 KIT_REPLY_MAX - 1 - k->reply_n, MSG_DONTWAIT)) >= 0) {
			k->reply_n += (size_t)n;
			k->is_ended = n == 0;
		}
	}
	k->reply[k->reply_n] = '\0';
	return 0;
}

/* As much as the socket takes now. */
static inline size_t
kit_send(struct kit *k, const void *p, size_t n)
{
	ssize_t done = send(k->client, p, n, MSG_NOSIGNAL | MSG_DONTWAIT);

	return done > 0 ? (size_t)done : 0;
}

static inline void
kit_close(struct kit *k)
{
	struct wire_message m;

	if (k->client >= 0)
		close(k->client);
	for (int i = 0; i < 10 && k->server != NULL; i++) {
		http_server_run(k->server, 1);
		while (k->keep != NULL && wire_receive(k->keep, &m) == 0)
			;
	}
	board_free(&k->board);
	link_free(&k->link);
	http_server_free(&k->server);
	wire_peer_free(&k->keep);
	mem_free(k->reply);
}

/* The outside of a letter with plain bytes of plaintext. */
static inline void
kit_letter(struct buf *b, uint64_t plain)
{
	uint8_t random[4096];
	uint64_t left = age_payload_size(plain);

	buf_puts(b, "age-encryption.org/v1\n");
	for (int i = 0; i < 8; i++)
		buf_puts(b,
		    "-> X25519 AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE\n"
		    "AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI\n");
	buf_puts(b, "--- AwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwM\n");
	buf_puts(b, "sixteen bytes...");
	random_bytes(random, sizeof(random));
	while (left > 0) {
		size_t n =
		    left < sizeof(random) ? (size_t)left : sizeof(random);

		buf_put(b, random, n);
		left -= n;
	}
}

/* The whole request for a letter. */
static inline void
kit_post(struct buf *b, const struct buf *letter)
{
	buf_putf(b,
	    "POST /v1/letters HTTP/1.1\r\nHost: a\r\nContent-Length: %zu\r\n"
	    "Idempotency-Key: 00112233445566778899aabbccddeeff\r\n\r\n",
	    letter->n);
	buf_put(b, letter->p, letter->n);
}

#endif
