/*
 * The smallest children there can be: real start, real jail, real messages,
 * and one fixed word as the answer to any connection. With them the parent and
 * gate are tested alone. ROLE comes from the build.
 */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/err.h"
#include "wire/child.h"

#define REQUEST_MAX 4096
#define QUIET_MS 300

/* "sleep=N" in the request holds the answer back that many milliseconds, or
 * until the parent says anything; "crash" ends the process by a signal. True
 * when the parent spoke. */
static bool
obey(const char *request, int control)
{
	struct pollfd parent = { .fd = control, .events = POLLIN };
	const char *at = strstr(request, "sleep=");

	if (strstr(request, "crash") != NULL)
		abort();
	return at != NULL && poll(&parent, 1, atoi(at + strlen("sleep="))) == 1;
}

/* The whole head, or what there is when nothing more comes. */
static void
read_head(int fd, char *request, size_t size)
{
	struct pollfd ready = { .fd = fd, .events = POLLIN };
	size_t n = 0;
	ssize_t got;

	while (n + 1 < size && strstr(request, "\r\n\r\n") == NULL &&
	       poll(&ready, 1, QUIET_MS) == 1) {
		if ((got = recv(fd, request + n, size - n - 1, 0)) <= 0)
			break;
		n += (size_t)got;
		request[n] = '\0';
	}
}

static void
answer(int fd, const char *who, int control)
{
	char request[REQUEST_MAX] = { 0 }, reply[128];
	bool is_pressed;
	int length;

	read_head(fd, request, sizeof(request));
	is_pressed = obey(request, control);
	length =
	    snprintf(reply, sizeof(reply), "HTTP/1.0 200 OK\r\n\r\n%s %ld%s",
		who, (long)getpid(), is_pressed ? " hurried" : "");
	(void)!send(fd, reply, (size_t)length, MSG_NOSIGNAL);
	close(fd);
}

/* Waits for a word on one of two sockets; the queue may be -1. */
static int
wait_for(int control, int queue)
{
	struct pollfd fds[2] = { { .fd = control, .events = POLLIN },
		{ .fd = queue, .events = POLLIN } };

	while (poll(fds, 2, -1) <= 0)
		continue;
	return fds[0].revents != 0 ? control : queue;
}

/* keep: holds on to every peer it is given. Anybody: ends at DRAIN. */
static void
idle(struct child *c)
{
	struct wire_message m;

	while (wire_receive(c->control, &m) == 0 && m.type != WIRE_DRAIN)
		continue;
}

static int
take(struct wire_peer *queue)
{
	struct wire_message m;

	return wire_receive(queue, &m) == 0 ? m.fd : -1;
}

static void
serve(struct child *c, enum wire_role role, bool is_one)
{
	struct wire_peer *queue = NULL;
	int fd;

	if (wire_peer_new(CHILD_WEB_QUEUE, role, WIRE_GATE, c->start.newsroom,
		&queue) != 0)
		exit(EXIT_FAILURE);
	while (wait_for(wire_peer_fd(c->control), wire_peer_fd(queue)) ==
	       wire_peer_fd(queue)) {
		if ((fd = take(queue)) < 0)
			break;
		if (is_one) {
			wire_peer_free(&queue);
			wire_send_empty(c->control, WIRE_TAKEN, 0);
		}
		answer(fd, wire_role_text(role), wire_peer_fd(c->control));
		if (is_one)
			break;
	}
	wire_peer_free(&queue);
}

int
main(void)
{
	struct child c;

	child_begin(ROLE, 6, NULL, &c);
	child_ready(&c);
	if (ROLE == WIRE_WEB || ROLE == WIRE_FORM)
		serve(&c, ROLE, ROLE == WIRE_FORM);
	else
		idle(&c);
	wire_peer_free(&c.control);
	return EXIT_SUCCESS;
}
