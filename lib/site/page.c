/* A page of ours, element by element: where each may stand and what it may
 * lead to. */
#include <string.h>

#include "base/err.h"
#include "page/template.h"
#include "site/element.h"

#define LINK_MAX 8192

/* What follows what, around everything else. */
enum stage { BEFORE, HEAD, BETWEEN, BODY, BEHIND, AFTER };

struct reading {
	struct scan scan;
	const struct site_rules *rules;
	struct site_page page;
	struct site_fault *fault;
	enum stage stage;
	enum { NO_BOX, IN_BOX, BEHIND_BOX } box; /* of the guard */
	struct scan_token token;
};

static int
fault(struct reading *r, const char *what)
{
	return scan_fault(r->fault, what, r->token.text);
}

static void
skip(struct text *t, size_t n)
{
	t->p += n;
	t->n -= n;
}

/* Takes letters, digits and hyphens off t; false when there are none. */
static bool
take_word(struct text *t)
{
	static const char word[] =
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-";
	size_t n = 0;

	while (n < t->n && memchr(word, t->p[n], sizeof(word) - 1) != NULL)
		n++;
	skip(t, n);
	return n > 0;
}

static bool
take(struct text *t, const char *s)
{
	if (!text_has_prefix(*t, s))
		return false;
	skip(t, strlen(s));
	return true;
}

/* PREFIX/?lang=L&story=ID, or as much of it. */
static bool
is_own(const struct reading *r, struct text t)
{
	if (!take(&t, r->rules->prefix) || !take(&t, "/"))
		return false;
	if (t.n == 0)
		return true;
	if (!take(&t, "?lang=") || !take_word(&t))
		return false;
	if (t.n == 0)
		return true;
	return take(&t, "&amp;story=") && take_word(&t) && t.n == 0;
}

static bool
is_article(const struct reading *r, struct text t)
{
	const struct stories *s = r->rules->stories;
	bool is_one = false;
	struct buf b;

	for (size_t i = 0; s != NULL && !is_one && i < s->n; i++) {
		buf_init(&b, LINK_MAX);
		template_escape(&b, s->story[i].url);
		is_one = b.n > 0 && buf_finish(&b) == 0 &&
			 text_is_equal(buf_text(&b), t);
		buf_fini(&b);
	}
	return is_one;
}

static bool
is_fragment(struct text t)
{
	return take(&t, "#") && take_word(&t) && t.n == 0;
}

static int
check_link(struct reading *r)
{
	struct text href = scan_value(&r->token, "href");

	if (href.p == NULL || text_is(href, "about:blank") ||
	    is_fragment(href) || is_own(r, href) || is_article(r, href))
		return 0;
	return fault(r, "leads to another place");
}

static int
check_form(struct reading *r)
{
	struct text action = scan_value(&r->token, "action");

	r->page.forms++;
	if (!text_is(scan_value(&r->token, "method"), "post") ||
	    !text_has_prefix(action, r->rules->prefix) ||
	    action.n != strlen(r->rules->prefix) + 1 ||
	    action.p[action.n - 1] != '/')
		return fault(r, "has a form that sends elsewhere");
	if (!text_is(scan_value(&r->token, "autocomplete"), "off"))
		return fault(r, "has a form that a browser writes down");
	return 0;
}

static int
check_meta(struct reading *r)
{
	struct text name = scan_value(&r->token, "name");
	bool is_charset = scan_value(&r->token, "charset").p != NULL;

	/* Others change what a browser sends or does. */
	if (is_charset
		? name.p == NULL &&
		      text_is(scan_value(&r->token, "charset"), "utf-8")
		: text_is(name, "viewport") || text_is(name, "color-scheme") ||
		      text_is(name, "robots"))
		return 0;
	return fault(r, "has a meta element that no page of ours has");
}

static int
check_icon(struct reading *r)
{
	if (text_is(scan_value(&r->token, "rel"), "icon") &&
	    text_is(scan_value(&r->token, "href"), "data:,"))
		return 0;
	return fault(r, "loads something from elsewhere");
}

static bool
has_id(const struct reading *r, const char *id)
{
	return text_is(scan_value(&r->token, "id"), id);
}

/*
 * The scripts look for two elements. The one that seals asks itself for the
 * newsroom's key, and nothing else may have its name. A button in the guard's
 * box is a leave to send in the plain way: the box is a section that ends before
 * the guard, and in it stands nothing behind which it could go on.
 */
static int
check_names(struct reading *r)
{
	static const char *const in_box[] = { "div", "p", "h2", "button", "b",
		"bdi", "br" };
	size_t i = 0, n = sizeof(in_box) / sizeof(in_box[0]);

	if (has_id(r, "seal"))
		return fault(r, "has an element that stands for its script");
	if (has_id(r, "guard")) {
		if (r->box != NO_BOX || r->page.guard.p != NULL ||
		    !text_is(r->token.name, "section"))
			return fault(r, "has another box for its guard");
		r->box = IN_BOX;
		return 0;
	}
	while (i < n && !text_is(r->token.name, in_box[i]))
		i++;
	return r->box != IN_BOX || i < n
		   ? 0
		   : fault(r, "has an element in its guard's box");
}

/* The one that seals: its file, its hash, and what it is told. */
static int
check_sealer(struct reading *r)
{
	struct text src = scan_value(&r->token, "src"), content;
	uint8_t hash[MASTHEAD_SCRIPT_SIZE];

	if (r->page.integrity.p != NULL || r->page.guard.p == NULL ||
	    !has_id(r, "seal"))
		return fault(r, "has another script");
	if (!take(&src, r->rules->prefix) || !take(&src, "/seal-") ||
	    src.n != r->rules->lang.n + 3 ||
	    memcmp(src.p, r->rules->lang.p, r->rules->lang.n) != 0 ||
	    !text_has_suffix(src, ".js"))
		return fault(r, "loads another script");
	r->page.integrity = scan_value(&r->token, "integrity");
	if (r->page.integrity.p == NULL ||
	    masthead_script_read(r->page.integrity, hash) != 0)
		return fault(r, "loads a script without its hash");
	if (!text_is_equal(scan_value(&r->token, "data-pin"), r->rules->pin))
		return fault(r, "tells its script another newsroom's key");
	if (!text_is(scan_value(&r->token, "data-prefix"), r->rules->prefix))
		return fault(r, "tells its script another address");
	if (scan_raw(&r->scan, TEXT("script"), &content) != 0)
		return ERR_FORMAT;
	return content.n == 0 ? 0 : fault(r, "has another script");
}

static int
check_script(struct reading *r)
{
	if (scan_value(&r->token, "src").p != NULL)
		return check_sealer(r);
	if (r->page.guard.p != NULL || r->token.attributes_n > 0 ||
	    r->box == IN_BOX)
		return fault(r, "has another script");
	/* It must be there before anything can be sent. */
	if (r->page.forms > 0)
		return fault(r, "has its guard behind a form");
	return scan_raw(&r->scan, TEXT("script"), &r->page.guard);
}

static int
check_raw(struct reading *r)
{
	struct text name = r->token.name, content;
	bool is_style = text_is(name, "style");

	if (scan_raw(&r->scan, name, &content) != 0)
		return ERR_FORMAT;
	if (!is_style)
		return memchr(content.p, '<', content.n) == NULL
			   ? 0
			   : fault(r, "has an element in a text");
	if (r->page.style.p != NULL)
		return fault(r, "has two style sheets");
	r->page.style = content;
	return site_style_is_plain(content)
		   ? 0
		   : fault(r, "has a style sheet that loads something");
}

static int
check_element(struct reading *r, const struct element *e)
{
	struct text name = r->token.name;
	int err;

	if (!element_takes(e, &r->token))
		return fault(r, "has an attribute that no page of ours has");
	if (text_is(name, "script"))
		return check_script(r);
	if ((err = check_names(r)) != 0)
		return err;
	if ((e->how & ELEMENT_RAW) != 0)
		return check_raw(r);
	if (text_is(name, "a"))
		return check_link(r);
	if (text_is(name, "form"))
		return check_form(r);
	if (text_is(name, "meta"))
		return check_meta(r);
	if (text_is(name, "link"))
		return check_icon(r);
	if (text_is(name, "input") &&
	    text_is(scan_value(&r->token, "type"), "image"))
		return fault(r, "has a picture");
	return 0;
}

/* The frame of a page: html, head, body, each once and in turn. */
static bool
is_frame(const struct reading *r, enum stage from, enum scan_kind kind,
    const char *name)
{
	return r->stage == from && r->token.kind == kind &&
	       text_is(r->token.name, name);
}

static int
take_html(struct reading *r)
{
	int err;

	if (!element_takes(NULL, &r->token))
		return fault(r, "has an attribute that no page of ours has");
	if ((err = check_names(r)) != 0)
		return err;
	if (!text_is_equal(scan_value(&r->token, "lang"), r->rules->lang))
		return fault(r, "is in another language");
	return 0;
}

static int
take_element(struct reading *r)
{
	const struct element *e = element_find(r->token.name);
	unsigned where = r->stage == HEAD   ? ELEMENT_HEAD
			 : r->stage == BODY ? ELEMENT_BODY
					    : 0;

	if (e == NULL || (e->how & where) == 0)
		return fault(r, "has an element that no page of ours has");
	if (r->token.kind == SCAN_START)
		return check_element(r, e);
	if (r->box == IN_BOX && text_is(r->token.name, "section"))
		r->box = BEHIND_BOX;
	return 0;
}

static int
take_text(struct reading *r)
{
	struct text t = r->token.text;

	if (r->stage == BODY || text_trim(t).n == 0)
		return 0;
	return fault(r, "has text where none belongs");
}

static int
take_token(struct reading *r)
{
	static const struct {
		enum stage from;
		enum scan_kind kind;
		const char *name;
		enum stage to;
	} frame[] = {
		{ BEFORE, SCAN_START, "head", HEAD },
		{ HEAD, SCAN_END, "head", BETWEEN },
		{ BETWEEN, SCAN_START, "body", BODY },
		{ BODY, SCAN_END, "body", BEHIND },
		{ BEHIND, SCAN_END, "html", AFTER },
	};

	if (r->token.kind == SCAN_TEXT)
		return take_text(r);
	for (size_t i = 0; i < sizeof(frame) / sizeof(frame[0]); i++) {
		if (!is_frame(r, frame[i].from, frame[i].kind, frame[i].name))
			continue;
		r->stage = frame[i].to;
		return r->token.attributes_n == 0
			   ? 0
			   : fault(r,
				 "has an attribute that no page of ours has");
	}
	return take_element(r);
}

/* Both scripts or none; and nothing to send without them, since then the server
 * reads the words. */
static int
check_whole(struct reading *r)
{
	r->token.text = TEXT("");
	if (r->stage != AFTER)
		return fault(r, "does not end");
	if (r->page.style.p == NULL)
		return fault(r, "has no style sheet");
	if ((r->page.guard.p == NULL) != (r->page.integrity.p == NULL))
		return fault(r, "has one of its two scripts only");
	if (r->page.guard.p == NULL && r->page.forms > 0)
		return fault(r, "has a form, but not the script that seals");
	return 0;
}

int
site_page_read(struct text html, const struct site_rules *rules,
    struct site_page *ret_page, struct site_fault *ret_fault)
{
	struct reading r = { .rules = rules, .fault = ret_fault };
	int err;

	if ((err = scan_begin(&r.scan, html, ret_fault)) != 0 ||
	    (err = scan_next(&r.scan, &r.token)) != 0)
		return err;
	if (r.token.kind != SCAN_START || !text_is(r.token.name, "html"))
		return fault(&r, "does not begin as a page");
	if ((err = take_html(&r)) != 0)
		return err;
	while ((err = scan_next(&r.scan, &r.token)) == 0 &&
	       r.token.kind != SCAN_EOF)
		if ((err = take_token(&r)) != 0)
			return err;
	if (err != 0 || (err = check_whole(&r)) != 0)
		return err;
	*ret_page = r.page;
	return 0;
}
