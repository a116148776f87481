#include "parent/sockets.h"

#include <errno.h>
#include <grp.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/err.h"
#include "os/sock.h"
#include "parent/say.h"

#define UNIX_PREFIX "unix:"
#define LEFTOVER_TRIES 30

/* Gives a unix socket to the group that tor, the web server or the members are
 * in. */
static int
give_to_group(const struct config_listen *at)
{
	const struct group *g;

	if (at->group[0] == '\0')
		return 0;
	errno = 0;
	if ((g = getgrnam(at->group)) == NULL) {
		say("there is no group %s", at->group);
		return ERR_NOT_FOUND;
	}
	if (chown(at->address + strlen(UNIX_PREFIX), (uid_t)-1, g->gr_gid) != 0)
		return err_from_errno(errno);
	return 0;
}

/* Where a listener really is: port 0 has become a number. */
static void
say_where(const char *name, const struct config_listen *at, int fd)
{
	const char *port = strrchr(at->address, ':');
	uint16_t number;

	if (sock_port(fd, &number) == 0)
		say("%s listens on %.*s:%u", name, (int)(port - at->address),
		    at->address, (unsigned)number);
	else
		say("%s listens on %s", name, at->address);
}

/* The children of a parent that was killed hold its sockets until the kernel
 * has ended them too: a restart waits for that. */
static int
listen_soon(struct text address, unsigned mode, int *ret_fd)
{
	const struct timespec pause = { .tv_nsec = 100L * 1000 * 1000 };
	int err, left = LEFTOVER_TRIES;

	while ((err = sock_listen(address, mode, ret_fd)) == ERR_BUSY &&
	       left-- > 0)
		nanosleep(&pause, NULL);
	return err;
}

static int
bind_one(const char *name, const struct config_listen *at, int *ret_fd)
{
	struct text address = text_from(at->address);
	int err, fd;

	if ((err = listen_soon(address, at->mode, &fd)) != 0) {
		say("%s cannot listen on %s: %s", name, at->address,
		    err_text(err));
		return err;
	}
	if (text_has_prefix(address, UNIX_PREFIX) &&
	    (err = give_to_group(at)) != 0) {
		say("%s cannot give %s to the group %s: %s", name, at->address,
		    at->group, err_text(err));
		close(fd);
		return err;
	}
	say_where(name, at, fd);
	*ret_fd = fd;
	return 0;
}

static void
close_one(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

int
sockets_open(const struct config *c, struct sockets *ret_sockets)
{
	struct sockets s = {
		.desk = -1, .web = { -1, -1 }, .form = { -1, -1 }
	};
	char name[64];
	int err = 0;

	for (size_t i = 0; i < c->entries_n && err == 0; i++) {
		snprintf(name, sizeof(name), "entry %s", c->entries[i].name);
		err = bind_one(name, &c->entries[i].listen, &s.entries[i]);
		if (err == 0)
			s.entries_n++;
	}
	if (err == 0)
		err = bind_one("desk", &c->desk, &s.desk);
	if (err == 0 &&
	    ((err = sock_pair(s.web)) != 0 || (err = sock_pair(s.form)) != 0))
		say("no queues for the children: %s", err_text(err));
	if (err != 0) {
		sockets_close(&s);
		return err;
	}
	*ret_sockets = s;
	return 0;
}

void
sockets_close(struct sockets *s)
{
	for (size_t i = 0; i < s->entries_n; i++)
		close_one(&s->entries[i]);
	close_one(&s->desk);
	for (size_t i = 0; i < 2; i++) {
		close_one(&s->web[i]);
		close_one(&s->form[i]);
	}
}
