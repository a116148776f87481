#include "base/text.h"

#include <string.h>

#include "base/err.h"

struct text
text_from(const char *s)
{
	return (struct text){ s, s != NULL ? strlen(s) : 0 };
}

bool
text_is_equal(struct text a, struct text b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

bool
text_is(struct text a, const char *s)
{
	return text_is_equal(a, text_from(s));
}

bool
text_has_prefix(struct text a, const char *prefix)
{
	size_t n = strlen(prefix);

	return a.n >= n && (n == 0 || memcmp(a.p, prefix, n) == 0);
}

bool
text_has_suffix(struct text a, const char *suffix)
{
	size_t n = strlen(suffix);

	return a.n >= n && (n == 0 || memcmp(a.p + a.n - n, suffix, n) == 0);
}

struct text
text_cut(struct text *rest, char sep)
{
	struct text piece = *rest;
	const char *end;

	end = rest->n > 0 ? memchr(rest->p, sep, rest->n) : NULL;
	if (end == NULL) {
		*rest = (struct text){ NULL, 0 };
		return piece;
	}
	piece.n = (size_t)(end - rest->p);
	rest->p = end + 1;
	rest->n -= piece.n + 1;
	return piece;
}

static bool
is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

struct text
text_trim(struct text a)
{
	while (a.n > 0 && is_space(a.p[0])) {
		a.p++;
		a.n--;
	}
	while (a.n > 0 && is_space(a.p[a.n - 1]))
		a.n--;
	return a;
}

int
text_to_u64(struct text a, uint64_t max, uint64_t *ret_value)
{
	uint64_t value = 0;
	bool is_over = false;

	if (a.n == 0)
		return ERR_FORMAT;
	for (size_t i = 0; i < a.n; i++) {
		uint64_t digit = (uint64_t)(a.p[i] - '0');

		if (a.p[i] < '0' || a.p[i] > '9')
			return ERR_FORMAT;
		if (digit > max || value > (max - digit) / 10)
			is_over = true;
		else
			value = value * 10 + digit;
	}
	if (is_over)
		return ERR_LIMIT;
	*ret_value = value;
	return 0;
}

/*
 * The length of a sequence by its first byte, and in *ret_min the smallest code
 * point that may be written with so many bytes; 0 for no first byte.
 */
static int
sequence_length(uint8_t first, uint32_t *ret_min)
{
	if (first < 0x80) {
		*ret_min = 0;
		return 1;
	}
	if (first >= 0xc2 && first < 0xe0) {
		*ret_min = 0x80;
		return 2;
	}
	if (first >= 0xe0 && first < 0xf0) {
		*ret_min = 0x800;
		return 3;
	}
	if (first >= 0xf0 && first < 0xf5) {
		*ret_min = 0x10000;
		return 4;
	}
	return 0;
}

int
text_next(struct text a, uint32_t *ret_code_point)
{
	uint32_t cp, min;
	int length;

	if (a.n == 0)
		return 0;
	length = sequence_length((uint8_t)a.p[0], &min);
	if (length == 0)
		return ERR_FORMAT;
	if ((size_t)length > a.n)
		return ERR_TRUNCATED;
	cp =
	    length == 1 ? (uint8_t)a.p[0] : (uint8_t)a.p[0] & (0x7fu >> length);
	for (int i = 1; i < length; i++) {
		uint8_t byte = (uint8_t)a.p[i];

		if ((byte & 0xc0) != 0x80)
			return ERR_FORMAT;
		cp = cp << 6 | (byte & 0x3f);
	}
	if (cp < min || cp > 0x10ffff || (cp >= 0xd800 && cp <= 0xdfff))
		return ERR_FORMAT;
	*ret_code_point = cp;
	return length;
}

bool
text_is_utf8(struct text a)
{
	uint32_t cp;
	int used;

	while ((used = text_next(a, &cp)) > 0) {
		a.p += used;
		a.n -= (size_t)used;
	}
	return used == 0;
}

bool
text_is_control(uint32_t code_point)
{
	return code_point < 0x20 || (code_point >= 0x7f && code_point < 0xa0);
}

bool
text_is_turn(uint32_t code_point)
{
	return code_point == 0x061c || code_point == 0x200e ||
	       code_point == 0x200f ||
	       (code_point >= 0x202a && code_point <= 0x202e) ||
	       (code_point >= 0x2066 && code_point <= 0x2069);
}

static bool
is_clean(struct text a, bool is_name)
{
	uint32_t cp;
	int used;

	while ((used = text_next(a, &cp)) > 0) {
		if (text_is_control(cp) || (is_name && text_is_turn(cp)))
			return false;
		a.p += used;
		a.n -= (size_t)used;
	}
	return used == 0;
}

bool
text_is_line(struct text a)
{
	return is_clean(a, false);
}

bool
text_is_name(struct text a)
{
	return is_clean(a, true);
}

size_t
text_cut_utf8(struct text a, size_t max)
{
	if (max >= a.n)
		return a.n;
	while (max > 0 && ((uint8_t)a.p[max] & 0xc0) == 0x80)
		max--;
	return max;
}

void
hex_write(char *out, const void *p, size_t n)
{
	static const char digits[] = "0123456789abcdef";
	const uint8_t *bytes = p;

	for (size_t i = 0; i < n; i++) {
		out[2 * i] = digits[bytes[i] >> 4];
		out[2 * i + 1] = digits[bytes[i] & 15];
	}
}

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

int
hex_read(struct text a, void *out, size_t n)
{
	uint8_t *bytes = out;

	if (a.n % 2 != 0 || a.n / 2 != n)
		return ERR_FORMAT;
	for (size_t i = 0; i < a.n; i++)
		if (hex_digit(a.p[i]) < 0)
			return ERR_FORMAT;
	for (size_t i = 0; i < n; i++)
		bytes[i] = (uint8_t)(hex_digit(a.p[2 * i]) << 4 |
				     hex_digit(a.p[2 * i + 1]));
	return 0;
}
