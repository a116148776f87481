/*
 * What several pages show: looked up in card, stories and fields, and kept in
 * locked memory until the page stands.
 */
#ifndef PISTA_FORM_PARTS_H
#define PISTA_FORM_PARTS_H

#include "base/day.h"
#include "form/cut.h"

struct parts {
	struct view_word words[RECEIPT_WORDS];
	struct view_choice desks[MASTHEAD_DESKS_MAX];
	struct view_choice stories[PAGE_STORIES_MAX];
	struct view_wrong wrong[FORM_GATE];
	struct view_way ways[PAGE_WAYS_MAX];
	struct cut_texts cut;
	char token[2 * FORM_TOKEN_SIZE];
	char next_time[8];
	char next_day[DAY_TEXT_SIZE + 1];
	size_t bytes; /* of texts, for the size of the page */
};

struct view_site parts_site(const struct form *f);
/* What was typed into a field, counted for the size of the page. */
struct text parts_typed(
    const struct form *f, struct parts *p, enum post_field field);
struct text parts_token(const struct form *f, struct parts *p);
struct text parts_digits(const struct form *f);
/* The receipt as a number, where no list has words of the page's language. */
struct text parts_grouped(const struct form *f);

/* The desks to choose from, none when there is no choice; the stories; the
 * story the form came with, an empty one when it is none of ours. */
size_t parts_desks(const struct form *f, struct parts *p);
size_t parts_stories(const struct form *f, struct parts *p);
const struct story *parts_story(const struct form *f, struct parts *p);

/* When answers come next (enum view_next). */
int parts_next(const struct form *f, struct parts *p, size_t *ret_hours);
/* Days in which the desk promises an answer; 0: it promises nothing. */
size_t parts_promise(const struct form *f);
/* What the form of the next part shows; see cut_view. */
struct view_cut parts_cut(const struct form *f, struct parts *p, bool is_sent);
/* True when files keep their names. */
bool parts_is_named(const struct form *f);
/* Compares what was typed with the receipt. Nothing typed is wrong too. */
enum view_gate parts_gate(struct form *f, struct parts *p, size_t *ret_wrong);

#endif
