/*
 * Templates as tables. lib/page/generate.py turns assets/page/X.html and the
 * catalogs in po/ into one list of operations a page and language; this is
 * what the operations are and how they are carried out.
 *
 * How a value is written follows from the type of its field in page/view.h,
 * which the compiler looks up: struct text, struct lines and char * are escaped, size_t is
 * written in decimal, and only struct html stands as it is.
 */
#ifndef PISTA_PAGE_TEMPLATE_H
#define PISTA_PAGE_TEMPLATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/text.h"

/* Text that is HTML already. Made in lib/page only. */
struct html {
	struct text t;
};

/* Text whose line ends are shown. */
struct lines {
	struct text t;
};

enum template_kind {
	TEMPLATE_RAW,      /* text as it stands */
	TEMPLATE_TEXT,     /* struct text, escaped */
	TEMPLATE_LINES,    /* struct lines, escaped, with <br> */
	TEMPLATE_CSTR,     /* const char *, escaped */
	TEMPLATE_HTML,     /* struct html */
	TEMPLATE_NUMBER,   /* size_t, decimal */
	TEMPLATE_IF_BOOL,  /* go on at jump unless true */
	TEMPLATE_IF_TEXT,  /* unless not empty */
	TEMPLATE_IF_COUNT, /* unless not zero */
	TEMPLATE_IF_INT,   /* unless equal to value */
	TEMPLATE_JUMP,     /* go on at jump */
	TEMPLATE_EACH,     /* what follows up to jump, once an item */
};

struct template_op {
	uint8_t kind;
	bool is_top; /* the field is one of the page, not of the item */
	bool is_not; /* the condition is turned round */
	const char *raw;
	size_t n;     /* bytes of raw; bytes of an item */
	size_t field; /* where in the struct */
	size_t count; /* where the number of items is */
	int value;
	size_t jump;
};

struct template_list {
	const struct template_op *op;
	size_t n;
};

/* One page in every language, in the order of page_language(). */
struct template
{
	const struct template_list *languages;
};

/* What the generated tables are written with. */
#define TEMPLATE_AT(type, name) (((const type *)0)->name)
#define TEMPLATE_VALUE(type, name) \
	_Generic(TEMPLATE_AT(type, name),                                     \
	    struct text: TEMPLATE_TEXT, struct lines: TEMPLATE_LINES,                                       \
	    const char *: TEMPLATE_CSTR,                                      \
	    struct html: TEMPLATE_HTML,                                       \
	    size_t: TEMPLATE_NUMBER)
#define TEMPLATE_IF(type, name)                  \
	_Generic(TEMPLATE_AT(type, name), bool   \
		 : TEMPLATE_IF_BOOL, struct text \
		 : TEMPLATE_IF_TEXT, size_t      \
		 : TEMPLATE_IF_COUNT)
#define TEMPLATE_IF_IS(type, name) \
	_Generic(TEMPLATE_AT(type, name), int : TEMPLATE_IF_INT)
#define TEMPLATE_EACH_OF(type, name, item) \
	_Generic(TEMPLATE_AT(type, name), const item * : TEMPLATE_EACH)

/* Appends the page; view is the struct the template was made for. */
void template_render(
    struct buf *b, const struct template *t, size_t lang, const void *view);

/* Appends text with the five characters HTML gives a meaning escaped, and what
 * no page may contain (control characters) left out. */
void template_escape(struct buf *b, struct text t);

/* From the catalogs: the languages' codes, their own names, "ltr" or "rtl". */
extern const size_t template_languages;
extern const char *const template_language_code[];
extern const char *const template_language_name[];
extern const char *const template_language_dir[];

/* A page each; the tables are generated. */
extern const struct template template_start, template_error, template_closed, template_box,
    template_write, template_sent, template_answers, template_words,
    template_follow, template_withdraw, template_size;

#endif
