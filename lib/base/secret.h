/*
 * Memory for secrets and plaintext: locked, left out of core dumps, between
 * guard pages, wiped when freed. Locking may fail silently where the limit is
 * low; `pistad check` reports that.
 */
#ifndef PISTA_BASE_SECRET_H
#define PISTA_BASE_SECRET_H

#include <stdbool.h>
#include <stddef.h>

/* Zeroed locked memory of n bytes, or NULL. */
void *secret_new(size_t n);

/* Wipes and frees *p (NULL is fine) and clears it. p points to any pointer. */
void secret_free(void *p);

/* Wipes n bytes so that the compiler cannot drop it. */
void secret_wipe(void *p, size_t n);

/* Constant-time: true when both hold the same n bytes. */
bool secret_is_equal(const void *a, const void *b, size_t n);

/* One arena a request: pieces are taken from one locked block and all wiped
 * and freed together. */
struct secret_arena;
int secret_arena_new(size_t max, struct secret_arena **ret_arena);
void secret_arena_free(struct secret_arena **arena);

/* n zeroed bytes aligned for any type, or NULL when the arena is full. */
void *secret_take(struct secret_arena *arena, size_t n);

#endif
