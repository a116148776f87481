/* Part of seccomp.c: what only fetch may. */
#ifndef PISTA_OS_SECCOMP_DIAL_H
#define PISTA_OS_SECCOMP_DIAL_H

#include <seccomp.h>
#include <stdbool.h>

/* Reaching a server and a name server. Negative: an error of err.h. */
int seccomp_allow_dialling(scmp_filter_ctx ctx, bool has_unix);

#endif
