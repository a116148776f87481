/* pista box: what stands at the foot of an article, ready to be pasted. */

#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "cmd.h"
#include "page/view.h"
#include "place.h"
#include "say.h"
#include "story/list.h"

#define NAME "box"
#define LINK_MAX 1200

static const char usage[] =
    "usage: pista box [--story ID] [--lang L] [--page URL] [--plain]\n"
    "\n"
    "Prints the box for the foot of an article: a link to the newsroom's page about\n"
    "this story, the onion address, the other ways in and the newsroom's key, all as\n"
    "text. HTML without script, style sheet or pictures; paste it into any CMS.\n"
    "\n"
    "  --story ID             the story, as `pista story list' names it\n"
    "  --lang L               language of the box (default: the newsroom's first)\n"
    "  --page URL             address of the page (default: the channel of kind web\n"
    "                         on the masthead)\n"
    "  --plain                elements alone, no style: for AMP, RSS and newsletters\n"
    "\n" HOME_USAGE;

struct box {
	struct home home;
	struct text story, lang, page;
	bool is_plain;
};

/* PAGE/?lang=L&story=ID */
static void
put_link(struct buf *b, const struct box *o, struct text page, size_t lang)
{
	if (page.n == 0)
		return;
	buf_put_text(b, page);
	if (page.p[page.n - 1] != '/')
		buf_puts(b, "/");
	buf_putf(b, "?lang=%s", page_language(lang));
	if (o->story.n > 0) {
		buf_puts(b, "&story=");
		buf_put_text(b, o->story);
	}
}

/* What may stand behind href. */
static bool
is_address(struct text t)
{
	return text_has_prefix(t, "https://") || text_has_prefix(t, "http://");
}

/* Takes the page's own two addresses out of the ways. */
static void
sort_ways(struct view_box *v, struct view_way *ways, size_t n,
    struct text *ret_page, struct text *ret_onion)
{
	v->ways = ways;
	for (size_t i = 0; i < n; i++) {
		if (ways[i].kind == WAY_WEB && is_address(ways[i].address))
			*ret_page = ways[i].address;
		else if (ways[i].kind == WAY_ONION)
			*ret_onion = ways[i].address;
		else
			ways[v->ways_n++] = ways[i];
	}
}

static int
print(const struct box *o, const struct place *place, struct masthead *card)
{
	struct view_way ways[PAGE_WAYS_MAX];
	struct view_box v = { .is_styled = !o->is_plain };
	struct text page = TEXT(""), onion = TEXT("");
	size_t lang = page_language_for(card, o->lang);
	struct buf b, link, hidden, key;
	int err;

	buf_init(&b, PAGE_MAX);
	buf_init(&link, LINK_MAX);
	buf_init(&hidden, LINK_MAX);
	buf_init(&key, 256);
	sort_ways(&v, ways, view_channels(ways, card, lang), &page, &onion);
	put_link(&link, o, o->page.n > 0 ? o->page : page, lang);
	put_link(&hidden, o, onion, lang);
	masthead_pin_put(&key, &place->pin);
	v.link = buf_text(&link);
	v.onion = buf_text(&hidden);
	v.key = buf_text(&key);
	if ((err = buf_finish(&link)) == 0 &&
	    (err = buf_finish(&hidden)) == 0 && (err = buf_finish(&key)) == 0) {
		page_put_box(&b, lang, &v);
		err = buf_finish(&b);
	}
	if (err != 0)
		err = say_error(NAME, "the box", err, NULL);
	else if (link.n == 0 && hidden.n == 0)
		err = say_error(NAME, "the page's address", ERR_NOT_FOUND,
		    "give it with --page, or put it on the masthead: "
		    "`pista newsroom set --channel web=https://...' and then "
		    "`pista masthead publish'");
	else
		fputs(buf_cstr(&b), stdout);
	buf_fini(&b);
	buf_fini(&link);
	buf_fini(&hidden);
	buf_fini(&key);
	return err;
}

/* What the address and the id may be, before they are printed into somebody's
 * page. */
static int
check(const struct box *o)
{
	if (o->page.n > 0 && !is_address(o->page))
		return cmd_misused(NAME, "--page: begins with https://");
	for (size_t i = 0; i < o->story.n; i++)
		if (strchr("abcdefghijklmnopqrstuvwxyz0123456789-",
			o->story.p[i]) == NULL)
			return cmd_misused(
			    NAME, "--story: a-z, 0-9 and hyphen");
	return CMD_OK;
}

/* A slip in the id would lead readers to the page without the story. */
static void
warn_unknown(const struct box *o)
{
	json_t *list = NULL;

	if (o->story.n == 0 || story_list_here(&o->home, &list) != 0)
		return;
	if (json_array_size(list) > 0 && !story_list_remove(list, o->story.p))
		(void)fprintf(stderr,
		    "pista: box: `pista story list' has no %s: the page "
		    "will not say what the letter is about\n",
		    o->story.p);
	json_decref(list);
}

/* The administrator's own card, just signed maybe; else the one a member
 * remembers. */
static int
load(const struct home *h, struct place *ret_place, struct masthead **ret_card)
{
	char path[HOME_PATH_MAX];
	struct place place = { 0 };
	int err;

	if (home_has(h, "newsroom/masthead.json")) {
		if ((err = home_path(h, "newsroom/newsroom.pub", path)) == 0 &&
		    (err = place_pin(path, &place.pin)) == 0 &&
		    (err = home_path(h, "newsroom/masthead.json", path)) == 0)
			err = place_card_file(path, &place.pin, ret_card);
	} else if ((err = place_load(h, &place)) == 0) {
		err = place_remembered(h, &place, ret_card);
	}
	if (err == 0)
		*ret_place = place;
	return err;
}

static int
run(struct box *o)
{
	struct masthead *card = NULL;
	struct place place;
	int err, status;

	if ((status = check(o)) != CMD_OK)
		return status;
	if (home_open(&o->home, NAME) != 0)
		return CMD_FAILED;
	if ((err = load(&o->home, &place, &card)) != 0)
		return say_error(NAME, "the masthead", err,
		    "`pista setup' makes one; a member runs `pista sync' "
		    "first");
	if (o->lang.n > 0 &&
	    !text_is(o->lang, page_language(page_language_for(card, o->lang))))
		status = cmd_misused(NAME,
		    "--lang: not a language of the masthead that has pages");
	else if ((status = print(o, &place, card)) == CMD_OK)
		warn_unknown(o);
	masthead_free(&card);
	return status;
}

int
cmd_box(int argc, char **argv)
{
	static const struct option options[] = {
		{ "story", required_argument, NULL, 's' },
		{ "lang", required_argument, NULL, 'l' },
		{ "page", required_argument, NULL, 'u' },
		{ "plain", no_argument, NULL, 'p' },
		{ "help", no_argument, NULL, 'h' },
		HOME_OPTIONS,
		{ 0 },
	};
	struct box o = { 0 };
	int option, status;

	home_init(&o.home);
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 's')
			o.story = text_from(optarg);
		else if (option == 'l')
			o.lang = text_from(optarg);
		else if (option == 'u')
			o.page = text_from(optarg);
		else if (option == 'p')
			o.is_plain = true;
		else if (option == 'h')
			return cmd_help(usage);
		else if (!home_option(&o.home, option, optarg))
			return cmd_misused(NAME, NULL);
	}
	if (optind < argc)
		return cmd_misused(
		    NAME, "%s: takes no further words", argv[optind]);
	status = run(&o);
	home_fini(&o.home);
	return status;
}
