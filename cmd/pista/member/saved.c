#include "member/saved.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "base/err.h"

static int
fail(struct saved *s)
{
	s->errnum = errno;
	return err_from_errno(errno);
}

int
saved_begin(struct saved *s, const char *name)
{
	snprintf(s->name, sizeof(s->name), "%s", name);
	snprintf(s->part, sizeof(s->part), "%s.part", s->name);
	if (faccessat(s->dir_fd, name, F_OK, AT_SYMLINK_NOFOLLOW) == 0) {
		errno = EEXIST;
		return fail(s);
	}
	/* Somebody may have interrupted the last one. */
	(void)unlinkat(s->dir_fd, s->part, 0);
	s->fd = openat(s->dir_fd, s->part,
	    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	return s->fd < 0 ? fail(s) : 0;
}

bool
saved_is_open(const struct saved *s)
{
	return s->fd >= 0;
}

int
saved_put(struct saved *s, const uint8_t *p, size_t n)
{
	ssize_t done;

	while (n > 0) {
		done = write(s->fd, p, n);
		if (done < 0 && errno != EINTR)
			return fail(s);
		if (done > 0) {
			p += done;
			n -= (size_t)done;
		}
	}
	return 0;
}

int
saved_finish(struct saved *s)
{
	int err = fsync(s->fd) != 0 ? fail(s) : 0;

	close(s->fd);
	s->fd = -1;
	if (err == 0 && renameat(s->dir_fd, s->part, s->dir_fd, s->name) != 0)
		err = fail(s);
	if (err != 0)
		(void)unlinkat(s->dir_fd, s->part, 0);
	s->files += err == 0;
	return err;
}

void
saved_drop(struct saved *s)
{
	if (s->fd < 0)
		return;
	close(s->fd);
	s->fd = -1;
	unlinkat(s->dir_fd, s->part, 0);
}
