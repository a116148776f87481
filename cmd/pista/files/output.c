#include "files/output.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "os/term.h"

#define TEXT_MAX (4 * 1024 * 1024)
#define SUFFIX ".XXXXXX"

/* What a deadly signal must remove; one output at a time. */
static char doomed[OUTPUT_PATH_MAX];

static void
remove_doomed(int number)
{
	if (doomed[0] != '\0')
		(void)unlink(doomed);
	/* The handler was reset on entry: this ends the program. */
	(void)raise(number);
}

static void
guard_temporary(const struct output *t)
{
	static const int numbers[] = { SIGINT, SIGTERM, SIGHUP };
	struct sigaction sa = { .sa_handler = remove_doomed,
		.sa_flags = (int)SA_RESETHAND },
			 old;
	size_t i;

	memcpy(doomed, t->temporary, sizeof(doomed));
	for (i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		if (sigaction(numbers[i], NULL, &old) == 0 &&
		    old.sa_handler != SIG_IGN)
			(void)sigaction(numbers[i], &sa, NULL);
	}
}

/* The real place of path, so that a symbolic link stays one. ERR_LIMIT. */
static int
settle_path(struct output *t, const char *path)
{
	char *real = realpath(path, NULL);
	int n;

	n = snprintf(
	    t->path, sizeof(t->path), "%s", real != NULL ? real : path);
	free(real);
	if (n < 0 || (size_t)n + sizeof(SUFFIX) > sizeof(t->path))
		return ERR_LIMIT;
	return 0;
}

static int
open_temporary(struct output *t)
{
	mode_t mask = umask(0);

	(void)umask(mask);
	(void)snprintf(
	    t->temporary, sizeof(t->temporary), "%.4000s" SUFFIX, t->path);
	if ((t->fd = mkstemp(t->temporary)) < 0) {
		t->temporary[0] = '\0';
		return err_from_errno(errno);
	}
	guard_temporary(t);
	if (t->kind != OUTPUT_PLAIN && fchmod(t->fd, 0666 & ~mask) != 0)
		return err_from_errno(errno);
	return 0;
}

static int
open_path(struct output *t, const char *path, const struct input *input)
{
	struct stat st;
	int err;

	if ((err = settle_path(t, path)) != 0)
		return err;
	if (stat(t->path, &st) != 0)
		return errno == ENOENT ? open_temporary(t)
				       : err_from_errno(errno);
	if (S_ISREG(st.st_mode))
		return input_is_same(input, &st) ? ERR_CONFLICT
						 : open_temporary(t);
	t->fd = open(t->path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
	return t->fd < 0 ? err_from_errno(errno) : 0;
}

int
output_open(struct output *t, const char *path, enum output_kind kind,
    const struct input *input)
{
	int err = 0;

	*t = (struct output){ .name = path, .kind = kind, .fd = -1 };
	buf_init(&t->text, TEXT_MAX);
	if (path == NULL || strcmp(path, "-") == 0) {
		t->name = "standard output";
		t->fd = STDOUT_FILENO;
	} else {
		err = open_path(t, path, input);
	}
	if (err != 0)
		return err;
	t->is_tty = term_is_tty(t->fd);
	return t->is_tty && kind == OUTPUT_SEALED ? ERR_DENIED : 0;
}

const char *
output_advice(const struct output *t, int err)
{
	if (err == ERR_CONFLICT)
		return "it is the input; choose another output";
	if (err != ERR_DENIED || !t->is_tty)
		return NULL;
	return t->kind == OUTPUT_PLAIN
		   ? "the content is not plain text; use -o FILE"
		   : "a terminal cannot show sealed bytes; use -o FILE or -a";
}

static int
write_fd(struct output *t, const uint8_t *p, size_t n)
{
	ssize_t put;

	while (n > 0) {
		put = write(t->fd, p, n);
		if (put < 0 && errno != EINTR)
			return err_from_errno(errno);
		if (put > 0) {
			p += put;
			n -= (size_t)put;
		}
	}
	return 0;
}

/* Control characters would be obeyed by the terminal. */
static bool
is_showable(const uint8_t *p, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if ((p[i] < 0x20 && p[i] != '\n' && p[i] != '\t' &&
			p[i] != '\r') ||
		    p[i] == 0x7f)
			return false;
	}
	return true;
}

/* Writes out the armor that has come together. */
static int
flush_text(struct output *t)
{
	int err;

	if ((err = buf_finish(&t->text)) == 0)
		err = write_fd(t, t->text.p, t->text.n);
	buf_clear(&t->text);
	return err;
}

int
output_write(struct output *t, const uint8_t *p, size_t n)
{
	if (t->kind == OUTPUT_ARMORED) {
		armor_write(&t->armor, p, n, &t->text);
		return flush_text(t);
	}
	if (t->is_tty && !is_showable(p, n))
		return ERR_DENIED;
	return write_fd(t, p, n);
}

int
output_commit(struct output *t)
{
	int err, fd = t->fd;

	if (t->kind == OUTPUT_ARMORED) {
		armor_write_finish(&t->armor, &t->text);
		if ((err = flush_text(t)) != 0)
			return err;
	}
	/* The last word on whether the bytes arrived is close's. */
	t->fd = -1;
	if (close(fd) != 0)
		return err_from_errno(errno);
	if (t->temporary[0] == '\0')
		return 0;
	if (rename(t->temporary, t->path) != 0)
		return err_from_errno(errno);
	t->temporary[0] = '\0';
	doomed[0] = '\0';
	return 0;
}

void
output_close(struct output *t)
{
	if (t->fd > STDOUT_FILENO)
		(void)close(t->fd);
	if (t->temporary[0] != '\0') {
		(void)unlink(t->temporary);
		doomed[0] = '\0';
	}
	t->fd = -1;
	t->temporary[0] = '\0';
	buf_fini(&t->text);
}
