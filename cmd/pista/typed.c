#include "typed.h"

#include <stdint.h>
#include <stdio.h>

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
