/* pista search: words in everything that was opened. */

#include "base/secret.h"
#include "cmd.h"
#include "member/filter.h"
#include "member/work.h"
#include "options.h"
#include "typed.h"

#define WORDS_MAX 1000

static const char usage[] =
    "usage: pista search [--view VIEW] [--json] [FILTERS] <WORDS\n"
    "\n"
    "Finds threads by words in messages, notes, answers, summaries, names of files\n"
    "and stories. The words come from standard input or are asked for: on the\n"
    "command line others on this machine could see them, and the shell would keep\n"
    "them.\n"
    "All words must be there; \"phrases in quotes\" stand together, presup* is a\n"
    "beginning, accents do not matter. Works without the network.\n"
    "\n"
    "  --view VIEW            in this view of `pista list' only; all without\n" FILTER_USAGE
	HOME_USAGE;

static int
search(struct work *w, struct filter *f)
{
	char *words = NULL;
	int status;

	/* Asked for first: opening takes a moment. */
	status = typed_line("search", "Search for", WORDS_MAX, &words);
	if (status == 0)
		status = work_open(w);
	if (status == 0) {
		f->query.words = words;
		status = filter_show(f, w, "Nothing found.");
	}
	secret_free(&words);
	return status;
}

int
cmd_search(int argc, char **argv)
{
	struct filter f = { 0 };
	const char *view = NULL;
	struct work w;
	const struct own_option own[] = {
		{ "view", .word = &view },
		FILTER_OPTIONS(&f),
		{ 0 },
	};
	int status;

	work_init(&w, "search");
	if (!options_read_seat(&w.seat, usage, own, &argc, &argv, &status))
		return status;
	if ((status = filter_check(&f, "search")) != 0 ||
	    (view != NULL && (status = filter_view(&f, "search", view)) != 0))
		return status;
	if (argc > 0)
		return cmd_misused("search",
		    "words on the command line can be seen by others: type "
		    "them when asked, or pipe them in");
	status = search(&w, &f);
	work_fini(&w);
	return status;
}
