/* pista search: words in everything that was opened. */

#include <stdio.h>

#include "base/secret.h"
#include "cmd.h"
#include "member/filter.h"
#include "member/work.h"
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
	static const struct option options[] = {
		{ "view", required_argument, NULL, 'v' },
		{ "help", no_argument, NULL, 'h' },
		FILTER_OPTIONS,
		SEAT_OPTIONS,
		{ 0 },
	};
	struct filter f = { 0 };
	struct work w;
	int option, status;

	work_init(&w, "search");
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 'h')
			return cmd_help(usage);
		if (option == 'v') {
			if ((status = filter_view(&f, "search", optarg)) != 0)
				return status;
		} else if (!filter_option(&f, "search", option, optarg) &&
			   !seat_option(&w.seat, option, optarg))
			return cmd_misused("search", NULL);
	}
	if (optind < argc)
		return cmd_misused("search",
		    "words on the command line can be seen by others: type "
		    "them when asked, or pipe them in");
	status = search(&w, &f);
	work_fini(&w);
	return status;
}
