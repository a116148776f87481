#include "site/element.h"

static const struct element elements[] = {
	{ "a", ELEMENT_BODY, "href hreflang rel " },
	{ "b", ELEMENT_BODY, "" },
	{ "bdi", ELEMENT_BODY, "" },
	{ "br", ELEMENT_BODY, "" },
	{ "button", ELEMENT_BODY, "type name value disabled autocomplete " },
	{ "code", ELEMENT_BODY, "" },
	{ "dd", ELEMENT_BODY, "" },
	{ "details", ELEMENT_BODY, "open " },
	{ "div", ELEMENT_BODY, "" },
	{ "dl", ELEMENT_BODY, "" },
	{ "dt", ELEMENT_BODY, "" },
	{ "em", ELEMENT_BODY, "" },
	{ "fieldset", ELEMENT_BODY, "disabled " },
	{ "footer", ELEMENT_BODY, "" },
	{ "form", ELEMENT_BODY,
	    "method action enctype accept-charset autocomplete " },
	{ "h1", ELEMENT_BODY, "" },
	{ "h2", ELEMENT_BODY, "" },
	{ "h3", ELEMENT_BODY, "" },
	{ "header", ELEMENT_BODY, "" },
	{ "i", ELEMENT_BODY, "" },
	{ "input", ELEMENT_BODY,
	    "type name value maxlength minlength required checked disabled "
	    "readonly "
	    "multiple accept autocomplete autocapitalize autocorrect "
	    "spellcheck "
	    "placeholder inputmode enterkeyhint " },
	{ "kbd", ELEMENT_BODY, "" },
	{ "label", ELEMENT_BODY, "for " },
	{ "legend", ELEMENT_BODY, "" },
	{ "li", ELEMENT_BODY, "" },
	{ "link", ELEMENT_HEAD, "rel href " },
	{ "main", ELEMENT_BODY, "" },
	{ "meta", ELEMENT_HEAD, "charset name content " },
	{ "nav", ELEMENT_BODY, "" },
	{ "ol", ELEMENT_BODY, "start " },
	{ "option", ELEMENT_BODY, "value selected " },
	{ "p", ELEMENT_BODY, "" },
	{ "script", ELEMENT_BODY, "defer src integrity " },
	{ "section", ELEMENT_BODY, "" },
	{ "select", ELEMENT_BODY, "name required autocomplete spellcheck " },
	{ "span", ELEMENT_BODY, "" },
	{ "strong", ELEMENT_BODY, "" },
	{ "style", ELEMENT_HEAD | ELEMENT_RAW, "" },
	{ "summary", ELEMENT_BODY, "" },
	{ "table", ELEMENT_BODY, "" },
	{ "tbody", ELEMENT_BODY, "" },
	{ "td", ELEMENT_BODY, "colspan rowspan " },
	{ "textarea", ELEMENT_BODY | ELEMENT_RAW,
	    "name rows cols maxlength required readonly autocomplete "
	    "autocapitalize "
	    "autocorrect spellcheck placeholder " },
	{ "th", ELEMENT_BODY, "scope colspan rowspan " },
	{ "thead", ELEMENT_BODY, "" },
	{ "title", ELEMENT_HEAD | ELEMENT_RAW, "" },
	{ "tr", ELEMENT_BODY, "" },
	{ "ul", ELEMENT_BODY, "" },
};
/* Those that any element may have; also aria-* and data-*. */
static const char common[] = "id class lang dir translate hidden role title ";

const struct element *
element_find(struct text name)
{
	for (size_t i = 0; i < sizeof(elements) / sizeof(elements[0]); i++)
		if (text_is(name, elements[i].name))
			return &elements[i];
	return NULL;
}

static bool
is_listed(struct text list, struct text name)
{
	while (list.n > 0)
		if (text_is_equal(text_cut(&list, ' '), name))
			return true;
	return false;
}

bool
element_takes(const struct element *e, const struct scan_token *t)
{
	const char *own = e != NULL ? e->attributes : "";

	for (size_t i = 0; i < t->attributes_n; i++) {
		struct text name = t->attributes[i].name;

		if (!is_listed(text_from(own), name) &&
		    !is_listed(text_from(common), name) &&
		    !text_has_prefix(name, "aria-") &&
		    !text_has_prefix(name, "data-"))
			return false;
	}
	return true;
}
