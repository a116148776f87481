/* Which elements and attributes a page of ours may have. */
#ifndef PISTA_SITE_ELEMENT_H
#define PISTA_SITE_ELEMENT_H

#include "site/scan.h"

/* Where on the page an element may stand, and how its content is read. */
enum {
	ELEMENT_HEAD = 1,
	ELEMENT_BODY = 2,
	ELEMENT_RAW = 4 /* its content is text, whatever it looks like */
};

struct element {
	const char *name;
	unsigned how;
	const char *attributes; /* its own, each with a space behind it */
};

/* NULL for one that no page of ours has. */
const struct element *element_find(struct text name);

/* True when each attribute is one of the element's or one of those that all may
 * have. e NULL: it has none of its own. */
bool element_takes(const struct element *e, const struct scan_token *t);

#endif
