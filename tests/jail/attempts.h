/* What a process may try once it is jailed. Each returns true when it worked. */
#ifndef PISTA_TESTS_ATTEMPTS_H
#define PISTA_TESTS_ATTEMPTS_H

#include <stdbool.h>
#include <stddef.h>

#define KIND(k) (1u << (k))
#define KIND_NONE 0u
#define KIND_ALL 127u

struct attempt {
	const char *name;
	bool (*try)(void);
	unsigned allowed; /* kinds that may */
	unsigned deadly;  /* kinds that must die of it */
};

extern const struct attempt attempts[];
extern const size_t attempts_n;

#endif
