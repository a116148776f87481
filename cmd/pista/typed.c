#include "typed.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/secret.h"
#include "cmd.h"
#include "os/file.h"
#include "os/term.h"
#include "say.h"

int
typed_read(const char *command, const char *what, int fd, size_t max,
    const char *advice, char **ret_text, size_t *ret_n)
{
	char subject[32];
	uint8_t *p = NULL;
	size_t n;
	int err;

	if (term_is_tty(fd))
		fprintf(stderr,
		    "Your %s (end with Ctrl-D on a line of its own):\n", what);
	snprintf(subject, sizeof(subject), "the %s", what);
	if ((err = file_read_secret_fd(fd, max, &p, &n)) != 0)
		return say_error(
		    command, subject, err, err == ERR_LIMIT ? advice : NULL);
	if (!text_is_utf8((struct text){ (char *)p, n })) {
		secret_free(&p);
		return say_error(
		    command, subject, ERR_FORMAT, "it must be text in UTF-8");
	}
	*ret_text = (char *)p;
	*ret_n = n;
	return CMD_OK;
}

int
typed_text(const char *command, const char *what, const char *path, size_t max,
    const char *advice, char **ret_text, size_t *ret_n)
{
	char subject[32], *text = NULL;
	FILE *f = NULL;
	size_t n;
	int status;

	if (path != NULL && (f = fopen(path, "re")) == NULL)
		return say_error(command, path, err_from_errno(errno), NULL);
	status = typed_read(command, what, f != NULL ? fileno(f) : STDIN_FILENO,
	    max, advice, &text, &n);
	if (f != NULL)
		fclose(f);
	if (status == CMD_OK && text_trim((struct text){ text, n }).n == 0) {
		secret_free(&text);
		snprintf(subject, sizeof(subject), "the %s", what);
		return say_error(command, subject, ERR_FORMAT,
		    "it is empty, nothing was sent");
	}
	if (status == CMD_OK) {
		*ret_text = text;
		*ret_n = n;
	}
	return status;
}

/* What a terminal gives at once is a line. */
static int
read_line(int fd, size_t max, uint8_t **ret_p, size_t *ret_n)
{
	uint8_t *p;
	ssize_t n;

	if (!term_is_tty(fd))
		return file_read_secret_fd(fd, max, ret_p, ret_n);
	if ((p = secret_new(max)) == NULL)
		return ERR_NOMEM;
	while ((n = read(fd, p, max)) < 0 && errno == EINTR)
		;
	if (n < 0) {
		secret_free(&p);
		return ERR_IO;
	}
	*ret_p = p;
	*ret_n = (size_t)n;
	return 0;
}

int
typed_line(const char *command, const char *what, size_t max, char **ret_line)
{
	uint8_t *p = NULL;
	struct text line;
	size_t n = 0;
	char *copy = NULL;
	int err;

	if (term_is_tty(STDIN_FILENO))
		fprintf(stderr, "%s: ", what);
	if ((err = read_line(STDIN_FILENO, max, &p, &n)) != 0)
		goto out;
	line = text_trim((struct text){ (char *)p, n });
	if (line.n == 0 || !text_is_line(line)) {
		err = ERR_FORMAT;
		goto out;
	}
	if ((copy = secret_new(line.n + 1)) == NULL) {
		err = ERR_NOMEM;
		goto out;
	}
	memcpy(copy, line.p, line.n);
	*ret_line = copy;
out:
	secret_free(&p);
	return err == 0 ? CMD_OK
			: say_error(command, "standard input", err,
			      "one line of text is wanted there");
}
