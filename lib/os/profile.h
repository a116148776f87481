/*
 * A directory in memory for a browser: nothing of it ever reaches a disk, and
 * when we end nothing is left of it.
 */
#ifndef PISTA_OS_PROFILE_H
#define PISTA_OS_PROFILE_H

#include <stdbool.h>
#include <stddef.h>

#define PROFILE_PATH_MAX 256

struct profile {
	char path[PROFILE_PATH_MAX];
	int fd; /* holds the lock that says it is in use; -1: there is none */
};

/*
 * Makes one, mode 0700, in $XDG_RUNTIME_DIR or else in /dev/shm, whichever is
 * ours to use and lies in memory. ERR_UNSUPPORTED when there is no such place.
 */
int profile_make(struct profile *ret_profile);

/* Removes what this user's processes left behind when they were killed. False
 * when some of it is in use, perhaps by one that is just dying. */
bool profile_sweep(void);
/* The same, and waits for those who are dying until all stays gone. */
void profile_sweep_all(void);

/* A directory in it, mode 0700; a file in it, mode 0600. name is relative. */
int profile_directory(const struct profile *p, const char *name);
int profile_write(
    const struct profile *p, const char *name, const void *bytes, size_t n);

/* A file that is wanted no more; it need not be there. */
void profile_drop(const struct profile *p, const char *name);

/* Removes it with all that is in it. Nobody may write there any more. */
void profile_remove(struct profile *p);

#endif
