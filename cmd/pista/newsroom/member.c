/* pista member: who reads the letters. */

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "cmd.h"
#include "crypto/hash.h"
#include "newsroom/card.h"
#include "newsroom/masthead_print.h"
#include "newsroom/member_new.h"
#include "os/file.h"
#include "options.h"
#include "say.h"

#define NAME "member"
#define REQUEST_MAX 4096

static const char usage[] =
    "usage: pista member new --id ID --name NAME --newsroom HEX --pin KEY\n"
    "                        [--to ADDRESS]\n"
    "       pista member new --id ID --name NAME --from PLACE --pin KEY\n"
    "       pista member add [--desk ID] LINE|FILE|-\n"
    "       pista member remove ID\n"
    "       pista member list [--json]\n"
    "\n"
    "A member makes their key on their own machine with `new' and sends the line it\n"
    "prints to the administrator, who puts it on the card with `add' and publishes\n"
    "the card. The line holds no secret. Read its last digits to each other on the\n"
    "telephone: whoever could change it on the way would read the letters.\n"
    "\n"
    "  --id ID                short name: a-z, 0-9 and hyphen\n"
    "  --name NAME            name, as colleagues and sources see it\n"
    "  --newsroom HEX         which newsroom: 32 digits\n"
    "  --pin KEY              its public key, or a file with it\n"
    "  --from PLACE           take the newsroom from a masthead.json (its\n"
    "                         .minisig beside it) or from a URL\n"
    "  --to ADDRESS           where the desk is: unix:/path or a URL\n"
    "  --proxy URL            for example socks5h://127.0.0.1:9050\n"
    "  --desk ID              add: which desk (default: the first)\n"
    "  --json                 list: one JSON object a line\n"
    "\n" HOME_USAGE;

struct options {
	struct home home;
	struct member_new member;
	const char *desk;
	bool is_json;
};

/* The last digits of a request line's hash, to be read aloud. */
static void
print_digits(FILE *to, struct text line)
{
	uint8_t hash[32];
	char text[13] = "";

	hash_once(hash, line.p, line.n);
	hex_write(text, hash, 6);
	fprintf(to, "%.4s %.4s %.4s", text, text + 4, text + 8);
}

void
member_say_digits(struct text line)
{
	print_digits(stderr, text_trim(line));
}

/* From the words of the command line, a file or standard input. */
static int
read_line(int n, char **words, struct buf *ret_line)
{
	uint8_t *p = NULL;
	size_t size;
	int i, err;

	if (n > 1 || strncmp(words[0], "pista-member", 12) == 0) {
		for (i = 0; i < n; i++) {
			buf_puts(ret_line, i > 0 ? " " : "");
			buf_puts(ret_line, words[i]);
		}
		return buf_finish(ret_line);
	}
	err = strcmp(words[0], "-") == 0
		  ? file_read_fd(STDIN_FILENO, REQUEST_MAX, &p, &size)
		  : file_read(words[0], REQUEST_MAX, &p, &size);
	if (err == 0) {
		buf_put_text(ret_line,
		    text_trim((struct text){ (const char *)p, size }));
		err = buf_finish(ret_line);
	}
	mem_free(p);
	return err;
}

static const char *
add_advice(int err)
{
	switch (err) {
	case ERR_EXISTS:
		return "the id or the keys are on the card already; `pista "
		       "member remove' first";
	case ERR_NOT_FOUND:
		return "there is no such desk; `pista newsroom set --desk "
		       "ID=NAME' makes one";
	case ERR_NEWSROOM:
		return "it was made with another --newsroom";
	default:
		return NULL;
	}
}

static int
take_line(struct options *o, json_t *card, const struct buf *line)
{
	struct member_request r;
	char file[HOME_PATH_MAX];
	int err;

	if ((err = member_request_read(buf_text(line), &r)) != 0)
		return say_error(NAME, "the request line", err,
		    "it begins with pista-member1; take it whole, as it was "
		    "printed");
	snprintf(file, sizeof(file), "newsroom/members/%s.line", r.id);
	if ((err = card_add_member(card, &r, o->desk)) != 0)
		return say_error(NAME, r.id, err, add_advice(err));
	if ((err = home_write(&o->home, file, buf_text(line))) != 0 ||
	    (err = card_save(&o->home, card)) != 0)
		return say_error(
		    NAME, o->home.dir, err, "the card is as before");
	printf("%s (", r.id);
	say_line(stdout, text_from(r.name), MASTHEAD_NAME_MAX);
	printf(") is on the next card. Compare with the member: ");
	print_digits(stdout, buf_text(line));
	printf("\n`pista masthead publish' makes it public; letters from then "
	       "on are sealed to them\ntoo.\n");
	return CMD_OK;
}

static int
open_card(struct options *o, json_t **ret_card)
{
	int err;

	if (home_open(&o->home, NAME) != 0)
		return CMD_FAILED;
	if ((err = card_load(&o->home, ret_card)) != 0)
		return say_error(NAME, "the newsroom's card", err,
		    "this is done on the administrator's machine");
	return CMD_OK;
}

static int
add(struct options *o, int n, char **words)
{
	json_t *card = NULL;
	struct buf line;
	int err, status;

	if (n == 0)
		return cmd_misused(NAME, "add: give the request line");
	buf_init(&line, REQUEST_MAX);
	if ((status = open_card(o, &card)) == CMD_OK) {
		if ((err = read_line(n, words, &line)) != 0)
			status = say_error(NAME, "the request line", err, NULL);
		else
			status = take_line(o, card, &line);
	}
	buf_fini(&line);
	json_decref(card);
	return status;
}

static int
remove_one(struct options *o, int n, char **words)
{
	json_t *card = NULL;
	int err, status;

	if (n != 1)
		return cmd_misused(NAME, "remove: name one member");
	if ((status = open_card(o, &card)) != CMD_OK)
		return status;
	if ((err = card_remove_member(card, words[0])) != 0)
		status = say_error(NAME, words[0], err,
		    err == ERR_CONFLICT
			? "a desk would have nobody left; add somebody first"
			: "`pista member list' shows who there is");
	else if ((err = card_save(&o->home, card)) != 0)
		status =
		    say_error(NAME, o->home.dir, err, "the card is as before");
	else
		printf("%s is off the next card. After `pista masthead "
		       "publish' they reach the desk no more\nand new letters "
		       "are not sealed to them; what they have, they keep.\n",
		    words[0]);
	json_decref(card);
	return status;
}

static int
print_json(const json_t *card)
{
	json_t *member;
	struct buf b;
	size_t i;
	int err = 0;

	json_array_foreach (json_object_get(card, "members"), i, member) {
		buf_init(&b, MASTHEAD_MAX);
		json_put(&b, member, JSON_COMPACT);
		if ((err = buf_finish(&b)) == 0)
			puts(buf_cstr(&b));
		buf_fini(&b);
	}
	return err;
}

static int
list(struct options *o, int n)
{
	struct masthead *m = NULL;
	json_t *card = NULL;
	size_t i;
	int err, status;

	if (n > 0)
		return cmd_misused(NAME, "list takes no further words");
	if ((status = open_card(o, &card)) != CMD_OK)
		return status;
	if ((err = card_preview(card, &m)) != 0)
		status = say_error(NAME, "the card", err, NULL);
	else if (o->is_json)
		status = print_json(card) == 0 ? CMD_OK : CMD_FAILED;
	else {
		for (i = 0; i < m->members_n; i++) {
			printf("%-16.*s ", (int)m->members[i].id.n,
			    m->members[i].id.p);
			say_line(stdout, m->members[i].name, MASTHEAD_NAME_MAX);
			printf("\n");
		}
		if (m->members_n == 0)
			puts("Nobody yet.");
	}
	masthead_free(&m);
	json_decref(card);
	return status;
}

static int
run(struct options *o, const char *verb, int n, char **words)
{
	if (strcmp(verb, "new") == 0 && n == 0)
		return member_new(&o->home, &o->member);
	if (strcmp(verb, "add") == 0)
		return add(o, n, words);
	if (strcmp(verb, "remove") == 0)
		return remove_one(o, n, words);
	if (strcmp(verb, "list") == 0)
		return list(o, n);
	return cmd_misused(NAME, "say new, add, remove or list");
}

int
cmd_member(int argc, char **argv)
{
	struct options o = { 0 };
	const struct own_option own[] = {
		{ "id", .word = &o.member.id },
		{ "name", .word = &o.member.name },
		{ "newsroom", .word = &o.member.newsroom },
		{ "pin", .word = &o.member.pin },
		{ "from", .word = &o.member.from },
		{ "to", .word = &o.member.to },
		{ "proxy", .word = &o.member.proxy },
		{ "desk", .word = &o.desk },
		{ "json", .is = &o.is_json },
		{ 0 },
	};
	const char *verb;
	int status;

	if (cmd_wants_help(argc, argv))
		return cmd_help(usage);
	verb = cmd_verb(&argc, &argv);
	home_init(&o.home);
	if (!options_read(&o.home, NAME, usage, own, &argc, &argv, &status))
		return status;
	status = run(&o, verb, argc, argv);
	home_fini(&o.home);
	return status;
}
