/*
 * Allocation. Everything on the heap comes through here, so that the torture
 * tests can make the Nth allocation fail.
 */
#ifndef PISTA_BASE_MEM_H
#define PISTA_BASE_MEM_H

#include <stddef.h>

/* Zeroed memory for n objects of size bytes; NULL when there is none or the
 * product overflows. The caller frees with mem_free. */
void *mem_new(size_t n, size_t size);

/* Resizes p (NULL: new) to n objects of size bytes; the added part is not
 * zeroed. NULL leaves p as it was. */
void *mem_resize(void *p, size_t n, size_t size);

/* A NUL-terminated copy of n bytes. */
char *mem_text(const char *p, size_t n);

void mem_free(void *p);

/* Test hook: the nth allocation from now (1 = the next) fails, later ones
 * succeed again; 0 switches it off. Returns how many were made since the last
 * call. */
unsigned long mem_fail_at(unsigned long nth);

/* True when the next allocation must fail; counts it. For allocators other
 * than mem_new (locked memory). */
_Bool mem_is_failing(void);

#endif
