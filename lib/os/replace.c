#include "os/replace.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"

struct replace {
	char *path;
	char *temp; /* beside path; has room for path itself */
	int fd;     /* -1 when there is no file to remove */
};

int
replace_begin(const char *path, struct replace **ret_replace)
{
	static const char suffix[] = ".XXXXXX";
	size_t n = strlen(path);
	struct replace *r;
	int err = ERR_NOMEM;

	if ((r = mem_new(1, sizeof(*r))) == NULL)
		return ERR_NOMEM;
	r->fd = -1;
	if ((r->path = mem_text(path, n)) == NULL ||
	    (r->temp = mem_new(n + sizeof(suffix), 1)) == NULL)
		goto out;
	memcpy(r->temp, path, n);
	memcpy(r->temp + n, suffix, sizeof(suffix));
	if ((r->fd = mkstemp(r->temp)) < 0) {
		err = err_from_errno(errno);
		goto out;
	}
	*ret_replace = r;
	return 0;
out:
	replace_free(&r);
	return err;
}

int
replace_put(struct replace *r, const void *p, size_t n)
{
	const char *from = p;

	while (n > 0) {
		ssize_t done = write(r->fd, from, n);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return err_from_errno(errno);
		from += done;
		n -= (size_t)done;
	}
	return 0;
}

/* Flushes the directory that holds path, so that the rename lasts. temp is not
 * needed any more and is overwritten. */
static int
flush_directory(struct replace *r)
{
	const char *slash = strrchr(r->path, '/');
	size_t n = slash != NULL ? (size_t)(slash - r->path) : 0;
	int fd, err = 0;

	memcpy(r->temp, r->path, n);
	r->temp[n] = '\0';
	if (slash == NULL)
		strcpy(r->temp, ".");
	else if (n == 0)
		strcpy(r->temp, "/");
	if ((fd = open(r->temp, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) < 0)
		return err_from_errno(errno);
	if (fsync(fd) != 0)
		err = err_from_errno(errno);
	close(fd);
	return err;
}

int
replace_commit(struct replace *r, unsigned mode)
{
	int fd = r->fd;

	if (fchmod(fd, (mode_t)mode) != 0 || fsync(fd) != 0 ||
	    rename(r->temp, r->path) != 0)
		return err_from_errno(errno);
	r->fd = -1;
	if (close(fd) != 0)
		return err_from_errno(errno);
	return flush_directory(r);
}

void
replace_free(struct replace **replace)
{
	struct replace *r = *replace;

	if (r == NULL)
		return;
	if (r->fd >= 0) {
		close(r->fd);
		unlink(r->temp);
	}
	mem_free(r->path);
	mem_free(r->temp);
	mem_free(r);
	*replace = NULL;
}
