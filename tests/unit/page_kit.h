/* A card and stories for tests of pages, made without a signature. */
#ifndef PISTA_TESTS_PAGE_KIT_H
#define PISTA_TESTS_PAGE_KIT_H

#include "masthead/masthead.h"

#define PAGE_KIT_TODAY 20000

/* Both are current on PAGE_KIT_TODAY; freed with the functions below. */
struct masthead *page_kit_card(void);
void page_kit_card_free(struct masthead **card);
struct stories *page_kit_stories(void);

#endif
