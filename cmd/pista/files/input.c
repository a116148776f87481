#include "files/input.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"

#define BACK_MAX (256 * 1024)

int
input_open(struct input *s, const char *path)
{
	*s = (struct input){ .name = path, .fd = -1 };
	buf_init(&s->back, BACK_MAX);
	if (path == NULL || strcmp(path, "-") == 0) {
		s->name = "standard input";
		s->fd = STDIN_FILENO;
		return 0;
	}
	s->fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	return s->fd < 0 ? err_from_errno(errno) : 0;
}

void
input_close(struct input *s)
{
	if (s->fd > STDIN_FILENO)
		(void)close(s->fd);
	mem_free(s->raw);
	buf_fini(&s->back);
	s->raw = NULL;
	s->fd = -1;
}

/* As much as there is, up to n. */
static int
read_fd(struct input *s, uint8_t *p, size_t n, size_t *ret_n)
{
	size_t done = 0;
	ssize_t got;

	while (done < n && !s->is_ended) {
		got = read(s->fd, p + done, n - done);
		if (got < 0 && errno != EINTR)
			return err_from_errno(errno);
		if (got == 0)
			s->is_ended = true;
		if (got > 0)
			done += (size_t)got;
	}
	*ret_n = done;
	return 0;
}

/* Decodes the next piece of armor into back, which is empty. */
static int
refill(struct input *s)
{
	size_t n;
	int err;

	if (s->raw == NULL && (s->raw = mem_new(1, INPUT_PIECE)) == NULL)
		return ERR_NOMEM;
	buf_clear(&s->back);
	s->at = 0;
	if ((err = read_fd(s, s->raw, INPUT_PIECE, &n)) != 0)
		return err;
	if ((err = armor_read(&s->armor, s->raw, n, &s->back)) != 0)
		return err;
	return s->is_ended ? armor_read_finish(&s->armor) : 0;
}

static size_t
take_back(struct input *s, uint8_t *p, size_t n)
{
	if (n > s->back.n - s->at)
		n = s->back.n - s->at;
	if (n > 0)
		memcpy(p, s->back.p + s->at, n);
	s->at += n;
	return n;
}

int
input_read(struct input *s, uint8_t *p, size_t n, size_t *ret_n)
{
	size_t done, more;
	int err;

	done = take_back(s, p, n);
	while (s->is_armored && done < n && !s->is_ended) {
		if ((err = refill(s)) != 0)
			return err;
		done += take_back(s, p + done, n - done);
	}
	if (!s->is_armored && done < n) {
		if ((err = read_fd(s, p + done, n - done, &more)) != 0)
			return err;
		done += more;
	}
	*ret_n = done;
	return 0;
}

int
input_give_back(struct input *s, const uint8_t *p, size_t n)
{
	struct buf rest;

	/* Behind a header that was read, decoded armor may still wait. */
	buf_init(&rest, BACK_MAX);
	buf_put(&rest, p, n);
	if (s->back.n > s->at)
		buf_put(&rest, s->back.p + s->at, s->back.n - s->at);
	buf_fini(&s->back);
	s->back = rest;
	s->at = 0;
	return buf_finish(&s->back);
}

int
input_detect_armor(struct input *s)
{
	uint8_t first;
	size_t n;
	int err;

	if ((err = read_fd(s, &first, 1, &n)) != 0)
		return err;
	if (n == 0)
		return 0;
	if (first == 'a')
		return input_give_back(s, &first, 1);
	s->is_armored = true;
	if ((err = armor_read(&s->armor, &first, 1, &s->back)) != 0)
		return err;
	return 0;
}

bool
input_is_same(const struct input *s, const struct stat *st)
{
	struct stat mine;

	return fstat(s->fd, &mine) == 0 && mine.st_dev == st->st_dev &&
	       mine.st_ino == st->st_ino;
}
