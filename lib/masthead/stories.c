#include "base/err.h"
#include "base/mem.h"
#include "masthead/masthead.h"
#include "masthead/parse.h"

#define STORIES_COUNT_MAX 2048
#define STORY_ID_MAX 64
#define STORY_URL_MAX 1000

static bool
is_story_id(struct text t)
{
	if (t.n == 0)
		return false;
	for (size_t i = 0; i < t.n; i++) {
		if (!(t.p[i] >= 'a' && t.p[i] <= 'z') &&
		    !(t.p[i] >= '0' && t.p[i] <= '9') && t.p[i] != '-')
			return false;
	}
	return true;
}

/* The page links to it, so nothing else may stand there ("javascript:"). */
static bool
is_web_url(struct text t)
{
	return text_has_prefix(t, "https://") || text_has_prefix(t, "http://");
}

static int
optional_text(
    const json_t *o, const char *name, size_t max, struct text *ret_text)
{
	return json_has(o, name) ? json_text(o, name, max, ret_text) : 0;
}

static int
read_story(const json_t *o, struct story *ret_story)
{
	struct story s = { 0 };
	int err;

	if ((err = json_text(o, "id", STORY_ID_MAX, &s.id)) != 0 ||
	    (err = json_text(o, "title", MASTHEAD_TEXT_MAX, &s.title)) != 0 ||
	    (err = optional_text(o, "lang", LANGUAGE_MAX, &s.lang)) != 0 ||
	    (err = optional_text(o, "url", STORY_URL_MAX, &s.url)) != 0 ||
	    (json_has(o, "day") && (err = json_day(o, "day", &s.day)) != 0))
		return err;
	if (!is_story_id(s.id) ||
	    (s.lang.n > 0 && !masthead_is_language(s.lang)) ||
	    (s.url.n > 0 && !is_web_url(s.url)))
		return ERR_FORMAT;
	*ret_story = s;
	return 0;
}

int
stories_read(struct text json, struct stories **ret_stories)
{
	struct stories *s = NULL;
	json_t *v;
	size_t i;
	int err;

	s = mem_new(1, sizeof(*s));
	if (s == NULL)
		return ERR_NOMEM;
	if ((err = json_read(json, STORIES_MAX, &s->root)) != 0)
		goto out;
	if (!json_is_array(s->root)) {
		err = ERR_FORMAT;
		goto out;
	}
	if (json_array_size(s->root) > STORIES_COUNT_MAX) {
		err = ERR_LIMIT;
		goto out;
	}
	s->story = mem_new(json_array_size(s->root) + 1, sizeof(*s->story));
	if (s->story == NULL) {
		err = ERR_NOMEM;
		goto out;
	}
	json_array_foreach (s->root, i, v) {
		if ((err = read_story(v, &s->story[i])) != 0)
			goto out;
		if (stories_find(s, s->story[i].id) != NULL) {
			err = ERR_FORMAT;
			goto out;
		}
		s->n++;
	}
	*ret_stories = s;
	s = NULL;
out:
	stories_free(&s);
	return err;
}

void
stories_free(struct stories **s)
{
	if (*s == NULL)
		return;
	json_decref((*s)->root);
	mem_free((*s)->story);
	mem_free(*s);
	*s = NULL;
}

const struct story *
stories_find(const struct stories *s, struct text id)
{
	for (size_t i = 0; i < s->n; i++) {
		if (text_is_equal(s->story[i].id, id))
			return &s->story[i];
	}
	return NULL;
}
