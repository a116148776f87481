/*
 * The pages people see: templates and translations compiled in, nothing read
 * at run time. This header is for whoever answers a GET; the pages behind a
 * POST are page/view.h.
 */
#ifndef PISTA_PAGE_PAGE_H
#define PISTA_PAGE_PAGE_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/text.h"
#include "masthead/masthead.h"
#include "wire/wire.h"

#define PAGE_START_MAX (30 * 1024) /* bytes of a GET page of usual size */
#define PAGE_MAX (512 * 1024)      /* bytes a caller's buffer may grow to */

/* The value of Content-Type, and of Content-Security-Policy (the one style is
 * named by its hash). Every page goes out with both. Static. page_start_policy
 * is for page_start alone: it lets the script in the page run, by its hash, and
 * those of page/script.h. */
#define PAGE_TYPE "text/html; charset=utf-8"
extern const char page_policy[];
extern const char page_start_policy[];

/* What the first page depends on, and nothing else in a request. */
struct page_place {
	const struct masthead *card;   /* verified; NULL: none yet */
	const struct stories *stories; /* NULL: none */
	enum wire_front front;         /* of the entry this came in by */
	const char *prefix;            /* "" or "/tips" */
	struct text pin; /* base64; empty: a page without script */
	uint32_t today;                /* day */
	struct text lang, story;       /* parameters as decoded; unknown values
					 * count as absent */
};

/*
 * Appends the constant GET page: two doors, the ways in, the languages. With
 * no card or an expired one it says closed by itself (receipts still open
 * answers while there is a card). ERR_NOMEM, ERR_LIMIT.
 */
int page_start(struct buf *b, const struct page_place *place);

/*
 * Appends a plain page for an HTTP status (400, 403, 404, 405, 411, 413, 415,
 * 431, 500, 503; others read like 400 or 500) in the place's language. place
 * may be NULL: then it is in English and names nobody.
 */
int page_error(struct buf *b, unsigned status, const struct page_place *place);

/* The languages pages exist in: "en" and those of po/. */
size_t page_languages(void);
const char *page_language(size_t i);
/* The page language for what was asked: it must be one of the card's too;
 * else the card's first one we have, else English. card may be NULL. */
size_t page_language_for(const struct masthead *card, struct text asked);

#endif
