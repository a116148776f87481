/* pista lock: the desk that runs forgets what it opened. */

#include <stdio.h>

#include "base/err.h"
#include "cmd.h"
#include "launch/door.h"
#include "os/profile.h"
#include "say.h"

static const char usage[] =
    "usage: pista lock [--panic] [--home DIR]\n"
    "\n"
    "Locks the desk that runs: it saves what is not saved, wipes keys and\n"
    "letters out of memory, and asks for the passphrase again. Does nothing\n"
    "when no desk runs.\n"
    "\n"
    "  --panic                end it at once, unsaved, with its browser and\n"
    "                         everything that browser kept\n"
    "  --home DIR             whose desk (default: $PISTA_HOME, else\n"
    "                         ~/.local/share/pista)\n";

int
cmd_lock(int argc, char **argv)
{
	static const struct option options[] = {
		{ "panic", no_argument, NULL, 'p' },
		{ "home", required_argument, NULL, HOME_DIR },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	enum desk_question question = DESK_ASK_LOCK;
	char answer[DESK_ANSWER_MAX] = "";
	struct home home;
	int option, err;

	home_init(&home);
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 'h')
			return cmd_help(usage);
		if (option == 'p')
			question = DESK_ASK_PANIC;
		else if (!home_option(&home, option, optarg))
			return cmd_misused("lock", NULL);
	}
	if (optind < argc)
		return cmd_misused(
		    "lock", "%s: takes no further words", argv[optind]);
	if (home_open(&home, "lock") != 0)
		return CMD_FAILED;
	err = desk_ask(&home, question, answer);
	/* What an earlier desk left when it was killed goes, too. */
	if (question == DESK_ASK_PANIC)
		profile_sweep_all();
	if (err == ERR_CLOSED)
		(void)puts("No desk is running.");
	else if (err != 0)
		return say_error("lock", "the desk", err,
		    answer[0] != '\0' ? answer
				      : "`pista lock --panic' ends it");
	return CMD_OK;
}
