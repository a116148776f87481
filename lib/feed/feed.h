/*
 * What a newsroom publishes about itself: RSS 2.0 and 1.0, Atom (RFC 4287), and
 * news sitemaps, read as one list of articles. Over expat; document type
 * declarations are refused, so there are no entities to expand.
 */
#ifndef PISTA_FEED_FEED_H
#define PISTA_FEED_FEED_H

#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

#define FEED_MAX (16 * 1024 * 1024)
#define FEED_ITEMS_MAX 10000
#define FEED_DEPTH_MAX 64
#define FEED_TITLE_MAX 300 /* bytes; longer ones are cut */
#define FEED_URL_MAX 1000  /* an item with a longer one is passed over */

/* Borrowed while take runs. Valid UTF-8 on one line, without tags. */
struct feed_item {
	struct text title;
	struct text url; /* http or https */
	struct text
	    lang;     /* as said for the item, else for the feed; or empty */
	uint32_t day; /* 0: not said */
};

typedef int feed_take(void *ctx, const struct feed_item *item);

/*
 * Calls take for each article with a title and an address, in their order, and
 * stops with what it returns if that is not 0. *ret_skipped: those without.
 * *ret_line: where the document ended to make sense, on ERR_FORMAT.
 * ERR_FORMAT also for a document of another kind, ERR_LIMIT, ERR_NOMEM.
 */
int feed_read(const void *p, size_t n, feed_take *take, void *ctx,
    size_t *ret_skipped, size_t *ret_line);

#endif
