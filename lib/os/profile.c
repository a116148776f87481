#define _GNU_SOURCE /* nftw, mkdtemp */

#include "os/profile.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <linux/magic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/err.h"
#include "os/process.h"

#define PREFIX "pista-desk-"
#define TRIES 8
#define WALK_FDS 16
#define REMOVE_TRIES 50
#define REMOVE_PAUSE_US 10000
#define SWEEP_PAUSE_US 20000
#define SWEEP_TRIES 150
#define SWEEP_CALM 25 /* times in a row with nothing left */

static bool
is_in_memory(const char *directory)
{
	struct statfs fs;

	return statfs(directory, &fs) == 0 &&
	       ((unsigned long)fs.f_type == TMPFS_MAGIC ||
		   (unsigned long)fs.f_type == RAMFS_MAGIC);
}

static bool
is_ours(const char *directory)
{
	struct stat st;

	return stat(directory, &st) == 0 && S_ISDIR(st.st_mode) &&
	       st.st_uid == geteuid() && access(directory, W_OK | X_OK) == 0;
}

static int
remove_one(const char *path, const struct stat *st, int what, struct FTW *at)
{
	(void)st;
	(void)what;
	(void)at;
	(void)remove(path);
	return 0;
}

static void
remove_tree(const char *path)
{
	(void)nftw(
	    path, remove_one, WALK_FDS, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
}

/* Takes the lock of a directory of ours. ERR_BUSY when it is in use. */
static int
lock_directory(const char *path, int *ret_fd)
{
	struct stat st;
	int fd, err = 0;

	fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return err_from_errno(errno);
	if (flock(fd, LOCK_EX | LOCK_NB) != 0)
		err = errno == EWOULDBLOCK ? ERR_BUSY : err_from_errno(errno);
	else if (fstat(fd, &st) != 0)
		err = err_from_errno(errno);
	/* Somebody else removed it before the lock was ours. */
	else if (st.st_nlink == 0)
		err = ERR_NOT_FOUND;
	else if (st.st_uid != geteuid())
		err = ERR_DENIED;
	if (err != 0) {
		close(fd);
		return err;
	}
	*ret_fd = fd;
	return 0;
}

/* What a process that was killed left behind has no lock any more. True when
 * all is gone. */
static bool
sweep(const char *directory)
{
	bool is_all = true;
	char path[PROFILE_PATH_MAX];
	const struct dirent *e;
	DIR *d;
	int fd, err;

	if ((d = opendir(directory)) == NULL)
		return true;
	while ((e = readdir(d)) != NULL) {
		if (strncmp(e->d_name, PREFIX, strlen(PREFIX)) != 0 ||
		    snprintf(path, sizeof(path), "%s/%s", directory,
			e->d_name) >= (int)sizeof(path))
			continue;
		if ((err = lock_directory(path, &fd)) != 0) {
			is_all = is_all && err != ERR_BUSY;
			continue;
		}
		remove_tree(path);
		is_all = is_all && access(path, F_OK) != 0;
		close(fd);
	}
	closedir(d);
	return is_all;
}

static int
make_in(const char *directory, struct profile *p)
{
	int n, err = ERR_BUSY;

	for (int i = 0; i < TRIES && err != 0; i++) {
		n = snprintf(
		    p->path, sizeof(p->path), "%s/" PREFIX "XXXXXX", directory);
		if (n < 0 || (size_t)n >= sizeof(p->path))
			return ERR_LIMIT;
		if (mkdtemp(p->path) == NULL)
			return err_from_errno(errno);
		/* Another one's sweep may come between; then there is a next
		 * one. */
		err = lock_directory(p->path, &p->fd);
	}
	return err;
}

int
profile_make(struct profile *ret_profile)
{
	const char *runtime = process_environment("XDG_RUNTIME_DIR");
	struct profile p = { .fd = -1 };

	if ((runtime == NULL || runtime[0] != '/' || !is_ours(runtime) ||
		!is_in_memory(runtime) || make_in(runtime, &p) != 0) &&
	    (!is_in_memory("/dev/shm") || make_in("/dev/shm", &p) != 0))
		return ERR_UNSUPPORTED;
	*ret_profile = p;
	return 0;
}

bool
profile_sweep(void)
{
	const char *runtime = process_environment("XDG_RUNTIME_DIR");
	bool is_all = true;

	if (runtime != NULL && runtime[0] == '/' && is_ours(runtime))
		is_all = sweep(runtime);
	return sweep("/dev/shm") && is_all;
}

void
profile_sweep_all(void)
{
	int calm = 0;

	/* A browser that is dying may make its directory anew. */
	for (int i = 0; i < SWEEP_TRIES && calm < SWEEP_CALM; i++) {
		calm = profile_sweep() ? calm + 1 : 0;
		(void)usleep(SWEEP_PAUSE_US);
	}
}

int
profile_directory(const struct profile *p, const char *name)
{
	return mkdirat(p->fd, name, 0700) == 0 ? 0 : err_from_errno(errno);
}

int
profile_write(
    const struct profile *p, const char *name, const void *bytes, size_t n)
{
	int fd, err = 0;

	fd = openat(p->fd, name,
	    O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return err_from_errno(errno);
	if (write(fd, bytes, n) != (ssize_t)n)
		err = ERR_FULL;
	if (close(fd) != 0 && err == 0)
		err = err_from_errno(errno);
	return err;
}

void
profile_drop(const struct profile *p, const char *name)
{
	(void)unlinkat(p->fd, name, 0);
}

void
profile_remove(struct profile *p)
{
	if (p->fd < 0)
		return;
	/* Those who wrote there may be on their way out. */
	for (int i = 0; i < REMOVE_TRIES && access(p->path, F_OK) == 0; i++) {
		if (i > 0)
			(void)usleep(REMOVE_PAUSE_US);
		remove_tree(p->path);
	}
	close(p->fd);
	p->fd = -1;
}
