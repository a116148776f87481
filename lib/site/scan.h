/*
 * The strict tokenizer under site_page_read: HTML as our templates write it,
 * which is a small part of what browsers read.
 */
#ifndef PISTA_SITE_SCAN_H
#define PISTA_SITE_SCAN_H

#include "site/site.h"

#define SCAN_ATTRIBUTES_MAX 24

struct scan_attribute {
	struct text name, value; /* value as it stands, p NULL: there is none */
};

enum scan_kind { SCAN_START, SCAN_END, SCAN_TEXT, SCAN_EOF };

struct scan_token {
	enum scan_kind kind;
	struct text text; /* all of it, as it stands */
	struct text name; /* of an element */
	struct scan_attribute attributes[SCAN_ATTRIBUTES_MAX];
	size_t attributes_n;
};

struct scan {
	struct text rest;
	struct site_fault *fault;
};

/* The doctype first; then html is valid UTF-8 without control characters. */
int scan_begin(struct scan *s, struct text html, struct site_fault *fault);

/* The next token; ERR_FORMAT and the fault. */
int scan_next(struct scan *s, struct scan_token *ret_token);

/* All up to the end tag of the element whose start was just read, in which a
 * browser reads no elements; moves behind the end tag. */
int scan_raw(struct scan *s, struct text element, struct text *ret_content);

/* The value of an attribute; p NULL when it is absent. */
struct text scan_value(const struct scan_token *t, const char *name);

/* Sets the fault. Returns ERR_FORMAT. */
int scan_fault(struct site_fault *fault, const char *what, struct text at);

#endif
