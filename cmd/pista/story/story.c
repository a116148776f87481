/* pista story: the articles a tip can be about. */

#include <stdio.h>
#include <string.h>

#include "base/day.h"
#include "base/err.h"
#include "base/mem.h"
#include "cmd.h"
#include "options.h"
#include "say.h"
#include "seat.h"
#include "story/import.h"
#include "story/list.h"
#include "story/server.h"

#define NAME "story"
#define KEEP 300
#define KEEP_MAX 2000
static const char usage[] =
    "usage: pista story add --id ID --title TITLE [--lang L] [--url URL] [--day DAY]\n"
    "       pista story import [FILE] [--keep N]\n"
    "       pista story remove ID\n"
    "       pista story list [--json]\n"
    "       pista story publish\n"
    "\n"
    "Readers choose a story on the page, or come from the article through a link\n"
    "that ends in ?story=ID. import reads the articles of a feed from FILE or\n"
    "standard input: RSS, Atom or a news sitemap. Changes reach the server's list at\n"
    "once; with --later, or when the server cannot be reached, the change waits\n"
    "here for `pista story publish'.\n"
    "\n"
    "  --id ID                a-z, 0-9 and hyphen, at most 64\n"
    "  --title TITLE          as readers know it; another title for a known id\n"
    "                         replaces the story\n"
    "  --lang L               its language, such as es\n"
    "  --url URL              where it stands\n"
    "  --day YYYY-MM-DD       when it was published (default: today)\n"
    "  --later                do not publish yet\n"
    "  --keep N               import: the newest N stay (default: 300)\n"
    "  --json                 list: the list itself\n"
    "\n" SEAT_USAGE;

struct options {
	struct seat desk;
	const char *id, *title, *lang, *url, *day;
	struct text feed; /* to import; empty: one story */
	uint64_t keep;
	struct story_import import;
	bool is_later, is_json;
};

/* The change that was asked for: a new story comes first. */
static int
change(struct options *o, json_t *list)
{
	char today[DAY_TEXT_SIZE + 1];
	json_t *story;

	if (o->feed.n > 0)
		return story_import(o->feed, o->keep, list, &o->import);
	if (!story_list_remove(list, o->id) && o->title == NULL)
		return ERR_NOT_FOUND;
	if (o->title == NULL)
		return 0;
	day_write(today, day_today());
	story = json_object();
	(void)json_object_set_new(story, "id", json_string(o->id));
	(void)json_object_set_new(story, "title", json_string(o->title));
	if (o->lang != NULL)
		(void)json_object_set_new(story, "lang", json_string(o->lang));
	if (o->url != NULL)
		(void)json_object_set_new(story, "url", json_string(o->url));
	(void)json_object_set_new(
	    story, "day", json_string(o->day != NULL ? o->day : today));
	(void)json_array_insert_new(list, 0, story);
	return 0;
}

static int
keep_for_later(struct options *o)
{
	struct home *h = &o->desk.home;
	json_t *list = NULL;
	int err;

	if ((err = story_list_here(h, &list)) == 0 &&
	    (err = change(o, list)) == 0)
		err = story_list_save(h, STORY_LIST_NEXT, list);
	json_decref(list);
	return err;
}

/* The new story alone must be one that everybody takes. */
static int
check_story(struct options *o)
{
	json_t *list = json_array();
	struct buf b;
	int err;

	buf_init(&b, STORIES_MAX);
	if ((err = change(o, list)) == 0)
		err = story_list_put(&b, list);
	buf_fini(&b);
	json_decref(list);
	return err;
}

static int
say_shown(const json_t *list)
{
	size_t n = json_array_size(list);

	printf("Published: %zu stor%s on the page.\n", n,
	    n == 1 ? "y is" : "ies are");
	return CMD_OK;
}

/* Changes the server's list, or the one that waits here, and publishes it. */
static int
change_there(struct options *o, json_t **ret_list, struct http_call *call)
{
	struct seat *d = &o->desk;
	int err;

	err = home_has(&d->home, STORY_LIST_NEXT)
		  ? story_list_load(&d->home, STORY_LIST_NEXT, ret_list)
		  : story_server_get(d, ret_list, call);
	if (err != 0)
		return place_say_error(NAME, &d->place, call, err);
	if ((err = change(o, *ret_list)) != 0)
		return say_error(
		    NAME, o->id, err, "`pista story list' shows what there is");
	if ((err = story_server_put(d, *ret_list, call)) != 0)
		return place_say_error(NAME, &d->place, call, err);
	if ((err = story_list_save(&d->home, STORY_LIST_SHOWN, *ret_list)) != 0)
		return say_error(NAME, "the list here", err, NULL);
	story_list_published(&d->home);
	return say_shown(*ret_list);
}

static int
wait_here(struct options *o)
{
	int err = keep_for_later(o);

	if (err != 0)
		return say_error(NAME, o->id, err, "nothing was changed");
	fputs("pista: story: the change waits here for `pista story "
	      "publish'\n",
	    stderr);
	return CMD_OK;
}

static int
say_feed_error(const struct options *o, int err)
{
	if (err == ERR_FORMAT && o->import.line > 0)
		fprintf(stderr,
		    "pista: story: line %zu: neither RSS nor Atom nor a news "
		    "sitemap; nothing was changed\n",
		    o->import.line);
	else
		return say_error(NAME, o->id, err,
		    err == ERR_LIMIT ? "nothing was changed; --keep fewer"
				     : "nothing was changed");
	return CMD_FAILED;
}

static int
add_or_remove(struct options *o)
{
	struct seat *d = &o->desk;
	struct http_call call = { 0 };
	json_t *list = NULL;
	int err, status;

	if (o->feed.n > 0 && (err = check_story(o)) != 0)
		return say_feed_error(o, err);
	if (o->title != NULL && (err = check_story(o)) != 0)
		return say_error(NAME, o->id, err,
		    "nothing was changed; `pista story --help' says what "
		    "fits");
	if (home_open(&d->home, NAME) != 0)
		return CMD_FAILED;
	if (o->is_later || !home_has(&d->home, "member/place.json"))
		return wait_here(o);
	if ((status = seat_open(d, true)) == CMD_OK)
		status = change_there(o, &list, &call);
	/* With a client the keys were right; without an answer it is the
	 * network that was not. */
	if (status != CMD_OK && d->client != NULL &&
	    (d->card == NULL || call.status == 0))
		(void)wait_here(o);
	json_decref(list);
	return status;
}

static int
publish(struct options *o)
{
	struct seat *d = &o->desk;
	struct http_call call = { 0 };
	json_t *list = NULL;
	int err, status;

	if ((status = seat_open(d, true)) != CMD_OK)
		return status;
	if ((err = story_list_here(&d->home, &list)) != 0)
		return say_error(NAME, "the list here", err, NULL);
	if ((err = story_server_put(d, list, &call)) != 0)
		status = place_say_error(NAME, &d->place, &call, err);
	else if ((err = story_list_save(&d->home, STORY_LIST_SHOWN, list)) != 0)
		status = say_error(NAME, "the list here", err, NULL);
	else {
		story_list_published(&d->home);
		status = say_shown(list);
	}
	json_decref(list);
	return status;
}

static int
list_here(struct options *o)
{
	const struct home *h = &o->desk.home;
	json_t *list = NULL, *story;
	struct buf b;
	size_t i;
	int err;

	if (home_open(&o->desk.home, NAME) != 0)
		return CMD_FAILED;
	if ((err = story_list_here(h, &list)) != 0)
		return say_error(NAME, "the list here", err, NULL);
	buf_init(&b, STORIES_MAX);
	if (o->is_json) {
		json_put(&b, list, JSON_INDENT(2));
		if ((err = buf_finish(&b)) == 0)
			puts(buf_cstr(&b));
	} else {
		json_array_foreach (list, i, story)
			story_print(story);
		if (json_array_size(list) == 0)
			puts("No stories.");
	}
	if (home_has(h, STORY_LIST_NEXT))
		fputs("pista: story: not published yet: `pista story "
		      "publish'\n",
		    stderr);
	buf_fini(&b);
	json_decref(list);
	return err == 0 ? CMD_OK : CMD_FAILED;
}

static int
import(struct options *o, const char *path)
{
	int err, status;

	if ((err = story_import_open(path, &o->feed)) == 0 && o->feed.n == 0)
		err = ERR_TRUNCATED;
	if (err != 0) {
		status = say_error(NAME, path, err,
		    "nothing was changed; give a file or pipe the feed in");
	} else {
		o->id = path;
		status = add_or_remove(o);
		if (status == CMD_OK)
			story_import_say(&o->import);
	}
	mem_free((char *)(uintptr_t)o->feed.p);
	return status;
}

static int
run(struct options *o, const char *verb, int n, char **words)
{
	if (strcmp(verb, "add") == 0 && n == 0) {
		if (o->id == NULL || o->title == NULL)
			return cmd_misused(NAME, "add: give --id and --title");
		return add_or_remove(o);
	}
	if (strcmp(verb, "import") == 0 && n <= 1)
		return import(o, n == 1 ? words[0] : "-");
	if (strcmp(verb, "remove") == 0 && n == 1) {
		o->id = words[0];
		o->title = NULL;
		return add_or_remove(o);
	}
	if (strcmp(verb, "list") == 0 && n == 0)
		return list_here(o);
	if (strcmp(verb, "publish") == 0 && n == 0)
		return publish(o);
	return cmd_misused(NAME, "say add, import, remove ID, list or publish");
}

int
cmd_story(int argc, char **argv)
{
	struct options o = { .keep = KEEP };
	const char *verb, *keep = NULL;
	const struct own_option own[] = {
		{ "id", .word = &o.id },
		{ "title", .word = &o.title },
		{ "lang", .word = &o.lang },
		{ "url", .word = &o.url },
		{ "day", .word = &o.day },
		{ "later", .is = &o.is_later },
		{ "keep", .word = &keep },
		{ "json", .is = &o.is_json },
		{ 0 },
	};
	int status;

	if (cmd_wants_help(argc, argv))
		return cmd_help(usage);
	verb = cmd_verb(&argc, &argv);
	seat_init(&o.desk, NAME);
	if (!options_read_seat(&o.desk, usage, own, &argc, &argv, &status))
		return status;
	if (keep != NULL &&
	    (text_to_u64(text_from(keep), KEEP_MAX, &o.keep) != 0 ||
		o.keep == 0))
		return cmd_misused(NAME, NULL);
	status = run(&o, verb, argc, argv);
	seat_close(&o.desk);
	return status;
}
