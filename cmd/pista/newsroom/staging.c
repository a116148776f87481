#include "newsroom/staging.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"

static const int held[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };
static const char *const parts[] = { "newsroom", "member", "passphrase" };

static void
hold(sigset_t *before)
{
	sigset_t set;
	size_t i;

	sigemptyset(&set);
	for (i = 0; i < sizeof(held) / sizeof(held[0]); i++)
		sigaddset(&set, held[i]);
	sigprocmask(SIG_BLOCK, &set, before);
}

bool
staging_is_interrupted(void)
{
	sigset_t pending;
	size_t i;

	sigpending(&pending);
	for (i = 0; i < sizeof(held) / sizeof(held[0]); i++)
		if (sigismember(&pending, held[i]) == 1)
			return true;
	return false;
}

static bool
is_dots(const char *name)
{
	return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

int
staging_check(const struct home *h, const char *part)
{
	char path[HOME_PATH_MAX];
	const struct dirent *e;
	DIR *d;
	int err = home_path(h, part, path);

	if (err != 0)
		return err;
	if ((d = opendir(path)) == NULL)
		return errno == ENOENT ? 0 : err_from_errno(errno);
	while (err == 0 && (e = readdir(d)) != NULL)
		if (!is_dots(e->d_name))
			err = ERR_EXISTS;
	closedir(d);
	return err;
}

int
staging_begin(struct staging *s, struct home *h)
{
	char path[HOME_PATH_MAX], part[HOME_PATH_MAX];
	int err;

	*s = (struct staging){ .home = h };
	memcpy(s->target, h->dir, sizeof(s->target));
	if ((err = home_path(h, ".new-XXXXXX", path)) != 0)
		return err;
	hold(&s->before);
	s->is_open = true;
	if (mkdtemp(path) == NULL)
		return err_from_errno(errno);
	memcpy(h->dir, path, sizeof(h->dir));
	if ((err = home_path(h, "newsroom", part)) == 0 &&
	    (err = home_make_directories(part)) == 0 &&
	    (err = home_path(h, "member", part)) == 0)
		err = home_make_directories(part);
	return err;
}

/* Empty parts stay behind: there was nothing to write there. */
static int
move_part(const struct staging *s, const char *part)
{
	char from[HOME_PATH_MAX], to[HOME_PATH_MAX];
	int err;

	if (!home_has(s->home, part) || staging_check(s->home, part) == 0)
		return 0;
	if ((err = home_path(s->home, part, from)) != 0)
		return err;
	if (snprintf(to, sizeof(to), "%s/%s", s->target, part) >=
	    (int)sizeof(to))
		return ERR_LIMIT;
	return rename(from, to) == 0 ? 0 : err_from_errno(errno);
}

int
staging_commit(struct staging *s)
{
	size_t i;
	int fd, err = 0;

	for (i = 0; i < sizeof(parts) / sizeof(parts[0]) && err == 0; i++)
		err = move_part(s, parts[i]);
	if (err == 0 && (fd = open(s->target, O_RDONLY | O_CLOEXEC)) >= 0) {
		err = fsync(fd) == 0 ? 0 : err_from_errno(errno);
		close(fd);
	}
	return err;
}

static void
remove_tree(const char *path)
{
	char below[HOME_PATH_MAX];
	const struct dirent *e;
	DIR *d;

	if ((d = opendir(path)) != NULL) {
		while ((e = readdir(d)) != NULL)
			if (!is_dots(e->d_name) &&
			    snprintf(below, sizeof(below), "%s/%s", path,
				e->d_name) < (int)sizeof(below))
				remove_tree(below);
		closedir(d);
	}
	(void)remove(path);
}

void
staging_end(struct staging *s)
{
	if (!s->is_open)
		return;
	if (strcmp(s->home->dir, s->target) != 0)
		remove_tree(s->home->dir);
	memcpy(s->home->dir, s->target, sizeof(s->target));
	s->is_open = false;
	sigprocmask(SIG_SETMASK, &s->before, NULL);
}
