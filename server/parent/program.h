/* Where the executables of the children are. */
#ifndef PISTA_PARENT_PROGRAM_H
#define PISTA_PARENT_PROGRAM_H

#include <stddef.h>

#include "wire/wire.h"

/*
 * In this order: the directory PISTA_LIBEXEC of the environment (never when
 * started with borrowed rights), ../ROLE/ beside our own executable as in the
 * build directory, the directory of the installation.
 */
int program_find(enum wire_role role, char *ret_path, size_t size);

#endif
