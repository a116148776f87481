#include "os/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/secret.h"
#include "os/replace.h"

#define FIRST_CAP 4096
#define OPEN_TO_GROUP_OR_OTHERS (S_IRGRP | S_IWGRP | S_IROTH | S_IWOTH)

/* What has been read, in memory of one kind or the other. */
struct content {
	uint8_t *p;
	size_t n;
	size_t cap;
	bool is_secret;
};

static void
content_fini(struct content *c)
{
	if (c->is_secret) {
		secret_free(&c->p);
		return;
	}
	mem_free(c->p);
	c->p = NULL;
}

static int
content_grow(struct content *c, size_t cap)
{
	struct content larger = {
		.n = c->n, .cap = cap, .is_secret = c->is_secret
	};

	larger.p = c->is_secret ? secret_new(cap) : mem_new(cap, 1);
	if (larger.p == NULL)
		return ERR_NOMEM;
	if (c->n > 0)
		memcpy(larger.p, c->p, c->n);
	content_fini(c);
	*c = larger;
	return 0;
}

/* Reads until the end of fd or, to learn that there is more, max + 1 bytes; one
 * byte is always left for the NUL. */
static int
content_fill(struct content *c, int fd, size_t max)
{
	ssize_t got;
	int err;

	for (;;) {
		if (c->n > max)
			return ERR_LIMIT;
		if (c->cap - c->n < 2 &&
		    (err = content_grow(
			 c, c->cap > 0 ? c->cap * 2 : FIRST_CAP)) != 0)
			return err;
		do
			got = read(fd, c->p + c->n, c->cap - c->n - 1);
		while (got < 0 && errno == EINTR);
		if (got < 0)
			return err_from_errno(errno);
		if (got == 0)
			break;
		c->n += (size_t)got;
	}
	c->p[c->n] = '\0';
	return 0;
}

static int
read_all(int fd, size_t max, bool is_secret, uint8_t **ret_p, size_t *ret_n)
{
	struct content c = { .is_secret = is_secret };
	int err;

	if ((err = content_fill(&c, fd, max)) != 0) {
		content_fini(&c);
		return err;
	}
	*ret_p = c.p;
	*ret_n = c.n;
	return 0;
}

int
file_read_fd(int fd, size_t max, uint8_t **ret_p, size_t *ret_n)
{
	return read_all(fd, max, false, ret_p, ret_n);
}

int
file_read_secret_fd(int fd, size_t max, uint8_t **ret_p, size_t *ret_n)
{
	return read_all(fd, max, true, ret_p, ret_n);
}

int
file_read(const char *path, size_t max, uint8_t **ret_p, size_t *ret_n)
{
	int fd, err;

	if ((fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY)) < 0)
		return err_from_errno(errno);
	err = read_all(fd, max, false, ret_p, ret_n);
	close(fd);
	return err;
}

int
file_read_secret(const char *path, size_t max, uint8_t **ret_p, size_t *ret_n)
{
	struct stat st;
	int fd, err;

	if ((fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY)) < 0)
		return err_from_errno(errno);
	if (fstat(fd, &st) != 0)
		err = err_from_errno(errno);
	else if ((st.st_mode & OPEN_TO_GROUP_OR_OTHERS) != 0)
		err = ERR_DENIED;
	else
		err = read_all(fd, max, true, ret_p, ret_n);
	close(fd);
	return err;
}

int
file_write_atomic(const char *path, unsigned mode, const void *p, size_t n)
{
	struct replace *r = NULL;
	int err;

	if ((err = replace_begin(path, &r)) == 0 &&
	    (err = replace_put(r, p, n)) == 0)
		err = replace_commit(r, mode);
	replace_free(&r);
	return err;
}

int
file_lock(const char *path, int *ret_fd)
{
	int fd, err;

	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return err_from_errno(errno);
	if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
		err = errno == EWOULDBLOCK ? ERR_BUSY : err_from_errno(errno);
		close(fd);
		return err;
	}
	*ret_fd = fd;
	return 0;
}
