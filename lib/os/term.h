/* The person at the terminal. */
#ifndef PISTA_OS_TERM_H
#define PISTA_OS_TERM_H

#include <stdbool.h>
#include <stddef.h>

#define TERM_SECRET_MAX 1024 /* bytes of an answer */

/* True when fd is a terminal. */
bool term_is_tty(int fd);

/* Columns of the terminal fd; 0 when it is none or does not say. */
size_t term_columns(int fd);

/*
 * Writes prompt to the controlling terminal and reads one line from it without
 * showing it. The answer is NUL-terminated, without its line end, in locked
 * memory that the caller frees with secret_free. A signal that comes meanwhile
 * is delivered after the terminal is as it was; when the program goes on after
 * a stop, the prompt is written again.
 * ERR_UNSUPPORTED without a terminal, ERR_LIMIT for a longer line, ERR_CLOSED
 * at its end or after a signal that the program survives.
 */
int term_prompt_secret(const char *prompt, char **ret_answer, size_t *ret_n);

#endif
