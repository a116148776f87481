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
	Q_WORDS
};

/*
 * Views are sets of threads. SQL asks for the set of views that a thread is in
 * as VIEWS_OF, one bit each in the order of this list: one place says what they
 * mean. "mine" is the queue as far as it is assigned to this member.
 */
enum view {
	VIEW_QUEUE,
	VIEW_MINE,
	VIEW_UNASSIGNED,
	VIEW_DUE,
	VIEW_CAME_BACK,
	VIEW_PARKED,
	VIEW_CLOSED,
	VIEW_BIN,
	VIEW_DANGER,
	VIEW_PLANT,
	VIEW_ALARM,
	VIEW_ALL,
	VIEWS
};
const char *view_name(enum view view);
#define VIEWS_OF "views_of(?1, t.facts, t.until, t.due)"
#define IS_MINE                                                \
	"EXISTS (SELECT 1 FROM assigned a WHERE a.member = ?2" \
	" AND a.thread = t.n)"
/* Makes that function known to the database. */
int view_init(struct book *b);

/* Binds today and this member's id ("" when not on the masthead). */
void query_bind(struct book *b, sqlite3_stmt *st);
/* A statement of its own, ended with sqlite3_finalize. */
int query_prepare(struct book *b, struct buf *text, sqlite3_stmt **ret_st);
int query_step(sqlite3_stmt *st);

/* The query of FTS5 for what was typed. ERR_FORMAT when it has no word. */
int words_query(const char *typed, struct buf *ret_query);

/* found.c: makes the tables of searches; then, into row i of a list, where the
 * words were found in document i. */
int found_init(struct book *b);
int found_put(struct book *b, struct text query, const int64_t *docs, size_t n,
    json_t *rows);

/* row.c: a thread as it stands in lists. */
int row_json(struct book *b, int64_t thread, json_t **ret_json);

/* cut.c: the files of a thread that came in parts, into what is shown of it. Of
 * more parts the newest are looked at: no source makes us do more. */
#define CUT_PIECES_MAX 8192
int cut_put(struct book *b, int64_t thread, json_t *o);

#endif
