/*
 * What this system can do, for `pistad check`. Nothing here changes anything.
 */
#ifndef PISTA_OS_PROBE_H
#define PISTA_OS_PROBE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>


/* True when system call filters can end a process. */
bool probe_seccomp(void);

/* True when the namespaces of the parent can be entered by who we are. */
bool probe_namespaces(void);

/* Bytes of memory one process may lock; UINT64_MAX: all it has, as a form then
 * does. */
uint64_t probe_lockable(void);

/* Writes the path of a swap area that is neither encrypted nor compressed
 * memory; empty when there is none. */
int probe_plain_swap(char *out, size_t size);

#endif
