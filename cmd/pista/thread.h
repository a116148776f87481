/* A thread as a person reads it. */
#ifndef PISTA_CMD_THREAD_H
#define PISTA_CMD_THREAD_H

#include <jansson.h>
#include <stdint.h>

/* thread: what book_show gives. */
void thread_print(const json_t *thread, uint32_t today);

#endif
