#include "base/err.h"
#include "page/page.h"
#include "page/template.h"
#include "page/view.h"

#define LANGUAGES_MAX 64
#define LANGUAGES_ROW 4

size_t
page_languages(void)
{
	return template_languages;
}

const char *
page_language(size_t i)
{
	must(i < template_languages);
	return template_language_code[i];
}

static bool
is_spoken(const struct masthead *card, size_t lang)
{
	struct text t;

	for (size_t i = 0; (t = masthead_language(card, i)).n > 0; i++)
		if (text_is(t, template_language_code[lang]))
			return true;
	return false;
}

static bool
find_language(struct text code, size_t *ret_lang)
{
	for (size_t i = 0; i < template_languages; i++) {
		if (text_is(code, template_language_code[i])) {
			*ret_lang = i;
			return true;
		}
	}
	return false;
}

size_t
page_language_for(const struct masthead *card, struct text asked)
{
	struct text t;
	size_t lang;

	if (find_language(asked, &lang) &&
	    (card == NULL || is_spoken(card, lang)))
		return lang;
	if (card != NULL)
		for (size_t i = 0; (t = masthead_language(card, i)).n > 0; i++)
			if (find_language(t, &lang))
				return lang;
	return 0;
}

/* The languages to choose from; none when there is no choice. */
static size_t
put_languages(struct view_language ret_list[static LANGUAGES_MAX],
    const struct masthead *card, size_t lang)
{
	size_t n = 0;

	for (size_t i = 0; i < template_languages && n < LANGUAGES_MAX; i++)
		if (is_spoken(card, i))
			ret_list[n++] = (struct view_language){
				.code = template_language_code[i],
				.name = template_language_name[i],
				.is_current = i == lang
			};
	return n > 1 ? n : 0;
}

static const struct story *
story_of(const struct page_place *place)
{
	if (place->stories == NULL || place->story.n == 0)
		return NULL;
	return stories_find(place->stories, place->story);
}

static void
put_closed(struct buf *b, const struct page_place *place, size_t lang)
{
	const struct story *story = story_of(place);
	struct view_language languages[LANGUAGES_MAX];
	struct view_way ways[PAGE_WAYS_MAX];
	struct view_closed v = { .languages = languages, .ways = ways };

	view_site(&v.site, place, lang);
	if (story != NULL)
		v.story = story->id;
	if (place->card != NULL)
		v.languages_n = put_languages(languages, place->card, lang);
	v.has_many = v.languages_n > LANGUAGES_ROW;
	v.ways_n = view_ways(ways, place, lang);
	v.is_readable = place->card != NULL && place->front != FRONT_CDN;
	page_put_closed(b, lang, &v);
}

int
page_start(struct buf *b, const struct page_place *place)
{
	size_t lang = page_language_for(place->card, place->lang);
	struct view_language languages[LANGUAGES_MAX];
	struct view_way ways[PAGE_WAYS_MAX];
	struct view_start v = {
		.languages = languages, .ways = ways, .front = (int)place->front
	};
	const struct story *story = story_of(place);

	if (place->card == NULL ||
	    masthead_is_current(place->card, place->today) != 0) {
		put_closed(b, place, lang);
		return buf_finish(b);
	}
	view_site(&v.site, place, lang);
	v.languages_n = put_languages(languages, place->card, lang);
	v.has_many = v.languages_n > LANGUAGES_ROW;
	v.ways_n = view_ways(ways, place, lang);
	if (place->front != FRONT_ONION)
		for (size_t i = 0; i < v.ways_n; i++)
			if (ways[i].kind == WAY_ONION)
				v.onion = ways[i].address;
	if (story != NULL) {
		v.story = story->id;
		v.story_title = story->title;
		v.story_lang = story->lang;
		v.story_url = story->url;
	}
	template_render(b, &template_start, lang, &v);
	return buf_finish(b);
}

int
page_error(struct buf *b, unsigned status, const struct page_place *place)
{
	static const struct page_place nowhere = { .prefix = "" };
	struct view_error v = { .status = status == 500 || status == 503 ||
						  status < 500
					      ? (int)status
					      : 500 };
	size_t lang;

	if (place == NULL)
		place = &nowhere;
	lang = page_language_for(place->card, place->lang);
	view_site(&v.site, place, lang);
	template_render(b, &template_error, lang, &v);
	return buf_finish(b);
}
