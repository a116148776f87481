/*
 * The constant pages, each rendered when it is first asked for and kept until
 * the place or the day changes.
 */
#ifndef PISTA_WEB_PAGES_H
#define PISTA_WEB_PAGES_H

#include "page/page.h"
#include "relay/station.h"

struct pages;
int pages_new(const struct station *s, struct pages **ret_pages);
void pages_free(struct pages **pages);

/* Answers r with the page for its entry, language and story. */
void pages_answer(struct pages *p, struct http_request *r);

/* Answers r with the page for a status other than 200. */
void pages_error(struct pages *p, struct http_request *r, unsigned status);

#endif
