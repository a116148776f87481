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
 * memory; empty when there is none. A swap file is as its file system is; one
 * whose device the kernel does not name counts as plain. */
int probe_plain_swap(char *out, size_t size);

/*
 * True when what is written to the block device of this name ("sda5", "dm-1")
 * is encrypted, or is memory: it is such a device itself, or all that it is
 * made of is. sysfs is where the kernel's tree of devices is mounted.
 */
bool probe_block_is_encrypted(const char *sysfs, const char *name);

#endif
