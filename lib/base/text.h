/*
 * Borrowed text: pointer and length, not NUL-terminated, owned elsewhere.
 */
#ifndef PISTA_BASE_TEXT_H
#define PISTA_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct text {
	const char *p;
	size_t n;
};

#define TEXT(literal) ((struct text){ (literal), sizeof(literal) - 1 })

struct text text_from(const char *s);	/* NULL gives empty text */
bool text_is_equal(struct text a, struct text b);
bool text_is(struct text a, const char *s);
bool text_has_prefix(struct text a, const char *prefix);
bool text_has_suffix(struct text a, const char *suffix);

/* Cuts up to sep off the front of *rest and returns it; the rest moves behind
 * sep, or becomes empty with p NULL when there is no sep left. */
struct text text_cut(struct text *rest, char sep);

/* Without ASCII white space at both ends. */
struct text text_trim(struct text a);

/* Decimal digits only, no sign, at most max. ERR_FORMAT, ERR_LIMIT. */
int text_to_u64(struct text a, uint64_t max, uint64_t *ret_value);

/* True when all n bytes are well-formed UTF-8 (RFC 3629: no surrogates, no
 * overlong forms, at most U+10FFFF). */
bool text_is_utf8(struct text a);

/* True for what no line of text shows: control characters (C0, DEL, C1). */
bool text_is_control(uint32_t code_point);

/* True for marks that turn the direction of writing: with them a name reads as
 * another one, or lets what stands beside it read so. */
bool text_is_turn(uint32_t code_point);

/* True when a is well-formed UTF-8 without control characters, and for a name
 * also without turns. */
bool text_is_line(struct text a);
bool text_is_name(struct text a);

/* The largest m <= max such that cutting a to m bytes ends between two code
 * points. a is valid UTF-8. */
size_t text_cut_utf8(struct text a, size_t max);

/* Reads one code point; returns bytes used, 0 at the end, or a negative
 * error. */
int text_next(struct text a, uint32_t *ret_code_point);

/* Two lower-case digits a byte. out holds 2n bytes, no NUL. */
void hex_write(char *out, const void *p, size_t n);

/* Exactly n bytes from 2n lower-case digits. ERR_FORMAT. */
int hex_read(struct text a, void *out, size_t n);

#endif
