/*
 * Which threads a list holds: the options that `pista list' and `pista search'
 * share.
 */
#ifndef PISTA_CMD_MEMBER_FILTER_H
#define PISTA_CMD_MEMBER_FILTER_H

#include "member/work.h"

enum {
	FILTER_DESK = 0x1200,
	FILTER_STORY,
	FILTER_LANG,
	FILTER_LABEL,
	FILTER_MEMBER,
	FILTER_KIND,
	FILTER_ORDER,
	FILTER_LIMIT,
	FILTER_JSON
};
#define FILTER_OPTIONS                                            \
	{ "desk", required_argument, NULL, FILTER_DESK },         \
	    { "story", required_argument, NULL, FILTER_STORY },   \
	    { "lang", required_argument, NULL, FILTER_LANG },     \
	    { "label", required_argument, NULL, FILTER_LABEL },   \
	    { "member", required_argument, NULL, FILTER_MEMBER }, \
	    { "kind", required_argument, NULL, FILTER_KIND },     \
	    { "order", required_argument, NULL, FILTER_ORDER },   \
	    { "limit", required_argument, NULL, FILTER_LIMIT },   \
	{                                                         \
		"json", no_argument, NULL, FILTER_JSON            \
	}
#define FILTER_USAGE                                                         \
	"  --desk ID              of this desk\n"                            \
	"  --story ID             about this story\n"                        \
	"  --lang L               in this language\n"                        \
	"  --label LABEL          with this label\n"                         \
	"  --member ID            assigned to this member; \"me\" is you\n"  \
	"  --kind TYPE            with a file of this type: image/, "        \
	"application/pdf\n"                                                  \
	"  --order ORDER          due (what is due first), newest, oldest\n" \
	"  --limit N              at most N (100; with --json and 0: all)\n" \
	"  --json                 one JSON object a line\n"

struct filter {
	struct book_query query;
	uint64_t limit; /* 0: all */
	bool has_limit, is_json;
};

/* False when option is none of FILTER_OPTIONS, or its argument makes no sense,
 * which is said then. */
bool filter_option(
    struct filter *f, const char *command, int option, const char *arg);

/* Sets the view; an exit status. */
int filter_view(struct filter *f, const char *command, const char *view);

/* Prints the threads; none is what is said when there are none. */
int filter_show(struct filter *f, struct work *w, const char *none);

#endif
