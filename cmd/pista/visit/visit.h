/* A page of a place as it was asked for and came. */
#ifndef PISTA_CMD_VISIT_VISIT_H
#define PISTA_CMD_VISIT_VISIT_H

#include "visit/ask.h"

#define VISIT_CHECK_MAX 96
#define VISIT_PATH_MAX 256

struct site_visit {
	struct site *site;
	char check[VISIT_CHECK_MAX], path[VISIT_PATH_MAX];
	struct text asked, story; /* parameters; empty: absent */
	struct text lang;         /* that it must be in */
	struct site_answer answer;
	struct site_page page;
};

/* Says whether the page is byte for byte what this program's own version makes
 * from the place's card and stories; else where it begins to differ. */
void site_visit_compare(struct site_visit *v);

#endif
