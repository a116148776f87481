#include "site/scan.h"

#include <string.h>

#include "base/err.h"

#define AT_MAX 80 /* bytes of a piece that is shown */

static const char doctype[] = "<!doctype html>\n";

int
scan_fault(struct site_fault *fault, const char *what, struct text at)
{
	if (at.n > AT_MAX)
		at.n = AT_MAX;
	*fault = (struct site_fault){ what, at };
	return ERR_FORMAT;
}

static bool
is_lower(char c)
{
	return c >= 'a' && c <= 'z';
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Bytes that no page of ours has: among them NUL, CR and form feed, which
 * browsers change before they read. */
static size_t
find_control(struct text t)
{
	size_t i = 0;

	while (i < t.n && (((unsigned char)t.p[i] >= 0x20 && t.p[i] != 0x7f) ||
			      t.p[i] == '\n'))
		i++;
	return i;
}

int
scan_begin(struct scan *s, struct text html, struct site_fault *fault)
{
	size_t control = find_control(html);

	*s = (struct scan){ .rest = html, .fault = fault };
	if (!text_is_utf8(html))
		return scan_fault(fault, "is not UTF-8", TEXT(""));
	if (control < html.n)
		return scan_fault(fault, "has a control character",
		    (struct text){ html.p + control, html.n - control });
	if (!text_has_prefix(html, doctype))
		return scan_fault(fault, "does not begin as a page", html);
	s->rest.p += sizeof(doctype) - 1;
	s->rest.n -= sizeof(doctype) - 1;
	return 0;
}

static void
skip(struct text *t, size_t n)
{
	t->p += n;
	t->n -= n;
}

/* Every & begins one of the entities that our pages are written with. */
static bool
is_escaped(struct text t)
{
	static const char *const entities[] = { "&amp;", "&lt;", "&gt;",
		"&quot;", "&#39;", "&nbsp;", "&shy;" };
	const char *p;

	while (t.n > 0 && (p = memchr(t.p, '&', t.n)) != NULL) {
		size_t i = 0, n = sizeof(entities) / sizeof(entities[0]);

		skip(&t, (size_t)(p - t.p));
		while (i < n && !text_has_prefix(t, entities[i]))
			i++;
		if (i == n)
			return false;
		skip(&t, 1);
	}
	return true;
}

static struct text
take_name(struct text *t, bool is_attribute)
{
	struct text name = { t->p, 0 };

	while (name.n < t->n &&
	       (is_lower(t->p[name.n]) ||
		   (name.n > 0 && (is_digit(t->p[name.n]) ||
				      (is_attribute && t->p[name.n] == '-')))))
		name.n++;
	skip(t, name.n);
	return name;
}

/* Behind the '='. */
static bool
take_value(struct text *t, struct text *ret_value)
{
	struct text value = { t->p, 0 };

	if (t->n > 0 && t->p[0] == '"') {
		skip(t, 1);
		value.p = t->p;
		while (value.n < t->n && t->p[value.n] != '"')
			value.n++;
		if (value.n == t->n)
			return false;
		skip(t, value.n + 1);
	} else {
		while (value.n < t->n &&
		       memchr(" \n\t\"'`=<>", t->p[value.n], 9) == NULL)
			value.n++;
		if (value.n == 0)
			return false;
		skip(t, value.n);
	}
	*ret_value = value;
	return memchr(value.p, '<', value.n) == NULL && is_escaped(value);
}

struct text
scan_value(const struct scan_token *t, const char *name)
{
	for (size_t i = 0; i < t->attributes_n; i++)
		if (text_is(t->attributes[i].name, name))
			return t->attributes[i].value;
	return (struct text){ NULL, 0 };
}

static bool
has_attribute(const struct scan_token *t, struct text name)
{
	for (size_t i = 0; i < t->attributes_n; i++)
		if (text_is_equal(t->attributes[i].name, name))
			return true;
	return false;
}

/* Attributes up to the '>'. */
static bool
take_attributes(struct text *t, struct scan_token *token)
{
	struct scan_attribute a;

	while (t->n > 0 && t->p[0] == ' ') {
		skip(t, 1);
		/* An attribute that was left out leaves its space. */
		if (t->n > 0 && t->p[0] == '>')
			break;
		a = (struct scan_attribute){ .name = take_name(t, true) };
		if (a.name.n == 0 || has_attribute(token, a.name) ||
		    token->attributes_n == SCAN_ATTRIBUTES_MAX)
			return false;
		if (t->n > 0 && t->p[0] == '=') {
			skip(t, 1);
			if (!take_value(t, &a.value))
				return false;
		}
		token->attributes[token->attributes_n++] = a;
	}
	if (t->n == 0 || t->p[0] != '>')
		return false;
	skip(t, 1);
	return true;
}

static int
take_tag(struct scan *s, struct scan_token *token)
{
	struct text t = s->rest;
	bool is_good;

	skip(&t, 1);
	token->kind = t.n > 0 && t.p[0] == '/' ? SCAN_END : SCAN_START;
	if (token->kind == SCAN_END)
		skip(&t, 1);
	token->name = take_name(&t, false);
	is_good = token->name.n > 0 && take_attributes(&t, token) &&
		  (token->kind == SCAN_START || token->attributes_n == 0);
	if (!is_good)
		return scan_fault(
		    s->fault, "has a tag that no page of ours has", s->rest);
	token->text = (struct text){ s->rest.p, s->rest.n - t.n };
	s->rest = t;
	return 0;
}

int
scan_next(struct scan *s, struct scan_token *ret_token)
{
	const char *p;

	ret_token->attributes_n = 0;
	ret_token->name = ret_token->text = (struct text){ s->rest.p, 0 };
	ret_token->kind = SCAN_EOF;
	if (s->rest.n == 0)
		return 0;
	if (s->rest.p[0] == '<')
		return take_tag(s, ret_token);
	p = memchr(s->rest.p, '<', s->rest.n);
	ret_token->kind = SCAN_TEXT;
	ret_token->text.n = p != NULL ? (size_t)(p - s->rest.p) : s->rest.n;
	if (!is_escaped(ret_token->text))
		return scan_fault(
		    s->fault, "has an unknown entity", ret_token->text);
	skip(&s->rest, ret_token->text.n);
	return 0;
}

/* True when "</name" stands at the beginning of t, in any case of letters: what
 * a browser may take for the end. */
static bool
is_end(struct text t, struct text name)
{
	if (t.n < name.n + 2 || t.p[0] != '<' || t.p[1] != '/')
		return false;
	for (size_t i = 0; i < name.n; i++)
		if ((t.p[2 + i] | 0x20) != name.p[i])
			return false;
	return true;
}

int
scan_raw(struct scan *s, struct text element, struct text *ret_content)
{
	struct text t = s->rest, content = { t.p, 0 };

	while (t.n > 0 && !is_end(t, element)) {
		/* Behind this a browser may look for the end elsewhere. */
		if (text_has_prefix(t, "<!--"))
			return scan_fault(s->fault, "has a comment", t);
		skip(&t, 1);
	}
	content.n = s->rest.n - t.n;
	if (t.n < element.n + 3 || t.p[element.n + 2] != '>' ||
	    memcmp(t.p + 2, element.p, element.n) != 0)
		return scan_fault(
		    s->fault, "has an element that does not end", t);
	skip(&t, element.n + 3);
	s->rest = t;
	*ret_content = content;
	return 0;
}
