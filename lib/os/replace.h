/*
 * A file written piece by piece that takes the place of another at the end: who
 * reads the path sees the old content or the new, never half.
 */
#ifndef PISTA_OS_REPLACE_H
#define PISTA_OS_REPLACE_H

#include <stddef.h>

struct replace;

/* Begins beside path. ERR_NOMEM, ERR_DENIED and others from the system. */
int replace_begin(const char *path, struct replace **ret_replace);
/* Appends. ERR_FULL and others. */
int replace_put(struct replace *r, const void *p, size_t n);
/* Sets the permission bits mode, whatever the umask, flushes, renames and
 * flushes the directory. On failure path is as before. */
int replace_commit(struct replace *r, unsigned mode);
/* Removes what was not committed. */
void replace_free(struct replace **replace);

#endif
