#include "story/list.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/day.h"
#include "base/err.h"
#include "base/mem.h"
#include "masthead/masthead.h"
#include "say.h"

int
story_list_parse(struct text in, json_t **ret_list)
{
	struct stories *s = NULL;
	int err = stories_read(in, &s);

	if (err == 0)
		*ret_list = json_incref(s->root);
	stories_free(&s);
	return err;
}

int
story_list_load(const struct home *h, const char *name, json_t **ret_list)
{
	char *p = NULL;
	size_t n;
	int err;

	if ((err = home_read(h, name, STORIES_MAX, &p, &n)) == 0)
		err = story_list_parse((struct text){ p, n }, ret_list);
	mem_free(p);
	return err;
}

int
story_list_put(struct buf *b, const json_t *list)
{
	struct stories *s = NULL;
	int err;

	json_put(b, list, JSON_COMPACT);
	if ((err = buf_finish(b)) == 0)
		err = stories_read(buf_text(b), &s);
	stories_free(&s);
	return err;
}

int
story_list_save(const struct home *h, const char *name, const json_t *list)
{
	struct buf b;
	int err;

	buf_init(&b, STORIES_MAX);
	if ((err = story_list_put(&b, list)) == 0)
		err = home_write(h, name, buf_text(&b));
	buf_fini(&b);
	return err;
}

int
story_list_here(const struct home *h, json_t **ret_list)
{
	int err = story_list_load(h, STORY_LIST_NEXT, ret_list);

	if (err == ERR_NOT_FOUND)
		err = story_list_load(h, STORY_LIST_SHOWN, ret_list);
	if (err == ERR_NOT_FOUND) {
		*ret_list = json_array();
		err = 0;
	}
	return err;
}

bool
story_list_remove(json_t *list, const char *id)
{
	const char *other;
	size_t i;

	for (i = 0; i < json_array_size(list); i++) {
		other = json_string_value(
		    json_object_get(json_array_get(list, i), "id"));
		if (other != NULL && strcmp(other, id) == 0)
			return json_array_remove(list, i) == 0;
	}
	return false;
}

void
story_list_published(const struct home *h)
{
	char path[HOME_PATH_MAX];

	if (home_path(h, STORY_LIST_NEXT, path) == 0)
		(void)unlink(path);
}

void
story_print(const json_t *story)
{
	struct text id = TEXT(""), title = TEXT(""), lang = TEXT("-"), day;

	(void)json_text(story, "id", 64, &id);
	(void)json_text(story, "title", 300, &title);
	(void)json_text(story, "lang", 16, &lang);
	if (json_text(story, "day", DAY_TEXT_SIZE, &day) != 0)
		day = TEXT("          ");
	say_line(stdout, day, DAY_TEXT_SIZE);
	printf("  %-24.*s %-3.*s ", (int)id.n, id.p, (int)lang.n, lang.p);
	say_line(stdout, title, 300);
	printf("\n");
}
