/* The directory of the database, before keep makes it its whole world. */
#ifndef PISTA_PARENT_DIRECTORY_H
#define PISTA_PARENT_DIRECTORY_H

#include <stdint.h>

/*
 * Makes path when it is missing, readable by nobody else; with uid not 0 it and
 * the files in it belong to uid and gid afterwards. Says what it changed and
 * what failed.
 */
int directory_prepare(const char *path, uint32_t uid, uint32_t gid);

#endif
