/*
 * What may run on the newsroom's page, as the masthead's policy names it: one
 * "sha256-BASE64" for each script.
 */
#ifndef PISTA_CMD_NEWSROOM_SCRIPTS_H
#define PISTA_CMD_NEWSROOM_SCRIPTS_H

#include <stdbool.h>
#include <stdio.h>

#include "base/json.h"

/* One a line, as `--scripts' reads them. */
void scripts_print(FILE *to);

/*
 * Sets policy.scripts of the card that is edited: those of this version, or
 * with file those in it, one a line; with is_kept also what the card named
 * before. Errors of the file, ERR_FORMAT, ERR_LIMIT for too many.
 */
int scripts_set(json_t *card, const char *file, bool is_kept);

#endif
