/*
 * What the first page asks for besides itself: the script that seals in the
 * browser, one file a language, the word lists, and the script that takes hidden
 * details out of files. Made by bundle.js, kept as gzip made them and served as
 * they are.
 */
#ifndef PISTA_PAGE_SCRIPT_H
#define PISTA_PAGE_SCRIPT_H

#include <stddef.h>

#define PAGE_SCRIPT_MAX 60000 /* bytes of a script, compressed */

struct page_script {
	const char *name; /* "seal-en.js": what stands behind "PREFIX/" */
	const char *type; /* value of Content-Type */
	const unsigned char *p;
	size_t n;
	const char *integrity; /* "sha256-BASE64" of the bytes before gzip */
};
extern const struct page_script page_scripts[];
extern const size_t page_scripts_n;

#define PAGE_SCRIPT_TYPE "text/javascript; charset=utf-8"

/* The same of the script that stands in the page itself. */
extern const char page_guard_integrity[];

#endif
