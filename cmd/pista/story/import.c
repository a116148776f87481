#include "story/import.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/day.h"
#include "base/err.h"
#include "base/json.h"
#include "crypto/hash.h"
#include "feed/feed.h"
#include "os/file.h"

#define ID_MAX 64
#define SLUG_MAX 56 /* leaves room for a number that tells two apart */
#define SLUG_MIN 3  /* letters and digits; less says nothing */

struct importing {
	json_t *list;
	struct story_import *result;
};

static const char *
member(const json_t *story, const char *name)
{
	const char *value = json_string_value(json_object_get(story, name));

	return value != NULL ? value : "";
}

static json_t *
by(const json_t *list, const char *name, const char *value)
{
	json_t *story;
	size_t i;

	json_array_foreach (list, i, story)
		if (strcmp(member(story, name), value) == 0)
			return story;
	return NULL;
}

/* The last part of the address, without its extension. */
static struct text
last_part(struct text url)
{
	struct text t = url, rest;
	size_t at;

	rest = t;
	t = text_cut(&rest, '#');
	rest = t;
	t = text_cut(&rest, '?');
	while (t.n > 0 && t.p[t.n - 1] == '/')
		t.n--;
	for (at = t.n; at > 0 && t.p[at - 1] != '/'; at--)
		continue;
	t = (struct text){ t.p + at, t.n - at };
	for (at = t.n; at > 1 && t.n - at < 6; at--)
		if (t.p[at - 1] == '.')
			return (struct text){ t.p, at - 1 };
	return t;
}

/* Letters and digits with hyphens between; what they are is the newsroom's
 * choice of addresses. One that says too little is replaced by a digest. */
static void
slug(char out[static ID_MAX + 1], struct text url)
{
	struct text t = last_part(url);
	uint8_t digest[HASH_SIZE];
	size_t n = 0, said = 0;

	for (size_t i = 0; i < t.n && n < SLUG_MAX; i++) {
		char c = t.p[i];

		if (c >= 'A' && c <= 'Z')
			c = (char)(c | 0x20);
		if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
			out[n++] = c;
			said++;
		} else if (c == '%') {
			i += 2;
		} else if (n > 0 && out[n - 1] != '-') {
			out[n++] = '-';
		}
	}
	while (n > 0 && out[n - 1] == '-')
		n--;
	out[n] = '\0';
	if (said >= SLUG_MIN)
		return;
	hash_once(digest, url.p, url.n);
	memcpy(out, "s-", 2);
	hex_write(out + 2, digest, 6);
	out[14] = '\0';
}

static void
new_id(char out[static ID_MAX + 1], const json_t *list, struct text url)
{
	char first[ID_MAX + 1];
	unsigned i;

	slug(out, url);
	memcpy(first, out, sizeof(first));
	for (i = 2; by(list, "id", out) != NULL; i++)
		snprintf(out, ID_MAX + 1, "%.*s-%u", SLUG_MAX, first, i);
}

static void
set_day(json_t *story, uint32_t day)
{
	char text[DAY_TEXT_SIZE + 1];

	day_write(text, day);
	(void)json_object_set_new(story, "day", json_string(text));
}

static int
update(struct importing *m, json_t *story, const struct feed_item *item)
{
	const char *title = member(story, "title");

	if (text_is(item->title, title)) {
		m->result->same++;
		return 0;
	}
	m->result->changed++;
	return json_object_set_new(story, "title",
		   json_stringn(item->title.p, item->title.n)) == 0
		   ? 0
		   : ERR_NOMEM;
}

static int
take(void *ctx, const struct feed_item *item)
{
	struct importing *m = ctx;
	char id[ID_MAX + 1], url[FEED_URL_MAX + 1];
	json_t *story;

	memcpy(url, item->url.p, item->url.n);
	url[item->url.n] = '\0';
	if ((story = by(m->list, "url", url)) != NULL)
		return update(m, story, item);
	new_id(id, m->list, item->url);
	story = json_pack("{s:s, s:o, s:s}", "id", id, "title",
	    json_stringn(item->title.p, item->title.n), "url", url);
	if (story == NULL)
		return ERR_NOMEM;
	if (item->lang.n > 0)
		(void)json_object_set_new(
		    story, "lang", json_stringn(item->lang.p, item->lang.n));
	set_day(story, item->day != 0 ? item->day : day_today());
	m->result->added++;
	return json_array_append_new(m->list, story) == 0 ? 0 : ERR_NOMEM;
}

/* The newest first; those of one day as they stood. */
static void
sort(json_t *list)
{
	size_t n = json_array_size(list);

	for (size_t i = 1; i < n; i++) {
		json_t *story = json_incref(json_array_get(list, i));
		size_t to = i;

		while (to > 0 &&
		       strcmp(member(json_array_get(list, to - 1), "day"),
			   member(story, "day")) < 0)
			to--;
		(void)json_array_remove(list, i);
		(void)json_array_insert_new(list, to, story);
	}
}

int
story_import_open(const char *path, struct text *ret_feed)
{
	uint8_t *p;
	size_t n;
	int err;

	err = strcmp(path, "-") == 0
		  ? file_read_fd(STDIN_FILENO, FEED_MAX, &p, &n)
		  : file_read(path, FEED_MAX, &p, &n);
	if (err == 0)
		*ret_feed = (struct text){ (const char *)p, n };
	return err;
}

int
story_import(
    struct text in, size_t keep, json_t *list, struct story_import *ret_import)
{
	struct story_import result = { 0 };
	struct importing m = { .list = list, .result = &result };
	int err =
	    feed_read(in.p, in.n, take, &m, &result.skipped, &result.line);

	sort(list);
	while (json_array_size(list) > keep) {
		(void)json_array_remove(list, json_array_size(list) - 1);
		result.dropped++;
	}
	*ret_import = result;
	return err;
}

void
story_import_say(const struct story_import *import)
{
	printf("%zu new, %zu with another title, %zu as they were",
	    import->added, import->changed, import->same);
	if (import->skipped > 0)
		printf(", %zu without title or address", import->skipped);
	if (import->dropped > 0)
		printf(", %zu of the oldest left out", import->dropped);
	puts(".");
}
