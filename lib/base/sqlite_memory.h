/* SQLite's memory. */
#ifndef PISTA_BASE_SQLITE_MEMORY_H
#define PISTA_BASE_SQLITE_MEMORY_H

#include <stdbool.h>

/* Makes SQLite allocate through base/mem.h and, if is_wiped, wipe what it frees;
 * for the whole process, before anything else of SQLite is used. ERR_SYS. */
int sqlite_memory_init(bool is_wiped);

#endif
