/* pista setup: a newsroom, its first member and a server, from eight questions. */

#include "newsroom/setup.h"

#include <getopt.h>
#include <pwd.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "cmd.h"
#include "newsroom/setup_check.h"
#include "newsroom/staging.h"
#include "os/term.h"
#include "say.h"

#define NAME "setup"
#define DRILL_SECONDS 2
#define SECONDS_MAX 86400
#define TRIES 3 /* at a new passphrase */

static const char usage[] =
    "usage: pista setup [OPTIONS]\n"
    "\n"
    "Makes a newsroom, you as its first member, and the configuration of a\n"
    "server, all on this machine. Asks at most eight questions; what an option\n"
    "says is not asked.\n"
    "\n"
    "  --name NAME            the newsroom's name\n"
    "  --languages ES,FR,EN   languages of its readers, the first is the\n"
    "                         default. There are pages in ar de en es fa\n"
    "                         fr it pt ru uk\n"
    "  --member-name NAME     your name, as colleagues and sources see it\n"
    "  --member-id ID         your short name: a-z, 0-9 and hyphen\n"
    "  --front KIND           how readers reach the page: direct, onion, proxy\n"
    "                         or cdn\n"
    "  --listen ADDRESS       where pistad waits for them (127.0.0.1:8080)\n"
    "  --dir DIR              where the server keeps its files\n"
    "  --no-recovery          no recovery key: letters are lost when all\n"
    "                         members lose their keys\n"
    "  --yes                  ask nothing, take the defaults\n"
    "  --drill                a newsroom for trying out, and the page says so\n"
    "  --edition-seconds N    drill: answers appear after N seconds (2)\n"
    "\n" HOME_USAGE;

enum {
	OPT_NAME = 'n',
	OPT_LANGUAGES = 'l',
	OPT_MEMBER_NAME = 'm',
	OPT_MEMBER_ID = 'i',
	OPT_FRONT = 'f',
	OPT_LISTEN = 'a',
	OPT_DIR = 'd',
	OPT_NO_RECOVERY = 'r',
	OPT_YES = 'y',
	OPT_DRILL = 'D',
	OPT_SECONDS = 's',
	OPT_HELP = 'h'
};

/* One question: the option that answers it, and what a person reads. */
static const struct question {
	int option;
	size_t at; /* of the answer, in struct setup */
	const char *name;
	struct ask ask;
} questions[] = {
	{ OPT_NAME, offsetof(struct setup, name), "--name",
	    { "Name of the newsroom", NULL, setup_check_name } },
	{ OPT_LANGUAGES, offsetof(struct setup, languages), "--languages",
	    { "Languages",
		"Which languages do your readers speak? The first is the "
		"default. The page\nexists in ar, de, en, es, fa, fr, it, pt, "
		"ru and uk.",
		setup_check_languages } },
	{ OPT_MEMBER_NAME, offsetof(struct setup, member_name), "--member-name",
	    { "Your name",
		"You are the first member. Your answers to sources are signed "
		"with this name.",
		setup_check_member_name } },
	{ OPT_MEMBER_ID, offsetof(struct setup, member_id), "--member-id",
	    { "Your short name", NULL, setup_check_member_id } },
	{ OPT_FRONT, offsetof(struct setup, front), "--front",
	    { "Front",
		"How do readers reach the page? It tells them who can see "
		"their visit.\n"
		"  direct  this machine, or a web server on it that ends TLS\n"
		"  onion   an onion service of tor: only tor browsers, no "
		"addresses\n"
		"  proxy   a web server of yours on another machine\n"
		"  cdn     a company in between that can read along",
		setup_check_front } },
	{ OPT_LISTEN, offsetof(struct setup, listen), "--listen",
	    { "Address",
		"Where does the server wait for tor or the web server in "
		"front of it?",
		setup_check_listen } },
	{ OPT_DIR, offsetof(struct setup, dir), "--dir",
	    { "Directory",
		"Where does the server keep its configuration and the sealed "
		"letters?",
		setup_check_dir } },
};

#define QUESTIONS_N (sizeof(questions) / sizeof(questions[0]))

struct options {
	struct setup setup;
	bool is_yes;
	bool is_given[QUESTIONS_N];
	uint64_t edition_seconds;
};

static char *
answer_of(struct setup *s, const struct question *q)
{
	return (char *)s + q->at;
}

/* "Ana Pérez" gives "ana". */
static void
id_from(const char *name, char id[static ASK_MAX])
{
	size_t n = 0;

	for (; *name != '\0' && *name != ' ' && n < MASTHEAD_ID_MAX; name++) {
		char c = *name;

		if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
			id[n++] = c;
	}
	id[n] = '\0';
	if (n == 0)
		memcpy(id, "editor", sizeof("editor"));
}

static void
set_language(char answer[static ASK_MAX])
{
	static const char *const pages[] = { "ar", "de", "es", "fa", "fr", "it",
		"pt", "ru", "uk" };
	const char *lang = getenv("LANG");
	size_t i;

	snprintf(answer, ASK_MAX, "en");
	for (i = 0; lang != NULL && i < sizeof(pages) / sizeof(pages[0]); i++)
		if (strncmp(lang, pages[i], 2) == 0)
			snprintf(answer, ASK_MAX, "%s", pages[i]);
}

/* What is taken when Enter is pressed. The earlier answers are known. */
static void
set_default(struct setup *s, int option)
{
	const struct passwd *pw;

	switch (option) {
	case OPT_NAME:
		snprintf(s->name, sizeof(s->name), "%s",
		    s->is_drill ? "Drill newsroom" : "The newsroom");
		break;
	case OPT_LANGUAGES:
		set_language(s->languages);
		break;
	case OPT_MEMBER_NAME:
		if ((pw = getpwuid(getuid())) != NULL &&
		    setup_check_member_name(pw->pw_name) == NULL)
			snprintf(s->member_name, sizeof(s->member_name), "%s",
			    pw->pw_name);
		break;
	case OPT_MEMBER_ID:
		id_from(s->member_name, s->member_id);
		break;
	case OPT_FRONT:
		snprintf(s->front, sizeof(s->front), "direct");
		break;
	case OPT_LISTEN:
		snprintf(s->listen, sizeof(s->listen), "127.0.0.1:8080");
		break;
	case OPT_DIR:
		snprintf(s->dir, sizeof(s->dir), "%.500s/server", s->home.dir);
		break;
	default:
		break;
	}
}

/* An answer on the command line. Returns an exit status. */
static int
give(struct options *o, size_t i, const char *answer)
{
	const char *wrong;

	if (strlen(answer) >= ASK_MAX)
		return cmd_misused(
		    NAME, "%s: that is too long", questions[i].name);
	if ((wrong = questions[i].ask.check(answer)) != NULL)
		return cmd_misused(
		    NAME, "%s: that %s", questions[i].name, wrong);
	snprintf(answer_of(&o->setup, &questions[i]), ASK_MAX, "%s", answer);
	o->is_given[i] = true;
	return CMD_OK;
}

static int
take_option(struct options *o, int option)
{
	size_t i;

	for (i = 0; i < QUESTIONS_N; i++)
		if (questions[i].option == option)
			return give(o, i, optarg);
	switch (option) {
	case OPT_NO_RECOVERY:
		o->setup.has_recovery = false;
		return CMD_OK;
	case OPT_YES:
		o->is_yes = true;
		return CMD_OK;
	case OPT_DRILL:
		o->setup.is_drill = true;
		return CMD_OK;
	case OPT_SECONDS:
		if (text_to_u64(text_from(optarg), SECONDS_MAX,
			&o->edition_seconds) != 0 ||
		    o->edition_seconds == 0)
			return cmd_misused(NAME,
			    "--edition-seconds takes 1 to %d", SECONDS_MAX);
		return CMD_OK;
	default:
		o->setup.is_home_named |= option == HOME_DIR;
		return home_option(&o->setup.home, option, optarg)
			   ? CMD_OK
			   : cmd_misused(NAME, NULL);
	}
}

static int
ask_all(struct options *o)
{
	struct setup *s = &o->setup;
	const char *wrong;
	size_t i;

	for (i = 0; i < QUESTIONS_N; i++) {
		const struct question *q = &questions[i];
		char *answer = answer_of(s, q);

		if (o->is_given[i])
			continue;
		set_default(s, q->option);
		if (!o->is_yes && ask(&q->ask, answer) != 0) {
			fputs("pista: setup: nothing was made\n", stderr);
			return CMD_FAILED;
		}
		if (o->is_yes && (wrong = q->ask.check(answer)) != NULL)
			return cmd_misused(NAME, "%s: that %s", q->name, wrong);
	}
	return CMD_OK;
}

/* Asked last; a drill that asks nothing makes its own. */
static int
settle_passphrase(struct options *o)
{
	struct home *h = &o->setup.home;
	bool is_given = h->passphrase_file != NULL || h->passphrase_fd != -1;
	struct text ignored;
	int try, err = ERR_PASSPHRASE;

	if (!is_given && o->is_yes) {
		if (!o->setup.is_drill)
			return cmd_misused(NAME,
			    "--yes asks nothing: name a passphrase with "
			    "--passphrase-file or --passphrase-fd");
		if (home_has(h, "passphrase"))
			return say_error(NAME, "the passphrase in your home",
			    ERR_EXISTS, "name it with --passphrase-file");
		o->setup.is_generated = true;
		return CMD_OK;
	}
	if (!is_given)
		puts("\nA passphrase guards your keys: six words or more. "
		     "Nobody can reset it.");
	for (try = 0; err == ERR_PASSPHRASE && try < (is_given ? 1 : TRIES);
	     try++)
		err = home_passphrase(h, "your keys", true, &ignored);
	if (err != 0)
		fputs("pista: setup: nothing was made\n", stderr);
	return err == 0 ? CMD_OK : CMD_FAILED;
}

static int
check_home(struct options *o)
{
	static const char *const parts[] = { "newsroom", "member" };
	struct home *h = &o->setup.home;
	char path[HOME_PATH_MAX];
	size_t i;
	int err;

	if (home_open(h, NAME) != 0)
		return CMD_FAILED;
	for (i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if ((err = staging_check(h, parts[i])) != 0 &&
		    home_path(h, parts[i], path) == 0)
			return say_error(NAME, path, err,
			    err == ERR_EXISTS ? "nothing is overwritten; "
						"choose another --home"
					      : NULL);
	return CMD_OK;
}

static int
run(struct options *o)
{
	int status;

	if (o->edition_seconds != 0 && !o->setup.is_drill)
		return cmd_misused(NAME, "--edition-seconds is for --drill");
	if (!o->is_yes && !term_is_tty(STDIN_FILENO))
		return cmd_misused(
		    NAME, "there is no terminal to ask; --yes asks nothing");
	if (o->setup.is_drill)
		o->setup.edition_seconds = o->edition_seconds != 0
					       ? (uint32_t)o->edition_seconds
					       : DRILL_SECONDS;
	if ((status = check_home(o)) != CMD_OK)
		return status;
	if (!o->is_yes)
		puts("A newsroom in eight questions. Enter takes what stands "
		     "in brackets; Ctrl-C leaves\nnothing behind.");
	if ((status = ask_all(o)) != CMD_OK ||
	    (status = settle_passphrase(o)) != CMD_OK ||
	    (status = setup_make(&o->setup)) != CMD_OK)
		return status;
	setup_say_made(&o->setup);
	return CMD_OK;
}

int
cmd_setup(int argc, char **argv)
{
	static const struct option longs[] = {
		{ "name", required_argument, NULL, OPT_NAME },
		{ "languages", required_argument, NULL, OPT_LANGUAGES },
		{ "member-name", required_argument, NULL, OPT_MEMBER_NAME },
		{ "member-id", required_argument, NULL, OPT_MEMBER_ID },
		{ "front", required_argument, NULL, OPT_FRONT },
		{ "listen", required_argument, NULL, OPT_LISTEN },
		{ "dir", required_argument, NULL, OPT_DIR },
		{ "no-recovery", no_argument, NULL, OPT_NO_RECOVERY },
		{ "yes", no_argument, NULL, OPT_YES },
		{ "drill", no_argument, NULL, OPT_DRILL },
		{ "edition-seconds", required_argument, NULL, OPT_SECONDS },
		{ "help", no_argument, NULL, OPT_HELP },
		HOME_OPTIONS,
		{ 0 },
	};
	struct options o = { .setup.has_recovery = true };
	int option, status = CMD_OK;

	home_init(&o.setup.home);
	while (status == CMD_OK &&
	       (option = getopt_long(argc, argv, "", longs, NULL)) != -1) {
		if (option == OPT_HELP)
			return cmd_help(usage);
		status = take_option(&o, option);
	}
	if (status == CMD_OK && optind < argc)
		status = cmd_misused(
		    NAME, "%s: takes no further words", argv[optind]);
	if (status == CMD_OK)
		status = run(&o);
	home_fini(&o.setup.home);
	return status;
}
