/* A text that somebody writes or pipes in: words about a source never stand on
 * the command line, where others on the machine could see them. */
#ifndef PISTA_CMD_TYPED_H
#define PISTA_CMD_TYPED_H

#include <stddef.h>

/*
 * Reads fd to its end into secret memory, which the caller frees with
 * secret_free; a terminal is asked for "Your WHAT". It must be UTF-8 of at most
 * max bytes. Says what is wrong, with advice for a text that is too long;
 * returns an exit status.
 */
int typed_read(const char *command, const char *what, int fd, size_t max,
    const char *advice, char **ret_text, size_t *ret_n);

/* The same from the file at path, or from standard input when that is NULL; an
 * empty text is refused. */
int typed_text(const char *command, const char *what, const char *path,
    size_t max, const char *advice, char **ret_text, size_t *ret_n);

/* One line of standard input, trimmed, NUL-terminated; a terminal is asked
 * "WHAT: ". Not empty. */
int typed_line(
    const char *command, const char *what, size_t max, char **ret_line);

#endif
