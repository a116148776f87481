/*
 * What only this member has: drafts, canned answers of their own, and acts that
 * are not with colleagues yet. Kept in one sealed file that is written at every
 * change, so that neither a crash nor a pulled plug costs words.
 */
#ifndef PISTA_DESK_MEMO_H
#define PISTA_DESK_MEMO_H

#include "book/book.h"

#define MEMO_DRAFTS_MAX 1000 /* of each kind */
#define MEMO_CANNED_MAX 200
#define MEMO_ID_MAX 40
#define MEMO_TITLE_MAX 200

struct memo;

struct memo_options {
	const char *path;                  /* static */
	const uint8_t *newsroom;           /* 16 bytes */
	const struct open_identities *ids; /* borrowed, like all of these */
	struct book *book;
};

/*
 * Takes what is in the file, and lays the acts in it into the book. What cannot
 * be read (ERR_AUTH, ERR_FORMAT, ...) is moved aside to PATH.damaged, and
 * *ret_is_damaged says so.
 */
int memo_open(
    const struct memo_options *o, bool *ret_is_damaged, struct memo **ret_memo);
void memo_close(struct memo **memo);

/* Writes the file; what waits in the book goes with it. */
int memo_save(struct memo *m);

/* What is being written about a thread: to the source, or for colleagues. */
enum memo_kind { MEMO_ANSWER, MEMO_NOTE, MEMO_KINDS };

/* Borrowed until the next change; empty when there is none. */
struct text memo_draft(const struct memo *m, enum memo_kind kind,
    const uint8_t thread[static THREAD_SIZE]);
/* Empty text drops it. ERR_LIMIT. */
int memo_set_draft(struct memo *m, enum memo_kind kind,
    const uint8_t thread[static THREAD_SIZE], struct text text);

/* [{"id","lang","title","text","own":true}], borrowed. */
json_t *memo_canned(const struct memo *m);
/* id empty: a new one. Empty text drops it. ERR_NOT_FOUND, ERR_LIMIT. */
int memo_set_canned(struct memo *m, struct text id, struct text lang,
    struct text title, struct text text, char ret_id[static MEMO_ID_MAX + 1]);

#endif
