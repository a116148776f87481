/*
 * The output of `pista seal` and `pista open`. A file appears whole or not at
 * all: it is written under another name beside its place and renamed at the
 * end. A device or pipe is written as it comes.
 */
#ifndef PISTA_CMD_FILES_TARGET_H
#define PISTA_CMD_FILES_TARGET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "age/armor.h"
#include "files/source.h"

#define TARGET_PATH_MAX 4096

enum target_kind {
	TARGET_SEALED,  /* mode 0666 less the umask; no terminal */
	TARGET_ARMORED, /* the same in armor; a terminal may show it */
	TARGET_PLAIN,   /* mode 0600; a terminal gets text only */
};

struct target {
	const char *name; /* for messages */
	enum target_kind kind;
	int fd;
	bool is_tty;
	char path[TARGET_PATH_MAX]; /* where it belongs */
	char temporary[TARGET_PATH_MAX];
	struct armor_writer armor;
	struct buf text; /* armor on its way out */
};

/* path NULL or "-" is standard output. ERR_CONFLICT when path is the source
 * itself, ERR_DENIED for sealed bytes to a terminal, others from the system;
 * name is set in any case. */
int target_open(struct target *t, const char *path, enum target_kind kind,
    const struct source *source);

/* What to do about an error of target_open or target_write, or NULL. */
const char *target_advice(const struct target *t, int err);

/* ERR_DENIED for what a terminal should not be sent. */
int target_write(struct target *t, const uint8_t *p, size_t n);

/* Ends the armor, puts the file in its place. */
int target_commit(struct target *t);

/* Closes; what was not committed leaves nothing behind. */
void target_close(struct target *t);

#endif
