/* Articles of a feed into the newsroom's list of stories. */
#ifndef PISTA_CMD_STORY_IMPORT_H
#define PISTA_CMD_STORY_IMPORT_H

#include <jansson.h>
#include <stddef.h>

#include "base/text.h"

/* What came of it. */
struct story_import {
	size_t added, changed, same;
	size_t skipped; /* without a title or an address */
	size_t dropped; /* the oldest, to stay within keep */
	size_t line;    /* where the feed ended to make sense */
};

/* The file at path ("-": standard input). The caller frees ret_feed->p with
 * mem_free. */
int story_import_open(const char *path, struct text *ret_feed);

/*
 * Reads a feed into list: an article with a known address keeps its id and gets
 * the title of the feed, a new one gets an id made of its address. The newest
 * come first; keep of them stay. Errors of feed_read.
 */
int story_import(struct text feed, size_t keep, json_t *list,
    struct story_import *ret_import);

/* Says what came of it in one line. */
void story_import_say(const struct story_import *import);

#endif
