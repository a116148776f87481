/*
 * One request of the page, from its head to the last byte of its answer. Bodies
 * hold passphrases and answers to sources, so they are kept in secret memory.
 */
#ifndef PISTA_DESK_ASK_H
#define PISTA_DESK_ASK_H

#include <jansson.h>

#include "base/buf.h"
#include "http/server.h"

#define ASK_BODY_MAX (256 * 1024)

struct desk;
struct ask;
struct saving;

/*
 * Answers with JSON: ret_out, which may stay NULL for {}. An error becomes a
 * problem. ASK_LATER: the answer comes later, by ask_answer or ask_error.
 */
#define ASK_LATER 1
typedef int ask_fn(struct desk *d, struct ask *a, json_t **ret_out);

struct ask_route {
	const char *path;
	enum http_method method;
	ask_fn *fn;
	bool is_always; /* also while locked */
	bool is_quiet;  /* nobody need be there for it */
	bool is_first;  /* comes before the token */
};

struct ask {
	struct desk *desk;
	struct http_request *request;
	const struct ask_route *route;
	uint8_t *body; /* secret */
	size_t body_n;
	json_t *in;
	struct buf out;
	struct saving *saving; /* a file on its way out */
	struct ask *next;      /* in desk.waiting */
	uint64_t until;        /* waiting: answered then at the latest */
	uint64_t after;        /* waiting for a state newer than this */
	int late; /* waiting: the error it is answered with, or 0 */
};

/* For struct http_options; ctx is the desk. */
extern const struct http_handler ask_callbacks;

void ask_answer(struct ask *a, json_t *out); /* takes out; NULL: {} */
void ask_error(struct ask *a, int err);
/* code: one of docs/formats/desk-page.md. */
void ask_problem(
    struct ask *a, unsigned status, const char *code, const char *title);

/* Puts a among those who wait; the callback then returns ASK_LATER. */
void ask_wait(struct ask *a, uint64_t until);
/* Takes it out again. */
void ask_unwait(struct ask *a);

/* A parameter behind the '?', unescaped; NULL when it is not there. Freed with
 * mem_free. ERR_FORMAT, ERR_LIMIT, ERR_NOMEM. */
int ask_parameter(
    const struct ask *a, const char *name, size_t max, char **ret_value);
int ask_number(const struct ask *a, const char *name, uint64_t max,
    uint64_t *ret_value); /* ERR_NOT_FOUND when it is not there */

/* Members of the body that may be missing: then false, 0 or empty text. */
int ask_bool(const json_t *o, const char *name, bool *ret_value);
int ask_text(
    const json_t *o, const char *name, size_t max, struct text *ret_text);

/* The thread a body names. */
struct book_thread;
int ask_thread(struct ask *a, const json_t *o, struct book_thread *ret_thread);

#endif
