/*
 * The script that seals in the browser, and the word lists: the same bytes for
 * everybody.
 */
#ifndef PISTA_WEB_SCRIPT_H
#define PISTA_WEB_SCRIPT_H

#include "http/server.h"

/* Answers r when path (behind the prefix) is one of them; else false. */
bool script_answer(struct http_request *r, struct text path);

#endif
