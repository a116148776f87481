/* Days on the command line: "2026-12-24", "today", "+7". */
#ifndef PISTA_CMD_MEMBER_DAYARG_H
#define PISTA_CMD_MEMBER_DAYARG_H

#include <stdint.h>

/* Says what is wrong; returns an exit status. */
int dayarg(const char *command, const char *arg, uint32_t *ret_day);

#endif
