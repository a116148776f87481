/* Where the executables that belong to us are. */
#ifndef PISTA_OS_PROGRAM_H
#define PISTA_OS_PROGRAM_H

#include <stddef.h>

/*
 * The path of the executable called name. In this order: the directory
 * PISTA_LIBEXEC of the environment (never when started with borrowed rights),
 * the directory `beside', named as seen from our own executable as it stands in
 * the build directory ("../keep"), the directory of the installation. That it
 * is there is not checked for the first and the last. ERR_LIMIT.
 */
int program_find(const char *name, const char *beside, const char *installed,
    char *ret_path, size_t size);

#endif
