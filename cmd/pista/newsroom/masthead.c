/* pista masthead: the newsroom's card, signed, published, shown. */

#include <stdio.h>
#include <string.h>

#include "base/day.h"
#include "base/err.h"
#include "cmd.h"
#include "newsroom/card.h"
#include "newsroom/masthead_print.h"
#include "newsroom/masthead_publish.h"
#include "newsroom/scripts.h"
#include "options.h"
#include "place.h"
#include "say.h"

#define NAME "masthead"
#define WARN_DAYS 5

static const char usage[] =
    "usage: pista masthead sign [--days N] [--keep-scripts]\n"
    "       pista masthead publish [--to ADDRESS] [--days N] [--keep-scripts] [FILE]\n"
    "       pista masthead show [FILE] [--to ADDRESS] [--pin KEY] [--json]\n"
    "       pista masthead scripts\n"
    "\n"
    "The masthead says who reads the letters. Whoever seals one checks its\n"
    "signature against the newsroom's public key and its date; when it has expired,\n"
    "the page is closed. So publish a new one at least every 30 days.\n"
    "\n"
    "sign signs what `pista newsroom', `pista member' have set, with the next serial.\n"
    "publish does that when something has changed or a day has passed, and hands\n"
    "the card to the server. FILE is a masthead.json signed elsewhere, its\n"
    ".minisig beside it. show verifies a card and prints it in plain words.\n"
    "\n"
    "The card also names what may run on the newsroom's page: the scripts of this\n"
    "version of Pista. When the server is about to change its version, publish with\n"
    "--keep-scripts first, and once more without it afterwards. scripts prints those\n"
    "of this version.\n"
    "\n"
    "  --days N               good for N days (1 to 30; 30)\n"
    "  --keep-scripts         also those that the card before names\n"
    "  --scripts FILE         those in FILE instead of this version's, as printed by\n"
    "                         `pista masthead scripts' where the server's version is\n"
    "  --to ADDRESS           the desk's address, instead of the known one:\n"
    "                         unix:/path or a URL\n"
    "  --proxy URL            for example socks5h://127.0.0.1:9050\n"
    "  --pin KEY              show: the public key to check against, or a file\n"
    "  --json                 show: the card itself\n"
    "\n" HOME_USAGE;

struct options {
	struct home home;
	uint64_t days;
	bool has_days, is_json, is_kept;
	const char *to, *proxy, *pin, *scripts;
};

/* --pin, or this newsroom's own, or that of the member's newsroom. */
static int
find_pin(const struct options *o, struct masthead_pin *ret_pin)
{
	struct place p;
	int err;

	if (o->pin != NULL)
		return place_pin(o->pin, ret_pin);
	if (card_pin(&o->home, ret_pin) == 0)
		return 0;
	if ((err = place_load(&o->home, &p)) == 0)
		*ret_pin = p.pin;
	return err;
}

static int
open_file(
    const struct options *o, const char *path, struct masthead **ret_masthead)
{
	struct masthead_pin pin;
	int err = find_pin(o, &pin);

	if (err != 0)
		return say_error(
		    NAME, "the public key", err, "name it with --pin");
	if ((err = place_card_file(path, &pin, ret_masthead)) != 0)
		return say_error(NAME, path, err,
		    err == ERR_SIGNATURE
			? "it is not signed with this newsroom's key"
			: NULL);
	return CMD_OK;
}

static int
sign(struct options *o, json_t *card, struct masthead **ret_masthead)
{
	struct masthead_key *key = NULL;
	int err, status = CMD_OK;

	if ((err = card_key(&o->home, &key)) != 0)
		return say_error(NAME, "the signing key", err, NULL);
	if ((err = card_sign(&o->home, card, key, (uint32_t)o->days)) != 0 ||
	    (err = card_signed(&o->home, ret_masthead)) != 0)
		status = say_error(NAME, "signing", err, NULL);
	masthead_key_free(&key);
	return status;
}

static int
load_card(struct options *o, json_t **ret_card)
{
	json_t *card = NULL;
	int err = card_load(&o->home, &card);

	if (err != 0)
		return say_error(NAME, "the newsroom's card", err,
		    "this is done on the administrator's machine");
	if ((err = scripts_set(card, o->scripts, o->is_kept)) != 0) {
		json_decref(card);
		return say_error(NAME,
		    o->scripts != NULL ? o->scripts : "the scripts", err,
		    err == ERR_FORMAT
			? "one sha256-… a line, as `pista masthead scripts' "
			  "prints them"
		    : err == ERR_LIMIT
			? "sign once without --keep-scripts, now that the "
			  "server has its new version"
			: NULL);
	}
	*ret_card = card;
	return CMD_OK;
}

static int
run_sign(struct options *o)
{
	struct masthead *m = NULL;
	json_t *card = NULL;
	int status;

	if ((status = load_card(o, &card)) == CMD_OK &&
	    (status = sign(o, card, &m)) == CMD_OK) {
		printf("Signed, serial %llu, good until ",
		    (unsigned long long)m->serial);
		say_day(stdout, m->expires);
		printf(":\n  %s/newsroom/masthead.json and .minisig\n",
		    o->home.dir);
		card_warn_recovery(&o->home);
	}
	masthead_free(&m);
	json_decref(card);
	return status;
}

/* The card to publish: the last signed one, or a new one when something has
 * changed since, or a day has passed, or other days are wanted. */
static int
newest(struct options *o, struct masthead **ret_masthead)
{
	struct masthead *m = NULL;
	json_t *card = NULL;
	int status;

	if ((status = load_card(o, &card)) != CMD_OK)
		return status;
	if (card_signed(&o->home, &m) == 0 && card_is_same(card, m) &&
	    m->issued == day_today() &&
	    (!o->has_days || m->expires == m->issued + o->days)) {
		*ret_masthead = m;
	} else {
		masthead_free(&m);
		status = sign(o, card, ret_masthead);
	}
	json_decref(card);
	return status;
}

/* Where the server is: named, or the member's. */
static int
settle_place(struct options *o, const struct masthead *m, struct place *p)
{
	int err = place_load(&o->home, p);

	if (err != 0 && o->to == NULL)
		return say_error(NAME, "the server", err,
		    "name the desk's address with --to");
	if ((err = find_pin(o, &p->pin)) != 0)
		return say_error(NAME, "the public key", err, NULL);
	memcpy(p->newsroom, m->newsroom, sizeof(p->newsroom));
	if (o->to != NULL)
		snprintf(p->address, sizeof(p->address), "%s", o->to);
	if (o->proxy != NULL)
		snprintf(p->proxy, sizeof(p->proxy), "%s", o->proxy);
	return CMD_OK;
}

static int
run_publish(struct options *o, const char *file)
{
	struct masthead *m = NULL;
	struct place p = { 0 };
	int status;

	status = file == NULL ? newest(o, &m) : open_file(o, file, &m);
	if (status == CMD_OK && (status = settle_place(o, m, &p)) == CMD_OK)
		status = masthead_publish(&o->home, &p, m);
	masthead_free(&m);
	return status;
}

static int
print(const struct options *o, const struct masthead *m)
{
	if (o->is_json) {
		fwrite(m->json, 1, m->json_n, stdout);
		putchar('\n');
	} else {
		masthead_print(m);
		card_warn_recovery(&o->home);
	}
	if (m->expires < day_today() + WARN_DAYS) {
		fputs("pista: masthead: ", stderr);
		masthead_print_left(stderr, m);
		fputs("; `pista masthead publish' renews it\n", stderr);
	}
	return CMD_OK;
}

/* What the server shows. */
static int
fetch(struct options *o, struct masthead **ret_masthead)
{
	struct http_client *c = NULL;
	struct place p = { 0 };
	bool is_known = place_load(&o->home, &p) == 0 && o->pin == NULL;
	int err;

	if ((err = find_pin(o, &p.pin)) != 0)
		return say_error(
		    NAME, "the public key", err, "name it with --pin");
	snprintf(p.address, sizeof(p.address), "%s", o->to);
	if (o->proxy != NULL)
		snprintf(p.proxy, sizeof(p.proxy), "%s", o->proxy);
	if ((err = place_client(&p, NULL, &c)) == 0)
		err = place_masthead(c, &p, NULL, !is_known, ret_masthead);
	http_client_free(&c);
	return err == 0 ? CMD_OK : place_say_error(NAME, &p, NULL, err);
}

static int
run_show(struct options *o, const char *file)
{
	struct masthead *m = NULL;
	struct place p;
	int err = 0, status = CMD_OK;

	if (file != NULL)
		status = open_file(o, file, &m);
	else if (o->to != NULL)
		status = fetch(o, &m);
	else if ((err = card_signed(&o->home, &m)) == ERR_NOT_FOUND &&
		 (err = place_load(&o->home, &p)) == 0)
		err = place_remembered(&o->home, &p, &m);
	if (file == NULL && o->to == NULL && err != 0)
		return say_error(NAME, "the masthead", err,
		    err == ERR_NOT_FOUND ? "none was signed here or fetched"
					 : NULL);
	if (status == CMD_OK)
		status = print(o, m);
	masthead_free(&m);
	return status;
}

static int
read_days(struct options *o, const char *days)
{
	if (text_to_u64(text_from(days), MASTHEAD_DAYS_MAX, &o->days) != 0 ||
	    o->days == 0)
		return cmd_misused(
		    NAME, "--days takes 1 to %d", MASTHEAD_DAYS_MAX);
	o->has_days = true;
	return CMD_OK;
}

static int
run(struct options *o, const char *verb, int n, char **words)
{
	bool is_sign = strcmp(verb, "sign") == 0;
	bool is_publish = strcmp(verb, "publish") == 0;
	const char *file = n == 1 ? words[0] : NULL;

	bool is_scripts = strcmp(verb, "scripts") == 0;

	if (!is_sign && !is_publish && !is_scripts && strcmp(verb, "show") != 0)
		return cmd_misused(NAME, "say sign, publish, show or scripts");
	if (n > (is_sign || is_scripts ? 0 : 1))
		return cmd_misused(NAME, "%s: one word too many", words[0]);
	if ((o->is_kept || o->scripts != NULL) &&
	    !(is_sign || (is_publish && file == NULL)))
		return cmd_misused(
		    NAME, "the scripts are chosen when a card is signed");
	if (is_scripts) {
		scripts_print(stdout);
		return CMD_OK;
	}
	if (home_open(&o->home, NAME) != 0)
		return CMD_FAILED;
	if (is_sign)
		return run_sign(o);
	return is_publish ? run_publish(o, file) : run_show(o, file);
}

int
cmd_masthead(int argc, char **argv)
{
	struct options o = { .days = MASTHEAD_DAYS_MAX };
	const char *verb, *days = NULL;
	const struct own_option own[] = {
		{ "days", .word = &days },
		{ "to", .word = &o.to },
		{ "proxy", .word = &o.proxy },
		{ "pin", .word = &o.pin },
		{ "json", .is = &o.is_json },
		{ "keep-scripts", .is = &o.is_kept },
		{ "scripts", .word = &o.scripts },
		{ 0 },
	};
	int status;

	if (cmd_wants_help(argc, argv))
		return cmd_help(usage);
	verb = cmd_verb(&argc, &argv);
	home_init(&o.home);
	if (!options_read(&o.home, NAME, usage, own, &argc, &argv, &status))
		return status;
	if (days != NULL && (status = read_days(&o, days)) != CMD_OK)
		return status;
	status = run(&o, verb, argc, argv);
	home_fini(&o.home);
	return status;
}
