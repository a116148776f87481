/*
 * Days since 1970-01-01 UTC. Nothing in Pista records a time of day.
 */
#ifndef PISTA_BASE_DAY_H
#define PISTA_BASE_DAY_H

#include <stdint.h>

#include "base/text.h"

#define DAY_TEXT_SIZE 10	/* YYYY-MM-DD */
#define DAY_MAX 2932896	/* 9999-12-31 */

uint32_t day_today(void);

/* Writes YYYY-MM-DD and a NUL. A day past DAY_MAX is written as DAY_MAX. */
void day_write(char out[static DAY_TEXT_SIZE + 1], uint32_t day);

/* Exactly YYYY-MM-DD, a real date of 1970 to 9999. ERR_FORMAT. */
int day_read(struct text a, uint32_t *ret_day);

#endif
