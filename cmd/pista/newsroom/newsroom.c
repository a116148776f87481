/* pista newsroom: the newsroom itself, on the administrator's machine. */

#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "cmd.h"
#include "newsroom/card.h"
#include "newsroom/found.h"
#include "newsroom/masthead_print.h"
#include "newsroom/newsroom.h"
#include "newsroom/setup_check.h"
#include "newsroom/staging.h"
#include "options.h"
#include "say.h"

#define NAME "newsroom"
#define DRILL_SECONDS 2

static const char usage[] =
    "usage: pista newsroom new --name NAME --languages ES,FR,EN [--drill]\n"
    "       pista newsroom show\n"
    "       pista newsroom set [OPTIONS]\n"
    "\n"
    "new makes a newsroom without a member or a server, for a machine that stays\n"
    "offline; `pista setup' makes all three. show prints what the next masthead\n"
    "says. set changes it; nothing is public before `pista masthead publish'.\n"
    "\n"
    "  --name NAME            its name\n"
    "  --languages ES,FR,EN   languages of its readers, the default first\n"
    "  --drill                new: for trying out; the page says so\n"
    "  --no-recovery          new: without a recovery key\n"
    "  --retention DAYS       set: letters are deleted after so long; 0: never\n"
    "  --hours 0,6,12,18      set: when answers appear (UTC)\n"
    "  --edition-seconds N    set, drill: so many seconds after they are written\n"
    "  --letter-max SIZE      set: the largest sealed letter (512M, 4G)\n"
    "  --desk ID=NAME         set: a desk of this name, made when missing\n"
    "  --promise DESK=DAYS    set: a desk answers within so many days\n"
    "  --channel KIND=WHERE   set: a way in outside Pista: onion, web, mail,\n"
    "                         phone, signal, post, person; nothing behind the\n"
    "                         = takes it away\n"
    "\n" HOME_USAGE;

struct start {
	const char *name, *languages;
	bool is_drill, has_recovery;
};

static int
check_start(const struct start *n)
{
	if (n->name == NULL || setup_check_name(n->name) != NULL)
		return cmd_misused(NAME, "--name NAME names it");
	if (n->languages == NULL || setup_check_languages(n->languages) != NULL)
		return cmd_misused(
		    NAME, "--languages takes codes such as es,fr,en");
	return CMD_OK;
}

static int
make(struct home *h, const struct start *n)
{
	struct card_start start = { .name = text_from(n->name),
		.languages = text_from(n->languages),
		.is_drill = n->is_drill,
		.edition_seconds = n->is_drill ? DRILL_SECONDS : 0 };
	struct masthead_key *key = NULL;
	struct staging staging;
	json_t *card = NULL;
	int err;

	if ((err = staging_begin(&staging, h)) != 0 ||
	    (err = found_newsroom(h, &start, n->has_recovery, &card, &key)) !=
		0)
		goto out;
	if ((err = card_save(h, card)) != 0)
		goto out;
	err = staging_is_interrupted() ? ERR_CLOSED : staging_commit(&staging);
out:
	staging_end(&staging);
	masthead_key_free(&key);
	json_decref(card);
	return err;
}

static int
make_new(struct home *h, const struct start *n)
{
	struct text ignored;
	char path[HOME_PATH_MAX];
	int err, status = check_start(n);

	if (status != CMD_OK)
		return status;
	if (home_open(h, NAME) != 0)
		return CMD_FAILED;
	if ((err = home_path(h, "newsroom", path)) != 0 ||
	    (err = staging_check(h, "newsroom")) != 0)
		return say_error(NAME, path, err,
		    "nothing is overwritten; choose another --home");
	if (home_passphrase(h, "your keys", true, &ignored) != 0)
		return CMD_FAILED;
	if ((err = make(h, n)) != 0)
		return say_error(NAME, h->dir, err, "nothing was made");
	printf("%s is made, in %s. It has no members yet: `pista member new' "
	       "on each of their\nmachines, then `pista member add' and "
	       "`pista masthead sign' here.\n",
	    n->name, path);
	card_warn_recovery(h);
	return CMD_OK;
}

/* What a member needs to know, as the command that uses it. */
static void
print_invitation(const json_t *card, const struct masthead_pin *pin)
{
	uint8_t newsroom[16];
	struct buf b;

	buf_init(&b, 1024);
	if (card_newsroom(card, newsroom) == 0) {
		buf_puts(&b, "pista member new --newsroom ");
		buf_put_hex(&b, newsroom, sizeof(newsroom));
		buf_puts(&b, " --pin ");
		masthead_pin_put(&b, pin);
		buf_puts(&b, " --id ID --name NAME --to ADDRESS");
	}
	if (buf_cstr(&b) != NULL)
		printf("\nA new member runs on their own machine:\n  %s\n",
		    buf_cstr(&b));
	buf_fini(&b);
}

static int
show(struct home *h, const struct start *n)
{
	struct masthead *m = NULL;
	struct masthead_pin pin;
	json_t *card = NULL;
	int err;

	(void)n;
	if (home_open(h, NAME) != 0)
		return CMD_FAILED;
	if ((err = card_load(h, &card)) != 0 || (err = card_pin(h, &pin)) != 0)
		say_error(NAME, "the newsroom", err,
		    "`pista setup' or `pista newsroom new' makes one");
	else if ((err = card_preview(card, &m)) != 0)
		say_error(NAME, "the card", err, NULL);
	if (err == 0) {
		puts("The next masthead, as it stands, not signed yet:\n");
		masthead_print(m);
		print_invitation(card, &pin);
		card_warn_recovery(h);
	}
	masthead_free(&m);
	json_decref(card);
	return err == 0 ? CMD_OK : CMD_FAILED;
}

typedef int verb_fn(struct home *h, const struct start *n);

static int
run(struct home *h, struct start *n, verb_fn *fn, int argc, char **argv)
{
	bool has_none = false;
	const struct own_option own[] = {
		{ "name", .word = &n->name },
		{ "languages", .word = &n->languages },
		{ "drill", .is = &n->is_drill },
		{ "no-recovery", .is = &has_none },
		{ 0 },
	};
	int status;

	if (!options_read(h, NAME, usage, own, &argc, &argv, &status))
		return status;
	if (argc > 0)
		return cmd_misused(NAME, "%s: takes no further words", argv[0]);
	n->has_recovery = !has_none;
	return fn(h, n);
}

int
cmd_newsroom(int argc, char **argv)
{
	struct start start = { 0 };
	struct home home;
	const char *verb;
	int status;

	if (cmd_wants_help(argc, argv))
		return cmd_help(usage);
	verb = cmd_verb(&argc, &argv);
	home_init(&home);
	if (strcmp(verb, "set") == 0)
		status = newsroom_set(&home, argc, argv);
	else if (strcmp(verb, "new") == 0)
		status = run(&home, &start, make_new, argc, argv);
	else if (strcmp(verb, "show") == 0)
		status = run(&home, &start, show, argc, argv);
	else
		status = cmd_misused(NAME, "say new, show or set");
	home_fini(&home);
	return status;
}
