/* pista check-site: whether a place serves what it should, seen from outside. */

#include <stdio.h>
#include <string.h>

#include "base/day.h"
#include "base/err.h"
#include "base/mem.h"
#include "cmd.h"
#include "newsroom/card.h"
#include "os/file.h"
#include "options.h"
#include "place.h"
#include "say.h"
#include "visit/ask.h"

#define NAME "check-site"
#define PATIENCE 60
#define PATIENCE_MAX 3600

static const char usage[] =
    "usage: pista check-site [--pin KEY] [--proxy URL] [OPTIONS] [ADDRESS]\n"
    "\n"
    "Looks at a newsroom's page from outside, as its readers' browsers do, and says\n"
    "whether it is what it should be: the masthead, the page in every language, the\n"
    "script that seals, the headers, what must be shut, the board. Sends no letter.\n"
    "Anybody may run it. The exit status is 1 when something is wrong.\n"
    "\n"
    "ADDRESS is the page's, as readers know it (https://HOST/PREFIX); a member or an\n"
    "administrator may leave it out: then it is the masthead's channel of kind web,\n"
    "or onion.\n"
    "\n"
    "  --pin KEY              the newsroom's public key, or a file with it; from its\n"
    "                         paper or from somebody you trust (default: of your\n"
    "                         own newsroom)\n"
    "  --proxy URL            socks5h://127.0.0.1:9050 goes through tor\n"
    "  --remember FILE        keeps the newest masthead there, and refuses an older\n"
    "                         one the next time\n"
    "  --exact                a page of another version of Pista is wrong, too\n"
    "  --patience SECONDS     for each answer (60)\n"
    "  --quiet                say only what is wrong or to note\n"
    "  --json                 as a list of {check, ok, says}\n"
    "\n" HOME_USAGE;

struct options {
	struct home home;
	struct site_report report;
	const char *pin, *proxy, *remember, *address;
	uint64_t patience;
	bool is_exact;
	/* found */
	struct masthead_pin key;
	struct masthead *known; /* the newest card seen before, or NULL */
	char buffer[PLACE_ADDRESS_MAX];
};

/* Keeps the newer of two cards. */
static void
know(struct options *o, struct masthead **card)
{
	if (o->known == NULL || o->known->serial < (*card)->serial) {
		masthead_free(&o->known);
		o->known = *card;
		*card = NULL;
	}
	masthead_free(card);
}

/* The masthead's own address of the page. */
static bool
find_address(struct options *o, const char *kind)
{
	json_t *channel;
	struct text t, address;
	size_t i;

	if (o->known == NULL)
		return false;
	json_array_foreach (
	    json_object_get(o->known->root, "channels"), i, channel)
		if (json_text(channel, "kind", 32, &t) == 0 &&
		    text_is(t, kind) &&
		    json_text(channel, "address", sizeof(o->buffer) - 1,
			&address) == 0) {
			memcpy(o->buffer, address.p, address.n);
			o->buffer[address.n] = '\0';
			o->address = o->buffer;
			return true;
		}
	return false;
}

/* Key and newest card from the home of a member or an administrator. */
static int
look_at_home(struct options *o)
{
	struct masthead *card = NULL;
	struct place place;
	int err;

	if (home_open(&o->home, NAME) != 0)
		return CMD_FAILED;
	if ((err = card_pin(&o->home, &o->key)) == 0) {
		if (card_signed(&o->home, &card) == 0)
			know(o, &card);
	}
	if (place_load(&o->home, &place) == 0) {
		if (err != 0)
			o->key = place.pin;
		err = 0;
		if (memcmp(&o->key, &place.pin, sizeof(o->key)) == 0 &&
		    place_remembered(&o->home, &place, &card) == 0)
			know(o, &card);
	}
	return err == 0 ? CMD_OK
			: cmd_misused(NAME,
			      "there is no newsroom here: name its public key "
			      "with --pin, and its address");
}

/* The masthead that --remember kept. */
static int
recall(struct options *o)
{
	struct masthead *card = NULL;
	struct text json, minisig;
	uint8_t *p = NULL;
	size_t n;
	int err = file_read(o->remember, MASTHEAD_FRAME_MAX, &p, &n);

	if (err == ERR_NOT_FOUND)
		return CMD_OK;
	if (err == 0 &&
	    (err = masthead_frame_read(
		 (struct text){ (const char *)p, n }, &json, &minisig)) == 0 &&
	    (err = masthead_read(
		 json, minisig, &o->key, NULL, day_today(), &card)) == 0)
		know(o, &card);
	mem_free(p);
	return err == 0 ? CMD_OK
			: say_error(NAME, o->remember, err,
			      "if it is another newsroom's, name another file");
}

static int
settle(struct options *o)
{
	int err, status;

	if (o->pin == NULL) {
		if ((status = look_at_home(o)) != CMD_OK)
			return status;
	} else if ((err = place_pin(o->pin, &o->key)) != 0) {
		return say_error(NAME, o->pin, err,
		    "--pin takes a public key or a file with it");
	}
	if (o->remember != NULL && (status = recall(o)) != CMD_OK)
		return status;
	if (o->address == NULL && !find_address(o, "web") &&
	    !find_address(o, "onion"))
		return cmd_misused(NAME, "name the address of the page");
	return CMD_OK;
}

/* Clients for the address and, where it has a prefix, for its host. */
static int
dial(const struct options *o, struct site *s,
    char address[static PLACE_ADDRESS_MAX])
{
	struct http_client_options c = { .proxy = o->proxy,
		.connect_seconds = (unsigned)o->patience,
		.call_seconds = (unsigned)o->patience };
	size_t n = strlen(o->address);
	char *host, *path;
	int err;

	if (n >= PLACE_ADDRESS_MAX)
		return ERR_LIMIT;
	memcpy(address, o->address, n + 1);
	/* People paste what the browser shows. */
	if (n > 0 && address[n - 1] == '/')
		address[n - 1] = '\0';
	if (text_has_prefix(text_from(address), "unix:")) {
		c.socket = address + 5;
		s->is_ours = true;
		return http_client_new(&c, &s->client);
	}
	c.url = address;
	if ((err = http_client_new(&c, &s->client)) != 0)
		return err;
	host = strstr(address, "://") + 3;
	s->is_ours = text_has_prefix(text_from(address), "http://");
	if ((path = strchr(host, '/')) != NULL) {
		snprintf(s->prefix, sizeof(s->prefix), "%s", path);
		*path = '\0';
		err = http_client_new(&c, &s->top);
	}
	n = strcspn(host, ":");
	s->is_onion = text_has_suffix((struct text){ host, n }, ".onion");
	return err;
}

static void
look(const struct options *o, struct site *s)
{
	if (!site_check_card(s, o->known, o->remember))
		return;
	site_check_pages(s);
	site_check_doors(s);
	site_check_board(s);
}

static int
run(struct options *o)
{
	struct site s = { .report = &o->report,
		.is_exact = o->is_exact,
		.today = day_today() };
	char address[PLACE_ADDRESS_MAX];
	int err, status;

	if ((status = settle(o)) != CMD_OK)
		return status;
	s.key = o->key;
	buf_init(&s.pin, 256);
	masthead_pin_put(&s.pin, &o->key);
	if ((err = buf_finish(&s.pin)) != 0 ||
	    (err = dial(o, &s, address)) != 0) {
		status = say_error(NAME, o->address, err,
		    "an address looks like https://HOST or unix:/path");
	} else {
		look(o, &s);
		site_report_end(&o->report);
		status = o->report.wrong == 0 ? CMD_OK : CMD_FAILED;
	}
	http_client_free(&s.client);
	http_client_free(&s.top);
	masthead_free(&s.card);
	stories_free(&s.stories);
	buf_fini(&s.pin);
	return status;
}

int
cmd_check_site(int argc, char **argv)
{
	struct options o = { .patience = PATIENCE };
	const char *patience = NULL;
	const struct own_option own[] = {
		{ "pin", .word = &o.pin },
		{ "proxy", .word = &o.proxy },
		{ "remember", .word = &o.remember },
		{ "exact", .is = &o.is_exact },
		{ "patience", .word = &patience },
		{ "quiet", .is = &o.report.is_quiet },
		{ "json", .is = &o.report.is_json },
		{ 0 },
	};
	int status;

	home_init(&o.home);
	if (!options_read(&o.home, NAME, usage, own, &argc, &argv, &status))
		return status;
	if (patience != NULL &&
	    (text_to_u64(text_from(patience), PATIENCE_MAX, &o.patience) != 0 ||
		o.patience == 0))
		return cmd_misused(
		    NAME, "--patience takes 1 to %d", PATIENCE_MAX);
	if (argc > 1)
		return cmd_misused(NAME, "%s: one word too many", argv[1]);
	o.address = argv[0];
	status = run(&o);
	masthead_free(&o.known);
	home_fini(&o.home);
	return status;
}
