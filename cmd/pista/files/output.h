/*
 * The output of `pista seal` and `pista open`. A file appears whole or not at
 * all: it is written under another name beside its place and renamed at the
 * end. A device or pipe is written as it comes.
 */
#ifndef PISTA_CMD_FILES_OUTPUT_H
#define PISTA_CMD_FILES_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "age/armor.h"
#include "files/input.h"

#define OUTPUT_PATH_MAX 4096

enum output_kind {
	OUTPUT_SEALED,  /* mode 0666 less the umask; no terminal */
	OUTPUT_ARMORED, /* the same in armor; a terminal may show it */
	OUTPUT_PLAIN,   /* mode 0600; a terminal gets text only */
};

struct output {
	const char *name; /* for messages */
	enum output_kind kind;
	int fd;
	bool is_tty;
	char path[OUTPUT_PATH_MAX]; /* where it belongs */
	char temporary[OUTPUT_PATH_MAX];
	struct armor_writer armor;
	struct buf text; /* armor on its way out */
};

/* path NULL or "-" is standard output. ERR_CONFLICT when path is the input
 * itself, ERR_DENIED for sealed bytes to a terminal, others from the system;
 * name is set in any case. */
int output_open(struct output *t, const char *path, enum output_kind kind,
    const struct input *input);

/* What to do about an error of output_open or output_write, or NULL. */
const char *output_advice(const struct output *t, int err);

/* ERR_DENIED for what a terminal should not be sent. */
int output_write(struct output *t, const uint8_t *p, size_t n);

/* Ends the armor, puts the file in its place. */
int output_commit(struct output *t);

/* Closes; what was not committed leaves nothing behind. */
void output_close(struct output *t);

#endif
