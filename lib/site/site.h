/*
 * What a newsroom's place serves, judged from outside by somebody who believes
 * none of it: a page, the head of an answer. Nothing here asks a network. The
 * page must be of the shape our templates make; whatever else stands in it is a
 * fault, whether or not it does harm.
 */
#ifndef PISTA_SITE_SITE_H
#define PISTA_SITE_SITE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/text.h"
#include "masthead/masthead.h"

#define SITE_HEAD_MAX 8192 /* bytes of the head of an answer */

/* What is wrong, in plain words (static), and the piece it was seen in
 * (borrowed from what was judged; may be empty, may hold any bytes). */
struct site_fault {
	const char *what;
	struct text at;
};

/* What belongs on the page that was asked for. */
struct site_rules {
	const char *prefix;         /* "" or "/tips" */
	struct text lang;           /* code of its language */
	struct text pin;            /* base64, for the script */
	const struct stories *stories; /* whose articles may be linked; NULL */
};

/* What was found on a good page. Texts are borrowed from it. */
struct site_page {
	struct text style;     /* between <style> and </style> */
	struct text guard;     /* the script that stands in it; p NULL: none */
	struct text integrity; /* of the script it loads, then */
	size_t forms;
};

/*
 * Reads a page: strict in its syntax (where browsers could read it in two ways
 * it is refused), only elements and attributes of ours, nothing that leads or
 * sends elsewhere, and either no script and no form or both scripts, the guard
 * before the first form. 0; ERR_FORMAT and *ret_fault.
 */
int site_page_read(struct text html, const struct site_rules *rules,
    struct site_page *ret_page, struct site_fault *ret_fault);

/* True when the style sheet loads nothing and hides nothing from a reader of
 * its text. */
bool site_style_is_plain(struct text style);

/* What the head of an answer must say. */
struct site_head_rules {
	const char *type;   /* Content-Type; NULL: any, once */
	const char *policy; /* Content-Security-Policy; NULL: any, once */
	bool is_packed;     /* Content-Encoding: gzip; else there is none */
	bool is_ours;       /* no proxy of the place's stands before it, so the
			     * connection is closed behind each answer */
	bool is_bare;       /* a refusal: only what must not be there counts */
	const struct masthead *card; /* whose onion address may be named */
};

/*
 * Judges a head as the client gives it: a status line, fields, an empty line.
 * Fields nobody needs are faults. 0 and *ret_note, whose what is not NULL for
 * something harmless that is better left out; ERR_FORMAT and *ret_fault.
 */
int site_head_check(struct text head, const struct site_head_rules *rules,
    struct site_fault *ret_note, struct site_fault *ret_fault);

/* Appends the fields that must be the same for everybody: all but the date. */
void site_head_constant(struct buf *b, struct text head);

/*
 * Appends the policy `ours` with its hashes replaced by those of other texts,
 * in the order they stand there (style, then script): the policy another
 * version sends with its page. ERR_FORMAT when the numbers differ.
 */
int site_policy_for(struct buf *b, const char *ours, const struct text *texts,
    size_t n);

#endif
