/*
 * Which threads a list holds: the options that `pista list' and `pista search'
 * share.
 */
#ifndef PISTA_CMD_MEMBER_FILTER_H
#define PISTA_CMD_MEMBER_FILTER_H

#include "member/work.h"

/* Rows for options_read_seat; what they set is borrowed. */
#define FILTER_OPTIONS(f)                                                      \
	{ "desk", .word = &(f)->query.desk },                                  \
	    { "story", .word = &(f)->query.story },                            \
	    { "lang", .word = &(f)->query.lang },                              \
	    { "label", .word = &(f)->query.label },                            \
	    { "member", .word = &(f)->query.member },                          \
	    { "kind", .word = &(f)->query.kind },                              \
	    { "order", .word = &(f)->order }, { "limit", .word = &(f)->most }, \
	{                                                                      \
		"json", .is = &(f)->is_json                                    \
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
	const char *order, *most; /* as they were given, or NULL */
	uint64_t limit;           /* 0: all */
	bool is_json;
};

/* What --order and --limit mean; an exit status. */
int filter_check(struct filter *f, const char *command);

/* Sets the view; an exit status. */
int filter_view(struct filter *f, const char *command, const char *view);

/* Prints the threads; none is what is said when there are none. */
int filter_show(struct filter *f, struct work *w, const char *none);

#endif
