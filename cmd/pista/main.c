/* pista: what people run. One file a subcommand; this one finds it. */

#include <stdio.h>
#include <string.h>

#include "base/sqlite_memory.h"
#include "cmd.h"
#include "crypto/random.h"

static const struct command commands[] = {
	{ "alarms", cmd_alarms, "say what is not in order" },
	{ "assign", cmd_assign, "say whose a thread is" },
	{ "away", cmd_away, "say when you are not there" },
	{ "box", cmd_box, "print the box for the foot of an article" },
	{ "check-site", cmd_check_site, "look at a newsroom's page from outside" },
	{ "delete", cmd_delete, "take letters out of the inbox" },
	{ "desk", cmd_desk, "open the desk in a browser" },
	{ "export", cmd_export, "save a letter's message and files" },
	{ "flag", cmd_flag, "warn of danger or of a plant" },
	{ "grant", cmd_grant, "hand a thread to another desk" },
	{ "label", cmd_label, "sort threads by labels" },
	{ "list", cmd_list, "list what came, what is due first" },
	{ "lock", cmd_lock, "lock the desk that runs" },
	{ "masthead", cmd_masthead,
	    "sign, publish and show the card of the newsroom" },
	{ "member", cmd_member, "who reads the letters" },
	{ "newsroom", cmd_newsroom, "make a newsroom, change what it says" },
	{ "note", cmd_note, "write a note only the desk sees" },
	{ "open", cmd_open, "open a sealed file with an identity" },
	{ "people", cmd_people, "who is there, away, or has left" },
	{ "read", cmd_read, "read a thread" },
	{ "replies", cmd_replies,
	    "for sources: read the answers with a receipt" },
	{ "reply", cmd_reply, "answer a source" },
	{ "seal", cmd_seal, "seal a file to recipients or a passphrase" },
	{ "search", cmd_search, "find words in what came" },
	{ "send", cmd_send, "for sources: send a tip or a follow-up" },
	{ "setup", cmd_setup,
	    "make a newsroom, its first member and a server" },
	{ "status", cmd_status, "park, close, open, bin a thread" },
	{ "story", cmd_story, "the stories a tip can be about" },
	{ "summary", cmd_summary, "set the safe line of a thread" },
	{ "sync", cmd_sync, "bring new letters from the desk" },
	{ "tell", cmd_tell, "tell a source how it stands" },
};

#define COMMANDS_N (sizeof(commands) / sizeof(commands[0]))

static const struct command *
find(const char *name)
{
	size_t i;

	for (i = 0; i < COMMANDS_N; i++) {
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
	}
	return NULL;
}

static void
list(FILE *to)
{
	size_t i;

	(void)fputs("usage: pista COMMAND [ARGUMENTS]\n"
		    "       pista COMMAND --help\n\n",
	    to);
	for (i = 0; i < COMMANDS_N; i++)
		(void)fprintf(
		    to, "  %-10s %s\n", commands[i].name, commands[i].help);
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
