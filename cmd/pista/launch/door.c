#include "launch/door.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/err.h"
#include "os/file.h"
#include "os/sock.h"

#define ANSWER_MS 60000
#define PANIC_MS 2000

/*
 * Where the socket is, in few enough characters for an address however deep the
 * home lies. *ret_directory must stay open while the address is used. It is not
 * where the letters are: there fetch may write, which, taken over, would answer
 * in our place that all is locked.
 */
static int
address_of(const struct home *h, int *ret_directory, char *out, size_t size)
{
	char path[HOME_PATH_MAX];
	int fd, err;

	if ((err = home_path(h, ".", path)) != 0)
		return err;
	if ((fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) < 0)
		return err_from_errno(errno);
	snprintf(out, size, "/proc/self/fd/%d/desk.sock", fd);
	*ret_directory = fd;
	return 0;
}

int
desk_door_open(const struct home *h, struct desk_door *ret_door)
{
	struct desk_door d = { .lock = -1, .listener = -1 };
	char address[64], prefixed[80], path[HOME_PATH_MAX];
	int directory = -1, err;

	for (size_t i = 0; i < DESK_GUESTS_MAX; i++)
		d.guests[i].fd = -1;
	if ((err = home_path(h, "desk.lock", path)) != 0 ||
	    (err = home_path(h, "desk.sock", d.path)) != 0 ||
	    (err = file_lock(path, &d.lock)) != 0 ||
	    (err = address_of(h, &directory, address, sizeof(address))) != 0)
		goto out;
	snprintf(prefixed, sizeof(prefixed), "unix:%s", address);
	err = sock_listen(text_from(prefixed), 0600, &d.listener);
	close(directory);
	if (err == 0) {
		*ret_door = d;
		return 0;
	}
out:
	if (d.lock >= 0)
		close(d.lock);
	return err;
}

void
desk_door_close(struct desk_door *d)
{
	for (size_t i = 0; i < DESK_GUESTS_MAX; i++) {
		if (d->guests[i].fd >= 0)
			close(d->guests[i].fd);
		d->guests[i].fd = -1;
	}
	if (d->listener >= 0) {
		(void)unlink(d->path);
		close(d->listener);
	}
	if (d->lock >= 0)
		close(d->lock);
	d->listener = d->lock = -1;
}

struct desk_guest *
desk_door_accept(struct desk_door *d)
{
	struct desk_guest *g = d->guests;
	uint32_t uid;
	int fd, pid;

	if (sock_accept(d->listener, &fd) != 0)
		return NULL;
	while (g < d->guests + DESK_GUESTS_MAX && g->fd >= 0)
		g++;
	if (g == d->guests + DESK_GUESTS_MAX ||
	    sock_peer(fd, &uid, &pid) != 0 || uid != (uint32_t)geteuid()) {
		close(fd);
		return NULL;
	}
	*g = (struct desk_guest){ .fd = fd };
	return g;
}

int
desk_guest_read(struct desk_guest *g)
{
	char c;
	ssize_t n;

	if (g->fd < 0)
		return ERR_CLOSED;
	n = read(g->fd, &c, 1);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return ERR_AGAIN;
	/* Whoever asked and went away wants no answer. */
	if (n != 1 || g->asked != 0) {
		close(g->fd);
		g->fd = -1;
		return ERR_CLOSED;
	}
	g->asked = c;
	return 0;
}

void
desk_guest_answer(struct desk_guest *g, bool is_done, const char *text)
{
	char answer[DESK_ANSWER_MAX];
	int n = snprintf(answer, sizeof(answer), "%c%s", is_done ? '+' : '-',
	    text != NULL ? text : "");

	if (n > 0 && (size_t)n < sizeof(answer))
		(void)send(g->fd, answer, (size_t)n, MSG_NOSIGNAL);
	close(g->fd);
	g->fd = -1;
}

/* All that comes until the other side closes. */
static int
read_answer(int fd, int timeout, char *out, size_t size)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	size_t n = 0;
	ssize_t got;

	for (;;) {
		if (poll(&p, 1, timeout) <= 0)
			return ERR_BUSY;
		if ((got = read(fd, out + n, size - 1 - n)) <= 0)
			break;
		n += (size_t)got;
	}
	out[n] = '\0';
	return n > 0 ? 0 : ERR_CLOSED;
}

int
desk_ask(const struct home *h, enum desk_question question,
    char ret_answer[static DESK_ANSWER_MAX])
{
	bool is_panic = question == DESK_ASK_PANIC;
	char address[64], answer[DESK_ANSWER_MAX], byte = (char)question;
	int directory = -1, fd = -1, pid, err;
	uint32_t uid;

	if ((err = address_of(h, &directory, address, sizeof(address))) == 0)
		err = sock_connect(address, &fd);
	if (directory >= 0)
		close(directory);
	if (err != 0)
		return err == ERR_NOT_FOUND ? ERR_CLOSED : err;
	if ((err = sock_peer(fd, &uid, &pid)) == 0 &&
	    uid != (uint32_t)geteuid())
		err = ERR_DENIED;
	if (err == 0 && send(fd, &byte, 1, MSG_NOSIGNAL) != 1)
		err = ERR_CLOSED;
	if (err == 0)
		err = read_answer(fd, is_panic ? PANIC_MS : ANSWER_MS, answer,
		    sizeof(answer));
	/* Its children and the browser do not outlive it. */
	if (is_panic && err == ERR_BUSY && kill((pid_t)pid, SIGKILL) == 0) {
		err = 0;
		(void)snprintf(answer, sizeof(answer), "+");
		/* The kernel closes what it had when it is gone. */
		(void)poll(&(struct pollfd){ .fd = fd }, 1, PANIC_MS);
	}
	close(fd);
	if (err != 0)
		return err;
	snprintf(ret_answer, DESK_ANSWER_MAX, "%s", answer + 1);
	return answer[0] == '+' ? 0 : ERR_DENIED;
}
