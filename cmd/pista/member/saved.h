/*
 * Files that are saved into a directory of the person's: nothing there is
 * overwritten, and no file has its name before it is whole.
 */
#ifndef PISTA_CMD_MEMBER_SAVED_H
#define PISTA_CMD_MEMBER_SAVED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct saved {
	int dir_fd;
	int fd;                  /* of the file being written; -1: none */
	char name[64], part[80]; /* its name, and its name till then */
	size_t files;            /* that are whole */
	int errnum;              /* why the last one is not */
};

/* One file after the other. ERR_EXISTS, and errors of the system. */
int saved_begin(struct saved *s, const char *name);
bool saved_is_open(const struct saved *s);
int saved_put(struct saved *s, const uint8_t *p, size_t n);
int saved_finish(struct saved *s);
/* Takes away what is not whole. */
void saved_drop(struct saved *s);

#endif
