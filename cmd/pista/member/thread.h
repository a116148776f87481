/* A thread as a person reads it. */
#ifndef PISTA_CMD_MEMBER_THREAD_H
#define PISTA_CMD_MEMBER_THREAD_H

#include <jansson.h>
#include <stdint.h>

/* What book_show gives: what stands above its items, the items of one part, and
 * what stands below. */
void thread_print_top(const json_t *thread, uint32_t today);
void thread_print_items(const json_t *part);
void thread_print_end(const json_t *thread);

#endif
