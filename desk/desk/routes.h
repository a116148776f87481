/*
 * Everything the page can ask, one row each: docs/formats/desk-page.md.
 */
#ifndef PISTA_DESK_ROUTES_H
#define PISTA_DESK_ROUTES_H

#include "desk/ask.h"

/* NULL when there is none. */
const struct ask_route *routes_find(struct text path, enum http_method method);

/* Both without a token. */
ask_fn routes_enter, routes_prove;

/* state.c */
ask_fn state_get;
/* opening.c */
ask_fn opening_unlock, opening_lock, opening_panic;
/* threads.c */
ask_fn threads_list, threads_show, threads_open;
/* act.c */
ask_fn act_do, act_undo;
/* words.c */
ask_fn words_note, words_answer, words_tell, words_hand, words_delete,
    words_parts, words_draft, words_canned;
/* file.c */
ask_fn file_text, file_fetch, file_save;
/* round.c */
ask_fn round_sync;

#endif
