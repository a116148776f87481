#include "title.h"

#include <string.h>

#define CODE_MAX 0x10ffff
#define REFERENCE_MAX 10 /* bytes between & and ; */

/* The references of HTML that titles in European languages are written with. */
static const struct {
	const char *name;
	uint32_t code;
} names[] = { { "amp", '&' }, { "lt", '<' }, { "gt", '>' }, { "quot", '"' },
	{ "apos", '\'' }, { "nbsp", ' ' }, { "shy", 0xad }, { "ndash", 0x2013 },
	{ "mdash", 0x2014 }, { "lsquo", 0x2018 }, { "rsquo", 0x2019 },
	{ "ldquo", 0x201c }, { "rdquo", 0x201d }, { "laquo", 0xab },
	{ "raquo", 0xbb }, { "hellip", 0x2026 }, { "aacute", 0xe1 },
	{ "Aacute", 0xc1 }, { "eacute", 0xe9 }, { "Eacute", 0xc9 },
	{ "iacute", 0xed }, { "Iacute", 0xcd }, { "oacute", 0xf3 },
	{ "Oacute", 0xd3 }, { "uacute", 0xfa }, { "Uacute", 0xda },
	{ "ntilde", 0xf1 }, { "Ntilde", 0xd1 }, { "uuml", 0xfc },
	{ "Uuml", 0xdc }, { "agrave", 0xe0 }, { "Agrave", 0xc0 },
	{ "egrave", 0xe8 }, { "Egrave", 0xc8 }, { "igrave", 0xec },
	{ "Igrave", 0xcc }, { "ograve", 0xf2 }, { "Ograve", 0xd2 },
	{ "ugrave", 0xf9 }, { "Ugrave", 0xd9 }, { "acirc", 0xe2 },
	{ "Acirc", 0xc2 }, { "ecirc", 0xea }, { "Ecirc", 0xca },
	{ "icirc", 0xee }, { "Icirc", 0xce }, { "ocirc", 0xf4 },
	{ "Ocirc", 0xd4 }, { "ucirc", 0xfb }, { "Ucirc", 0xdb },
	{ "ccedil", 0xe7 }, { "Ccedil", 0xc7 }, { "auml", 0xe4 },
	{ "Auml", 0xc4 }, { "ouml", 0xf6 }, { "Ouml", 0xd6 }, { "euml", 0xeb },
	{ "Euml", 0xcb }, { "iuml", 0xef }, { "Iuml", 0xcf },
	{ "atilde", 0xe3 }, { "Atilde", 0xc3 }, { "otilde", 0xf5 },
	{ "Otilde", 0xd5 }, { "szlig", 0xdf }, { "iexcl", 0xa1 },
	{ "iquest", 0xbf }, { "euro", 0x20ac } };

static size_t
encode(char out[static 4], uint32_t c)
{
	if (c < 0x80) {
		out[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		out[0] = (char)(0xc0 | c >> 6);
		out[1] = (char)(0x80 | (c & 0x3f));
		return 2;
	}
	if (c < 0x10000) {
		out[0] = (char)(0xe0 | c >> 12);
		out[1] = (char)(0x80 | (c >> 6 & 0x3f));
		out[2] = (char)(0x80 | (c & 0x3f));
		return 3;
	}
	out[0] = (char)(0xf0 | c >> 18);
	out[1] = (char)(0x80 | (c >> 12 & 0x3f));
	out[2] = (char)(0x80 | (c >> 6 & 0x3f));
	out[3] = (char)(0x80 | (c & 0x3f));
	return 4;
}

static void
put_code(struct buf *out, uint32_t c)
{
	char bytes[4];
	size_t n;

	if (c == '\t' || c == '\n' || c == '\r' || c == 0xa0)
		c = ' ';
	if (text_is_control(c) || text_is_turn(c) || c == 0xad ||
	    (c == ' ' && (out->n == 0 || out->p[out->n - 1] == ' ')))
		return;
	n = encode(bytes, c);
	/* A buffer that is full stays full. */
	if (out->max - out->n < n)
		out->max = out->n;
	else
		buf_put(out, bytes, n);
}

static bool
read_number(struct text t, uint32_t *ret_code)
{
	bool is_hex = t.n > 0 && (t.p[0] == 'x' || t.p[0] == 'X');
	uint32_t code = 0;
	size_t i = is_hex ? 1 : 0;

	if (i == t.n)
		return false;
	for (; i < t.n; i++) {
		char c = t.p[i];
		uint32_t digit;

		if (c >= '0' && c <= '9')
			digit = (uint32_t)(c - '0');
		else if (is_hex && (c | 0x20) >= 'a' && (c | 0x20) <= 'f')
			digit = (uint32_t)((c | 0x20) - 'a' + 10);
		else
			return false;
		code = code * (is_hex ? 16 : 10) + digit;
		if (code > CODE_MAX)
			return false;
	}
	if (code >= 0xd800 && code < 0xe000)
		return false;
	*ret_code = code;
	return true;
}

/* Returns the bytes read, 0 when in begins with no reference known here: then
 * it stays as it is. */
static size_t
read_reference(struct text in, uint32_t *ret_code)
{
	const char *end;
	struct text name;

	if (in.n < 3 || in.p[0] != '&')
		return 0;
	end = memchr(in.p, ';', in.n < REFERENCE_MAX ? in.n : REFERENCE_MAX);
	if (end == NULL)
		return 0;
	name = (struct text){ in.p + 1, (size_t)(end - in.p) - 1 };
	if (name.n > 1 && name.p[0] == '#')
		return read_number(
			   (struct text){ name.p + 1, name.n - 1 }, ret_code)
			   ? name.n + 2
			   : 0;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (text_is(name, names[i].name)) {
			*ret_code = names[i].code;
			return name.n + 2;
		}
	}
	return 0;
}

/* Bytes of the tag that in begins with; 0 when it begins with none. */
static size_t
read_tag(struct text in)
{
	const char *end;
	char c;

	if (in.n < 3 || in.p[0] != '<')
		return 0;
	c = in.p[1] == '/' ? in.p[2] : in.p[1];
	if (!((c | 0x20) >= 'a' && (c | 0x20) <= 'z'))
		return 0;
	end = memchr(in.p, '>', in.n);
	return end != NULL ? (size_t)(end - in.p) + 1 : 0;
}

void
title_put(struct buf *out, struct text in, bool is_html)
{
	uint32_t code;
	size_t n;
	int used;

	while (in.n > 0) {
		n = is_html ? read_tag(in) : 0;
		if (n == 0) {
			n = is_html ? read_reference(in, &code) : 0;
			if (n == 0) {
				used = text_next(in, &code);
				if (used <= 0)
					return;
				n = (size_t)used;
			}
			put_code(out, code);
		}
		in.p += n;
		in.n -= n;
	}
	while (out->n > 0 && out->p[out->n - 1] == ' ')
		out->n--;
}
