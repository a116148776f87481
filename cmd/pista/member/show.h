/*
 * What lib/book says as JSON, shown to a person or a program.
 */
#ifndef PISTA_CMD_MEMBER_SHOW_H
#define PISTA_CMD_MEMBER_SHOW_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"

/* One JSON value on a line of its own, wiped behind it. At a terminal nothing
 * but ASCII comes out. Returns an exit status. */
int show_json(const char *command, const json_t *value);

/* Members of o; empty, 0 and false when they are not there. */
struct text show_text_of(const json_t *o, const char *name);
uint64_t show_number_of(const json_t *o, const char *name);
bool show_is(const json_t *o, const char *name);
/* 0 when there is none. */
uint32_t show_day_of(const json_t *o, const char *name);

/* Texts of a list with commas between, empty as "-", in width columns (0: as
 * long as it is). */
void show_names(const json_t *list, size_t width);

/* The queue: a line of titles, then a line a thread. */
void show_threads(const json_t *threads, uint32_t today, bool has_titles);

/* "3d", "today", "2d late": how long yet. */
#define SHOW_SPAN_MAX 24
void show_left(char out[static SHOW_SPAN_MAX], uint32_t day, uint32_t today);

#endif
