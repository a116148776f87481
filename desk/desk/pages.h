/*
 * What of the page is the same for everybody: compiled in by embed.py.
 */
#ifndef PISTA_DESK_PAGES_H
#define PISTA_DESK_PAGES_H

#include "http/server.h"

struct pages_file {
	const char *path, *type; /* path "": not served */
	const uint8_t *p;        /* a NUL behind it is not counted */
	size_t n;
};
extern const struct pages_file pages_files[];
extern const size_t pages_files_n;

/* NULL when there is none. */
const struct pages_file *pages_find(struct text path);

/* The canned answers that come with the program; empty when there are none. */
struct text pages_canned(void);

void pages_answer(const struct pages_file *f, struct http_request *r);

/* What every answer carries besides: nothing of it is for another page to
 * frame, embed or hold a handle of. ERR_NOMEM. */
int pages_guard(struct http_answer *a);

#endif
