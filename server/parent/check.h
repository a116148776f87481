/* pistad check: what the operator should know before the first tip. */
#ifndef PISTA_PARENT_CHECK_H
#define PISTA_PARENT_CHECK_H

#include "parent/config.h"

/* Prints findings on standard output. Returns how many would keep pistad from
 * running well. */
int check(const struct config *c);

#endif
