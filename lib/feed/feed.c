#include "feed/feed.h"

#include <expat.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/day.h"
#include "base/err.h"
#include "title.h"

#define TEXT_MAX 8192 /* of one element */
#define LANG_MAX 35

#define ATOM "http://www.w3.org/2005/Atom|"
#define RSS1 "http://purl.org/rss/1.0/|"
#define DC "http://purl.org/dc/elements/1.1/|"
#define RDF "http://www.w3.org/1999/02/22-rdf-syntax-ns#|"
#define MAP "http://www.sitemaps.org/schemas/sitemap/0.9|"
#define NEWS "http://www.google.com/schemas/sitemap-news/0.9|"
#define XML_LANG "http://www.w3.org/XML/1998/namespace|lang"

enum part {
	PART_NONE,
	PART_ITEM,
	PART_TITLE,       /* HTML in text */
	PART_TITLE_PLAIN, /* what it says is what it means */
	PART_LINK,        /* text */
	PART_LINK_HREF,
	PART_GUID,
	PART_DATE,       /* RFC 822 or RFC 3339 */
	PART_DATE_OTHER, /* counts when there is no better one */
	PART_LANG
};

static const struct {
	const char *name;
	enum part part;
} elements[] = {
	{ "item", PART_ITEM },
	{ RSS1 "item", PART_ITEM },
	{ ATOM "entry", PART_ITEM },
	{ MAP "url", PART_ITEM },
	{ "title", PART_TITLE },
	{ RSS1 "title", PART_TITLE },
	{ ATOM "title", PART_TITLE_PLAIN },
	{ NEWS "title", PART_TITLE_PLAIN },
	{ "link", PART_LINK },
	{ RSS1 "link", PART_LINK },
	{ MAP "loc", PART_LINK },
	{ ATOM "link", PART_LINK_HREF },
	{ "guid", PART_GUID },
	{ "pubDate", PART_DATE },
	{ DC "date", PART_DATE },
	{ ATOM "published", PART_DATE },
	{ NEWS "publication_date", PART_DATE },
	{ ATOM "updated", PART_DATE_OTHER },
	{ "language", PART_LANG },
	{ DC "language", PART_LANG },
	{ NEWS "language", PART_LANG },
};

static const char *const roots[] = { "rss", RDF "RDF", ATOM "feed",
	MAP "urlset" };

struct reading {
	XML_Parser parser;
	feed_take *take;
	void *ctx;
	int err;
	size_t depth, items, skipped;
	size_t item_at; /* depth of the open item; 0: none */
	size_t part_at; /* of the open part; 0: none */
	enum part part;
	bool is_html;
	struct buf text; /* of the open part */
	struct buf title, url, guid, lang, feed_lang;
	uint32_t day, other_day;
};

static void
stop(struct reading *r, int err)
{
	if (r->err == 0)
		r->err = err;
	(void)XML_StopParser(r->parser, XML_FALSE);
}

static enum part
part_of(const char *name)
{
	for (size_t i = 0; i < sizeof(elements) / sizeof(elements[0]); i++)
		if (strcmp(elements[i].name, name) == 0)
			return elements[i].part;
	return PART_NONE;
}

static bool
is_root(const char *name)
{
	for (size_t i = 0; i < sizeof(roots) / sizeof(roots[0]); i++)
		if (strcmp(roots[i], name) == 0)
			return true;
	return false;
}

static const char *
attribute(const char **attributes, const char *name)
{
	for (; *attributes != NULL; attributes += 2)
		if (strcmp(attributes[0], name) == 0)
			return attributes[1];
	return NULL;
}

static void
set(struct buf *b, struct text t)
{
	buf_clear(b);
	buf_put_text(b, text_trim(t));
}

/* The beginning of what feeds call a language: "es-ES" as "es". */
static void
set_lang(struct buf *b, const char *lang)
{
	size_t n = strcspn(lang, "-_");

	set(b, (struct text){ lang, n < LANG_MAX ? n : 0 });
}

static void
begin_item(struct reading *r)
{
	buf_clear(&r->title);
	buf_clear(&r->url);
	buf_clear(&r->guid);
	buf_clear(&r->lang);
	r->day = r->other_day = 0;
	r->item_at = r->depth;
}

/* An Atom link is an attribute; links to other forms of the article are not
 * its address. */
static void
take_href(struct reading *r, const char **attributes)
{
	const char *href = attribute(attributes, "href");
	const char *rel = attribute(attributes, "rel");

	if (href != NULL && r->url.n == 0 &&
	    (rel == NULL || strcmp(rel, "alternate") == 0))
		set(&r->url, text_from(href));
}

static void
begin_part(struct reading *r, enum part part, const char **attributes)
{
	const char *type = attribute(attributes, "type");
	const char *is_link = attribute(attributes, "isPermaLink");

	if (part == PART_LINK_HREF) {
		take_href(r, attributes);
		return;
	}
	if (part == PART_GUID && is_link != NULL &&
	    strcmp(is_link, "false") == 0)
		return;
	r->part = part;
	r->part_at = r->depth;
	r->is_html =
	    part == PART_TITLE || (part == PART_TITLE_PLAIN && type != NULL &&
				      strcmp(type, "html") == 0);
	buf_clear(&r->text);
}

static void
begin(void *ctx, const char *name, const char **attributes)
{
	struct reading *r = ctx;
	const char *lang = attribute(attributes, XML_LANG);
	enum part part = part_of(name);

	r->depth++;
	if (r->depth > FEED_DEPTH_MAX) {
		stop(r, ERR_LIMIT);
		return;
	}
	if (r->depth == 1 && !is_root(name)) {
		stop(r, ERR_FORMAT);
		return;
	}
	if (part == PART_ITEM && r->item_at == 0)
		begin_item(r);
	if (lang != NULL && r->item_at == r->depth)
		set_lang(&r->lang, lang);
	else if (lang != NULL && r->depth == 1)
		set_lang(&r->feed_lang, lang);
	if (part > PART_ITEM && r->part_at == 0 &&
	    (r->item_at != 0 || part == PART_LANG))
		begin_part(r, part, attributes);
}

/* "22 Nov 2026 08:00:00 GMT" (RFC 822 as RSS has it, behind the day's name). */
static uint32_t
read_words(struct text t)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	struct text day = text_cut(&t, ' '), month = text_cut(&t, ' ');
	char written[DAY_TEXT_SIZE + 1];
	uint64_t number, year;
	uint32_t ret = 0;
	size_t i;

	if (text_to_u64(day, 31, &number) != 0 || month.n != 3 ||
	    text_to_u64(text_cut(&t, ' '), 9999, &year) != 0)
		return 0;
	for (i = 0; i < 12 && memcmp(months + i * 3, month.p, 3) != 0; i++)
		continue;
	snprintf(written, sizeof(written), "%04u-%02u-%02u",
	    (unsigned)year % 10000, (unsigned)(i + 1) % 100,
	    (unsigned)number % 100);
	(void)day_read(text_from(written), &ret);
	return ret;
}

/* The day at the place that wrote it; 0 when it makes no sense. */
static uint32_t
read_date(struct text t)
{
	struct text rest = t = text_trim(t);
	uint32_t day;

	if (t.n >= DAY_TEXT_SIZE &&
	    day_read((struct text){ t.p, DAY_TEXT_SIZE }, &day) == 0)
		return day;
	(void)text_cut(&rest, ',');
	return read_words(text_trim(rest.p != NULL ? rest : t));
}

static void
end_part(struct reading *r)
{
	struct text t = buf_text(&r->text);

	r->part_at = 0;
	switch (r->part) {
	case PART_TITLE:
	case PART_TITLE_PLAIN:
		buf_clear(&r->title);
		r->title.max = FEED_TITLE_MAX;
		title_put(&r->title, t, r->is_html);
		break;
	case PART_LINK:
		set(&r->url, t);
		break;
	case PART_GUID:
		set(&r->guid, t);
		break;
	case PART_DATE:
		r->day = read_date(t);
		break;
	case PART_DATE_OTHER:
		r->other_day = read_date(t);
		break;
	case PART_LANG:
		if (buf_cstr(&r->text) != NULL)
			set_lang(r->item_at != 0 ? &r->lang : &r->feed_lang,
			    buf_cstr(&r->text));
		break;
	default:
		break;
	}
}

static bool
is_address(struct text t)
{
	return (text_has_prefix(t, "https://") ||
		   text_has_prefix(t, "http://")) &&
	       text_is_name(t) && memchr(t.p, ' ', t.n) == NULL;
}

static void
end_item(struct reading *r)
{
	struct feed_item item = { .title = buf_text(&r->title),
		.url = buf_text(r->url.n > 0 ? &r->url : &r->guid),
		.lang = buf_text(r->lang.n > 0 ? &r->lang : &r->feed_lang),
		.day = r->day != 0 ? r->day : r->other_day };
	int err;

	r->item_at = 0;
	if (r->items == FEED_ITEMS_MAX) {
		stop(r, ERR_LIMIT);
		return;
	}
	if (item.title.n == 0 || r->url.err != 0 || r->guid.err != 0 ||
	    !is_address(item.url)) {
		r->skipped++;
		return;
	}
	r->items++;
	if ((err = r->take(r->ctx, &item)) != 0)
		stop(r, err);
}

static void
end(void *ctx, const char *name)
{
	struct reading *r = ctx;

	(void)name;
	if (r->part_at == r->depth)
		end_part(r);
	if (r->item_at == r->depth)
		end_item(r);
	r->depth--;
}

static void
characters(void *ctx, const char *p, int n)
{
	struct reading *r = ctx;

	if (r->part_at != 0 && r->text.n < TEXT_MAX / 2)
		buf_put(&r->text, p,
		    (size_t)n < TEXT_MAX / 2 ? (size_t)n : TEXT_MAX / 2);
}

static void
declaration(void *ctx, const char *name, const char *system, const char *public,
    int has_subset)
{
	(void)name;
	(void)system;
	(void)public;
	(void)has_subset;
	stop(ctx, ERR_FORMAT);
}

static void
init(struct reading *r)
{
	buf_init(&r->text, TEXT_MAX + 1);
	buf_init(&r->title, FEED_TITLE_MAX);
	buf_init(&r->url, FEED_URL_MAX);
	buf_init(&r->guid, FEED_URL_MAX);
	buf_init(&r->lang, LANG_MAX);
	buf_init(&r->feed_lang, LANG_MAX);
	XML_SetUserData(r->parser, r);
	XML_SetElementHandler(r->parser, begin, end);
	XML_SetCharacterDataHandler(r->parser, characters);
	XML_SetStartDoctypeDeclHandler(r->parser, declaration);
}

static void
fini(struct reading *r)
{
	buf_fini(&r->text);
	buf_fini(&r->title);
	buf_fini(&r->url);
	buf_fini(&r->guid);
	buf_fini(&r->lang);
	buf_fini(&r->feed_lang);
	XML_ParserFree(r->parser);
}

int
feed_read(const void *p, size_t n, feed_take *take, void *ctx,
    size_t *ret_skipped, size_t *ret_line)
{
	struct reading r = { .take = take, .ctx = ctx };
	int err;

	if (n > FEED_MAX || n > INT_MAX)
		return ERR_LIMIT;
	if ((r.parser = XML_ParserCreateNS(NULL, '|')) == NULL)
		return ERR_NOMEM;
	init(&r);
	err = XML_Parse(r.parser, p, (int)n, XML_TRUE) == XML_STATUS_OK ? 0
									: r.err;
	if (err == 0 && XML_GetErrorCode(r.parser) != XML_ERROR_NONE)
		err = XML_GetErrorCode(r.parser) == XML_ERROR_NO_MEMORY
			  ? ERR_NOMEM
			  : ERR_FORMAT;
	if (err == 0)
		*ret_skipped = r.skipped;
	else
		*ret_line = (size_t)XML_GetCurrentLineNumber(r.parser);
	fini(&r);
	return err;
}
