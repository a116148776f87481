/*
 * The input of `pista seal` and `pista open`: a file or standard input, with
 * its armor taken off on request.
 */
#ifndef PISTA_CMD_FILES_INPUT_H
#define PISTA_CMD_FILES_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include "age/armor.h"

#define INPUT_PIECE 65536

struct input {
	const char *name; /* for messages */
	int fd;
	bool is_armored;
	struct armor_reader armor;
	bool is_ended;
	size_t at;       /* where the bytes to give next begin in back */
	struct buf back; /* decoded, or given back */
	uint8_t *raw;    /* armor as it was read */
};

/* path NULL or "-" is standard input. ERR_NOT_FOUND and others from the
 * system; name is set in any case. */
int input_open(struct input *s, const char *path);
void input_close(struct input *s);

/* Looks at the first byte: what is not binary age is taken for armor. */
int input_detect_armor(struct input *s);

/* Fills p with n bytes; *ret_n is less only at the end. */
int input_read(struct input *s, uint8_t *p, size_t n, size_t *ret_n);

/* Puts n bytes back before what comes next; nothing else may be held back. */
int input_give_back(struct input *s, const uint8_t *p, size_t n);

/* True when st is the very file that is read. */
bool input_is_same(const struct input *s, const struct stat *st);

#endif
