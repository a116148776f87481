/*
 * The smallest two programs a desk can be made of: real settings, real jail,
 * real messages. With them `pista desk' is tested alone. The desk obeys what is
 * asked of it by HTTP, "GET /WORD"; fetch answers the desk. IS_DESK comes from
 * the build.
 */
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/err.h"
#include "base/text.h"
#include "os/sock.h"
#include "wire/desk_child.h"

#define PATIENCE_MS 5000
#define CRASH_SEQ 666

static struct wire_peer *control, *other;

/* The launcher's new end to the other one takes the place of the old. */
static void
meet(const struct wire_message *m, enum wire_role self, enum wire_role role,
    const uint8_t newsroom[static 16])
{
	must(m->n == 1 && m->body[0] == role);
	wire_peer_free(&other);
	must(wire_peer_new(m->fd, self, role, newsroom, &other) == 0);
}

#if IS_DESK

static struct desk_start start;
static char key[65];
static bool is_entered, is_deaf;

static const char page[] = "<!doctype html><title>stub</title><script>"
			   "fetch('/enter?' + location.hash.slice(1))</script>";

static void
save(const char *name)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_APPEND, 0600);

	must(fd >= 0 && write(fd, "x", 1) == 1);
	close(fd);
}

static void
leave(enum desk_reason reason)
{
	uint8_t body = (uint8_t)reason;
	const struct wire_out out = {
		.type = WIRE_DESK_LOCKED, .part1 = &body, .part1_n = 1, .fd = -1
	};

	save("saved");
	must(wire_send(control, &out) == 0);
	exit(0);
}

static void
hear(void)
{
	struct wire_message m;
	int err = wire_receive(control, &m);

	if (err == ERR_CLOSED)
		exit(0);
	must(err == 0);
	if (m.type == WIRE_DESK_KEY) {
		hex_write(key, m.body, 32);
		is_entered = false;
	} else if (m.type == WIRE_PEER) {
		meet(&m, WIRE_DESK, WIRE_FETCH, start.newsroom);
	} else if (m.type == WIRE_DESK_LOCK && !is_deaf) {
		leave(DESK_REASON_ASKED);
	}
}

/* Whether fetch is there and answers. */
static bool
is_answered(void)
{
	struct wire_message m;
	struct pollfd p;

	if (other == NULL || wire_send_empty(other, WIRE_FETCH_NOW, 0) != 0)
		return false;
	p = (struct pollfd){ .fd = wire_peer_fd(other), .events = POLLIN };
	return poll(&p, 1, PATIENCE_MS) == 1 && wire_receive(other, &m) == 0 &&
	       m.type == WIRE_FETCH_CHANGED;
}

static void
break_fetch(void)
{
	uint8_t seq[8];
	const struct wire_out out = {
		.type = WIRE_FETCH_WHOLE, .part1 = seq, .part1_n = 8, .fd = -1
	};

	u64_write(seq, CRASH_SEQ);
	must(other != NULL && wire_send(other, &out) == 0);
}

/* What the word in the request line asks for; the answer's text. */
static const char *
obey(const char *word, char *out, size_t size)
{
	snprintf(out, size, "ok");
	if (strcmp(word, "") == 0)
		return page;
	if (strncmp(word, "enter?", 6) == 0) {
		is_entered = key[0] != '\0' && strcmp(word + 6, key) == 0;
		key[0] = '\0';
		snprintf(out, size, is_entered ? "in" : "out");
	} else if (strcmp(word, "state") == 0) {
		snprintf(out, size, "%d %d %d %d %d", (int)getpid(),
		    (int)start.reason, (int)is_entered, (int)start.idle_minutes,
		    (int)start.token[0]);
	} else if (strcmp(word, "talk") == 0) {
		snprintf(out, size, is_answered() ? "yes" : "no");
	} else if (strcmp(word, "break-fetch") == 0) {
		break_fetch();
	} else if (strcmp(word, "deaf") == 0) {
		is_deaf = true;
	} else if (strcmp(word, "crash") == 0) {
		abort();
	} else if (strcmp(word, "lie") == 0) {
		(void)!send(wire_peer_fd(control), "x", 1, 0);
	} else if (strcmp(word, "idle") == 0) {
		leave(DESK_REASON_IDLE);
	} else if (strcmp(word, "panic") == 0) {
		must(wire_send_empty(control, WIRE_DESK_PANIC, 0) == 0);
	}
	return out;
}

static void
serve(void)
{
	char request[2048], reply[2300], said[256], *word, *rest;
	const char *text;
	ssize_t n;
	int fd, length;

	if (sock_accept(DESK_CHILD_LISTEN, &fd) != 0)
		return;
	must(poll(&(struct pollfd){ .fd = fd, .events = POLLIN }, 1,
		 PATIENCE_MS) >= 0);
	n = recv(fd, request, sizeof(request) - 1, 0);
	request[n > 0 ? n : 0] = '\0';
	if (strncmp(request, "GET /", 5) == 0 &&
	    (rest = strchr(word = request + 5, ' ')) != NULL) {
		*rest = '\0';
		text = obey(word, said, sizeof(said));
		length = snprintf(reply, sizeof(reply),
		    "HTTP/1.0 200 OK\r\nContent-Type: %s\r\n"
		    "Content-Length: %zu\r\n\r\n%s",
		    text == page ? "text/html" : "text/plain", strlen(text),
		    text);
		(void)!send(fd, reply, (size_t)length, MSG_NOSIGNAL);
		(void)shutdown(fd, SHUT_WR);
	}
	close(fd);
}

int
main(void)
{
	desk_begin(NULL, &start, &control);
	must(wire_peer_new(DESK_CHILD_PEER, WIRE_DESK, WIRE_FETCH,
		 start.newsroom, &other) == 0);
	must(wire_send_empty(control, WIRE_READY, 0) == 0);
	for (;;) {
		struct pollfd fds[] = { { .fd = wire_peer_fd(control),
					    .events = POLLIN },
			{ .fd = DESK_CHILD_LISTEN, .events = POLLIN } };

		must(poll(fds, 2, -1) > 0);
		if (fds[0].revents != 0)
			hear();
		if (fds[1].revents != 0)
			serve();
	}
}

#else

static struct fetch_start start;

static void
answer(void)
{
	struct wire_message m;
	uint64_t seq;
	int err = wire_receive(other, &m);

	if (err == ERR_CLOSED) {
		wire_peer_free(&other);
		return;
	}
	must(err == 0);
	if (m.type == WIRE_FETCH_WHOLE && fetch_whole_read(&m, &seq) == 0 &&
	    seq == CRASH_SEQ)
		abort();
	if (m.type == WIRE_FETCH_NOW)
		(void)wire_send_empty(other, WIRE_FETCH_CHANGED, 0);
}

int
main(void)
{
	fetch_begin(NULL, &start, &control);
	must(wire_peer_new(DESK_CHILD_PEER, WIRE_FETCH, WIRE_DESK,
		 start.newsroom, &other) == 0);
	must(wire_send_empty(control, WIRE_READY, 0) == 0);
	for (;;) {
		struct pollfd fds[] = { { .fd = wire_peer_fd(control),
					    .events = POLLIN },
			{ .fd = other != NULL ? wire_peer_fd(other) : -1,
			    .events = POLLIN } };
		struct wire_message m;
		int err;

		must(poll(fds, 2, -1) > 0);
		if (fds[1].revents != 0)
			answer();
		if (fds[0].revents == 0)
			continue;
		if ((err = wire_receive(control, &m)) == ERR_CLOSED)
			return 0;
		must(err == 0 && m.type == WIRE_PEER);
		meet(&m, WIRE_FETCH, WIRE_DESK, start.newsroom);
	}
}

#endif
