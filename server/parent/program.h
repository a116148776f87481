/* Where the executables of the children are. */
#ifndef PISTA_PARENT_PROGRAM_H
#define PISTA_PARENT_PROGRAM_H

#include <stddef.h>

#include "wire/wire.h"

/* As os/program.h says; in the build directory ../ROLE/ beside our own. */
int program_of(enum wire_role role, char *ret_path, size_t size);

#endif
