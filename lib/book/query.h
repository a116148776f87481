/*
 * Which threads: the views and what they mean, for lists and counts.
 */
#ifndef PISTA_BOOK_QUERY_H
#define PISTA_BOOK_QUERY_H

#include "book/inside.h"

/* Parameters of every condition on a thread t. */
enum query_parameter {
	Q_TODAY = 1,
	Q_ME,
	Q_DESK,
	Q_STORY,
	Q_LANG,
	Q_LABEL,
	Q_MEMBER,
	Q_KIND,
	Q_KIND_END,
	Q_SKIP,
	Q_LIMIT
};

struct view {
	const char *name;
	const char *condition;
};
#define VIEWS 12
extern const struct view views[VIEWS];
#define SHOWN "t.first IS NOT NULL AND t.hidden = 0"

/* Binds today and this member's id ("" when not on the masthead). */
void query_bind(struct book *b, sqlite3_stmt *st);
/* A statement of its own, ended with sqlite3_finalize. */
int query_prepare(struct book *b, struct buf *text, sqlite3_stmt **ret_st);
int query_step(sqlite3_stmt *st);

/* The query of FTS5 for what was typed. ERR_FORMAT when it has no word. */
int words_query(const char *typed, struct buf *ret_query);

/* row.c: a thread as it stands in lists. */
int row_json(struct book *b, int64_t thread, json_t **ret_json);

#endif
