/*
 * What a person types into a search, as a query of FTS5: every word and phrase
 * in quotes, so that nothing of it is an operator.
 */

#include "base/err.h"
#include "book/query.h"

#define TYPED_MAX 1000 /* bytes */
#define TERMS_MAX 32

static bool
has_word(struct text t)
{
	size_t i;
	unsigned char c;

	for (i = 0; i < t.n; i++) {
		c = (unsigned char)t.p[i];
		if (c >= 0x80 || (c >= '0' && c <= '9') ||
		    (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'))
			return true;
	}
	return false;
}

static bool
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* A phrase up to its closing quote or the end, or a word up to white space or a
 * quote. */
static struct text
cut_term(struct text *rest, bool *ret_is_prefix)
{
	struct text t = *rest;
	bool is_phrase = rest->p[0] == '"';
	size_t i = is_phrase;

	while (i < rest->n && rest->p[i] != '"' &&
	       (is_phrase || !is_space(rest->p[i])))
		i++;
	t.p += is_phrase;
	t.n = i - is_phrase;
	if (is_phrase && i < rest->n)
		i++;
	rest->p += i;
	rest->n -= i;
	*ret_is_prefix = !is_phrase && text_has_suffix(t, "*");
	while (*ret_is_prefix && text_has_suffix(t, "*"))
		t.n--;
	return t;
}

int
words_query(const char *typed, struct buf *ret_query)
{
	struct text rest = text_from(typed), t;
	size_t terms = 0;
	bool is_prefix;

	if (rest.n > TYPED_MAX || !text_is_utf8(rest))
		return ERR_FORMAT;
	while (rest.n > 0) {
		if (is_space(rest.p[0])) {
			rest.p++;
			rest.n--;
			continue;
		}
		t = cut_term(&rest, &is_prefix);
		if (!has_word(t))
			continue;
		if (++terms > TERMS_MAX)
			return ERR_FORMAT;
		buf_puts(ret_query, "\"");
		buf_put_text(ret_query, t);
		buf_puts(ret_query, is_prefix ? "\" * " : "\" ");
	}
	if (terms == 0)
		return ERR_FORMAT;
	return buf_finish(ret_query);
}
