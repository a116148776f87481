/*
 * What the subcommands share. Each stands in a file of its own with its usage
 * text and exports one function, named in the table of main.c. Errors go to
 * standard error as "pista: COMMAND: SUBJECT: text" (say.h).
 */
#ifndef PISTA_CMD_CMD_H
#define PISTA_CMD_CMD_H

enum cmd_status {
	CMD_OK = 0,
	CMD_FAILED = 1,
	CMD_MISUSED = 2, /* the command line made no sense */
};

/* argv[0] is "pista: NAME", for messages. Returns an enum cmd_status. */
typedef int cmd_fn(int argc, char **argv);

struct command {
	const char *name;
	cmd_fn *run;
	const char *help; /* one line */
};

cmd_fn cmd_alarms;
cmd_fn cmd_assign;
cmd_fn cmd_away;
cmd_fn cmd_box;
cmd_fn cmd_check_site;
cmd_fn cmd_delete;
cmd_fn cmd_desk;
cmd_fn cmd_export;
cmd_fn cmd_flag;
cmd_fn cmd_grant;
cmd_fn cmd_label;
cmd_fn cmd_list;
cmd_fn cmd_lock;
cmd_fn cmd_masthead;
cmd_fn cmd_member;
cmd_fn cmd_newsroom;
cmd_fn cmd_note;
cmd_fn cmd_open;
cmd_fn cmd_people;
cmd_fn cmd_read;
cmd_fn cmd_replies;
cmd_fn cmd_reply;
cmd_fn cmd_seal;
cmd_fn cmd_search;
cmd_fn cmd_send;
cmd_fn cmd_setup;
cmd_fn cmd_status;
cmd_fn cmd_story;
cmd_fn cmd_summary;
cmd_fn cmd_sync;
cmd_fn cmd_tell;

/* Prints a command's usage text on standard output. Returns CMD_OK. */
int cmd_help(const char *usage);

/* True when --help stands among the arguments. */
_Bool cmd_wants_help(int argc, char **argv);

/* Takes the word behind the command's name ("add" of `pista member add') out
 * of the arguments; "" when there is none. */
const char *cmd_verb(int *argc, char ***argv);

/* Says what is wrong with the command line and how to learn more; fmt may be
 * NULL when getopt has spoken already. Returns CMD_MISUSED. */
int cmd_misused(const char *command, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

#endif
