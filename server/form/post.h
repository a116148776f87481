/*
 * A form as it streams in: text fields are kept in locked memory, files are
 * passed on byte by byte.
 */
#ifndef PISTA_FORM_POST_H
#define PISTA_FORM_POST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/secret.h"
#include "base/text.h"

#define POST_MESSAGE_MAX \
	(128 * 1024) /* kept, to be shown back; more than a
					 * letter takes */
#define POST_ARENA (POST_MESSAGE_MAX + 24 * 1024) /* locked bytes */

enum post_field {
	POST_DO,
	POST_LANG,
	POST_STORY,
	POST_RECEIPT,   /* digits, hidden */
	POST_TOKEN,     /* hex, hidden */
	POST_POSITIONS, /* which words were asked for, hidden */
	POST_W1,
	POST_W2,
	POST_W3,
	POST_ALL,   /* or all nine words */
	POST_WORDS, /* a receipt, to read answers */
	POST_MESSAGE,
	POST_PASSAGE,
	POST_TERMS,
	POST_NAME,
	POST_CONTACT,
	POST_DESK,
	POST_NAMES, /* "yes": files keep their names */
	POST_PART,  /* number of a part, as typed */
	POST_OF,    /* of how many */
	POST_HAVE,  /* the parts that came before, hidden */
	POST_SURE,  /* "yes": a withdrawal is meant */
	POST_FIELDS
};

/* Where files go. begin comes with the first byte of a file (an empty part is
 * no file); name is borrowed until it returns. */
struct post_files {
	void (*begin)(void *ctx, struct text name);
	void (*data)(void *ctx, const uint8_t *p, size_t n);
	void (*end)(void *ctx);
};

struct post;

/* content_type names the boundary. Memory comes from arena (POST_ARENA).
 * ERR_UNSUPPORTED, ERR_FORMAT, ERR_NOMEM. */
int post_new(struct secret_arena *arena, struct text content_type,
    const struct post_files *files, void *ctx, struct post **ret_post);

/* The next bytes of the body. Errors are kept for post_finish. */
void post_put(struct post *p, const uint8_t *bytes, size_t n);

/* The body is over, or was given up. ERR_FORMAT or ERR_LIMIT for what no
 * browser sends, ERR_TRUNCATED. Fields read so far stay valid. */
int post_finish(struct post *p);

/* A field: valid UTF-8, lines ended by LF, no other control characters; empty
 * when it did not come. Borrowed. */
struct text post_text(const struct post *p, enum post_field field);

/* True when a field was longer than what is kept of it. */
bool post_is_cut(const struct post *p);
/* True when text came behind the first byte of a file. */
bool post_is_late(const struct post *p);

#endif
