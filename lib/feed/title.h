/* A title as people read it, out of what feeds write. Part of lib/feed. */
#ifndef PISTA_FEED_TITLE_H
#define PISTA_FEED_TITLE_H

#include <stdbool.h>

#include "base/buf.h"

/* Appends in to out on one line: white space becomes one space, control
 * characters and turns of direction go; with is_html also tags, and character
 * references become what they stand for. What does not fit out any more is cut
 * off between two characters. in is valid UTF-8. */
void title_put(struct buf *out, struct text in, bool is_html);

#endif
