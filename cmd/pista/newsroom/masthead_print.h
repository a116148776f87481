/* A card in plain words. */
#ifndef PISTA_CMD_NEWSROOM_MASTHEAD_PRINT_H
#define PISTA_CMD_NEWSROOM_MASTHEAD_PRINT_H

#include <stdio.h>

#include "masthead/masthead.h"

void masthead_print(const struct masthead *m);

/* "3 days left", "EXPIRED" and the like. */
void masthead_print_left(FILE *to, const struct masthead *m);

#endif
