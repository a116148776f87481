/* pista: what people run. One file a subcommand; this one finds it. */

#include <stdio.h>
#include <string.h>

#include "base/sqlite_memory.h"
#include "cmd.h"
#include "crypto/random.h"

/* Each list ends with an entry without a name. */
static const struct command newsroom[] = {
	{ "setup", cmd_setup,
	    "make a newsroom, its first member and a server" },
	{ "newsroom", cmd_newsroom, "make a newsroom, change what it says" },
	{ "member", cmd_member, "who reads the letters" },
	{ "masthead", cmd_masthead,
	    "sign, publish and show the card of the newsroom" },
	{ "story", cmd_story, "the stories a tip can be about" },
	{ "box", cmd_box, "print the box for the foot of an article" },
	{ "check-site", cmd_check_site,
	    "look at a newsroom's page from outside" },
	{ 0 },
};

static const struct command tips[] = {
	{ "desk", cmd_desk, "open the desk in a browser" },
	{ "lock", cmd_lock, "lock the desk that runs" },
	{ "sync", cmd_sync, "bring new letters from the server" },
	{ "list", cmd_list, "list what came, what is due first" },
	{ "search", cmd_search, "find words in what came" },
	{ "read", cmd_read, "read a thread" },
	{ "export", cmd_export, "save a letter's message and files" },
	{ "reply", cmd_reply, "answer a source" },
	{ "tell", cmd_tell, "tell a source how it stands" },
	{ "note", cmd_note, "write a note only the desk sees" },
	{ "summary", cmd_summary, "set the safe line of a thread" },
	{ "label", cmd_label, "sort threads by labels" },
	{ "flag", cmd_flag, "warn of danger or of a plant" },
	{ "assign", cmd_assign, "say whose a thread is" },
	{ "grant", cmd_grant, "hand a thread to another desk" },
	{ "status", cmd_status, "park, close, open, bin a thread" },
	{ "delete", cmd_delete, "take letters out of the inbox" },
	{ "alarms", cmd_alarms, "say what is not in order" },
	{ "people", cmd_people, "who is there, away, or has left" },
	{ "away", cmd_away, "say when you are not there" },
	{ 0 },
};

static const struct command sources[] = {
	{ "send", cmd_send, "send a tip or a follow-up" },
	{ "replies", cmd_replies, "read the answers with a receipt" },
	{ 0 },
};

static const struct command files[] = {
	{ "seal", cmd_seal, "seal a file to recipients or a passphrase" },
	{ "open", cmd_open, "open a sealed file with an identity" },
	{ 0 },
};

static const struct group {
	const char *title;
	const struct command *commands;
} groups[] = {
	{ "The newsroom and its page; begin with setup", newsroom },
	{ "Tips, for journalists; begin with member new, then desk", tips },
	{ "For sources", sources },
	{ "Files, as age does it", files },
};

#define GROUPS_N (sizeof(groups) / sizeof(groups[0]))

static const struct command *
find(const char *name)
{
	for (size_t i = 0; i < GROUPS_N; i++)
		for (const struct command *c = groups[i].commands;
		     c->name != NULL; c++)
			if (strcmp(c->name, name) == 0)
				return c;
	return NULL;
}

static void
list(FILE *to)
{
	(void)fputs("usage: pista COMMAND [ARGUMENTS]\n"
		    "       pista COMMAND --help\n",
	    to);
	for (size_t i = 0; i < GROUPS_N; i++) {
		(void)fprintf(to, "\n%s:\n", groups[i].title);
		for (const struct command *c = groups[i].commands;
		     c->name != NULL; c++)
			(void)fprintf(to, "  %-10s %s\n", c->name, c->help);
	}
}

static int
run(const struct command *c, int argc, char **argv)
{
	char name[32];

	if (crypto_init() != 0 || sqlite_memory_init(true) != 0) {
		(void)fputs("pista: the cryptographic libraries do not start\n",
		    stderr);
		return CMD_FAILED;
	}
	/* getopt begins its complaints with this. */
	(void)snprintf(name, sizeof(name), "pista: %s", c->name);
	argv[0] = name;
	return c->run(argc, argv);
}

/* "pista help [COMMAND]" */
static int
help(int argc, char **argv)
{
	static char option[] = "--help";
	char *args[] = { NULL, option, NULL };
	const struct command *c;

	if (argc < 2) {
		list(stdout);
		return CMD_OK;
	}
	if ((c = find(argv[1])) == NULL) {
		(void)fprintf(stderr, "pista: no command %s\n", argv[1]);
		return CMD_MISUSED;
	}
	args[0] = argv[1];
	return run(c, 2, args);
}

int
main(int argc, char **argv)
{
	const struct command *c;

	if (argc < 2) {
		list(stderr);
		return CMD_MISUSED;
	}
	if (strcmp(argv[1], "help") == 0 || strcmp(argv[1], "--help") == 0)
		return help(argc - 1, argv + 1);
	if (strcmp(argv[1], "--version") == 0) {
		(void)puts("pista " PISTA_VERSION);
		return CMD_OK;
	}
	if ((c = find(argv[1])) == NULL) {
		(void)fprintf(stderr,
		    "pista: no command %s; `pista help' lists them\n", argv[1]);
		return CMD_MISUSED;
	}
	return run(c, argc - 1, argv + 1);
}
