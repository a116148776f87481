/*
 * The parent's loop: keeps as many children of each role as there should be,
 * and ends them in order.
 */
#ifndef PISTA_PARENT_WATCH_H
#define PISTA_PARENT_WATCH_H

#include "parent/crew.h"

/* Runs until SIGTERM or SIGINT on `signals`, or until a child fails before the
 * place was open for the first time. Returns the exit status. */
int watch(struct crew *c, int signals);

#endif
