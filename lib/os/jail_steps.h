/*
 * The steps of a jail that take a file each. Only jail.c and namespaces.c call
 * these; every one is for good.
 */
#ifndef PISTA_OS_JAIL_STEPS_H
#define PISTA_OS_JAIL_STEPS_H

#include <stdint.h>

#include "os/jail.h"

/* Keeps only the capabilities whose bit is set in kept: in the bounding set, so
 * that no program started later has more, and in our own. */
int jail_drop_bounding(uint64_t kept);
int jail_drop_capabilities(uint64_t kept);

/* No file of any kind, but for some those beneath the directory we stand in,
 * and for fetch what the system's libraries read. Of what the kernel knows:
 * ERR_UNSUPPORTED when it knows no Landlock at all. */
int jail_landlock(enum jail_kind kind);

/* The system calls of one kind of process. */
int jail_seccomp(const struct jail *j);

#endif
