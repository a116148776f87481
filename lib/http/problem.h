/*
 * Errors: RFC 9457 problem JSON for programs, a plain page for people. Neither
 * says more than the status and a few words of ours.
 */
#ifndef PISTA_HTTP_PROBLEM_H
#define PISTA_HTTP_PROBLEM_H

#include "http/server.h"

/* {"type":"about:blank","title":…,"status":…}; title is plain ASCII of ours
 * without quotes or backslashes. */
void http_problem(struct http_request *r, unsigned status, const char *title);

/* The same with one number more, such as "next" of a conflict. */
void http_problem_with(struct http_request *r, unsigned status,
    const char *title, const char *name, uint64_t value);

/* 405 with its Allow field. */
void http_problem_method(struct http_request *r, const char *allow);

/* The status and title that fit an error code of ours. */
void http_problem_err(struct http_request *r, int err);

/* A page of one line, in English, for people who took a wrong address. */
void http_plain(struct http_request *r, unsigned status, const char *line);

#endif
