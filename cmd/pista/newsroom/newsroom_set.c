/* pista newsroom set: what the next masthead says about the newsroom. */

#include "newsroom/newsroom.h"

#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "cmd.h"
#include "newsroom/card.h"
#include "newsroom/setup_check.h"
#include "say.h"

#define NAME "newsroom"
#define SECONDS_MAX 86400
#define RETENTION_MAX 36500
#define PROMISE_MAX 365
#define KIND_MAX 32

/* Each sets one thing; false when the value makes no sense. */
typedef bool set_fn(json_t *card, struct text value);

static json_t *
policy_of(json_t *card)
{
	return json_object_get(card, "policy");
}

static bool
set_number(json_t *o, const char *name, struct text t, uint64_t max)
{
	uint64_t value;

	if (text_to_u64(t, max, &value) != 0)
		return false;
	(void)json_object_set_new(o, name, json_integer((json_int_t)value));
	return true;
}

static bool
set_name(json_t *card, struct text t)
{
	if (setup_check_name(t.p) != NULL)
		return false;
	card_set_name(card, t);
	return true;
}

static bool
set_languages(json_t *card, struct text t)
{
	return setup_check_languages(t.p) == NULL &&
	       card_set_languages(card, t) == 0;
}

static bool
set_retention(json_t *card, struct text t)
{
	return set_number(policy_of(card), "retention_days", t, RETENTION_MAX);
}

static bool
set_hours(json_t *card, struct text hours)
{
	json_t *list = json_array();
	uint64_t hour;

	while (hours.n > 0) {
		if (text_to_u64(text_trim(text_cut(&hours, ',')), 23, &hour) !=
		    0) {
			json_decref(list);
			return false;
		}
		(void)json_array_append_new(
		    list, json_integer((json_int_t)hour));
	}
	(void)json_object_set_new(
	    policy_of(card), "editions", json_pack("{s:o}", "hours", list));
	return true;
}

static bool
set_seconds(json_t *card, struct text t)
{
	json_t *editions = json_object();

	(void)json_object_set_new(policy_of(card), "editions", editions);
	return set_number(editions, "seconds", t, SECONDS_MAX);
}

static bool
set_letter_max(json_t *card, struct text t)
{
	static const char units[] = "KMGT";
	const char *unit =
	    t.n > 0 ? memchr(units, t.p[t.n - 1], sizeof(units) - 1) : NULL;
	unsigned shift = unit != NULL ? 10 * (unsigned)(unit - units + 1) : 0;
	uint64_t value;

	if (unit != NULL)
		t.n--;
	if (text_to_u64(t, (UINT64_C(1) << 40) >> shift, &value) != 0)
		return false;
	(void)json_object_set_new(policy_of(card), "letter_max",
	    json_integer((json_int_t)(value << shift)));
	return true;
}

static bool
set_desk(json_t *card, struct text t)
{
	struct text id = text_cut(&t, '=');

	return t.n > 0 && card_set_desk(card, id, t) == 0;
}

static bool
set_promise(json_t *card, struct text t)
{
	json_t *promise = json_object_get(policy_of(card), "promise_days");
	struct text desk = text_cut(&t, '=');
	char id[MASTHEAD_ID_MAX + 1];

	if (!masthead_is_id(desk))
		return false;
	memcpy(id, desk.p, desk.n);
	id[desk.n] = '\0';
	return set_number(promise, id, t, PROMISE_MAX);
}

/* A channel of this kind is replaced; nowhere takes it away. */
static bool
set_channel(json_t *card, struct text t)
{
	json_t *list = json_object_get(card, "channels");
	struct text kind = text_cut(&t, '='), other;
	size_t i;

	if (!masthead_is_id(kind) || t.p == NULL)
		return false;
	for (i = json_array_size(list); i-- > 0;)
		if (json_text(json_array_get(list, i), "kind", KIND_MAX,
			&other) == 0 &&
		    text_is_equal(other, kind))
			(void)json_array_remove(list, i);
	if (t.n > 0)
		(void)json_array_append_new(
		    list, json_pack("{s:s%,s:s%}", "kind", kind.p, kind.n,
			      "address", t.p, t.n));
	return true;
}

static const struct {
	const char *name;
	set_fn *set;
} settings[] = {
	{ "name", set_name },
	{ "languages", set_languages },
	{ "retention", set_retention },
	{ "hours", set_hours },
	{ "edition-seconds", set_seconds },
	{ "letter-max", set_letter_max },
	{ "desk", set_desk },
	{ "promise", set_promise },
	{ "channel", set_channel },
};

#define SETTINGS_N (sizeof(settings) / sizeof(settings[0]))

/* Takes one option after the other, as far as it is one of the settings. */
static int
change_all(struct home *h, json_t *card, int argc, char **argv, int *ret_n)
{
	struct option options[SETTINGS_N + 5] = { HOME_OPTIONS };
	int option, at;
	size_t i;

	for (i = 0; i < SETTINGS_N; i++)
		options[i + 3] = (struct option){ settings[i].name,
			required_argument, NULL, (int)i };
	while ((option = getopt_long(argc, argv, "", options, &at)) != -1) {
		if (option >= (int)SETTINGS_N || option < 0) {
			if (!home_option(h, option, optarg))
				return cmd_misused(NAME, NULL);
		} else if (card == NULL) {
			continue;
		} else if (!settings[option].set(card, text_from(optarg))) {
			return cmd_misused(NAME, "--%s %s: makes no sense",
			    settings[option].name, optarg);
		} else {
			++*ret_n;
		}
	}
	if (optind < argc)
		return cmd_misused(
		    NAME, "%s: takes no further words", argv[optind]);
	return CMD_OK;
}

int
newsroom_set(struct home *h, int argc, char **argv)
{
	json_t *card = NULL;
	int n = 0, err, status;

	/* Once for where the home is, once for what is to change there. */
	if ((status = change_all(h, NULL, argc, argv, &n)) != CMD_OK)
		return status;
	optind = 1;
	if (home_open(h, NAME) != 0)
		return CMD_FAILED;
	if ((err = card_load(h, &card)) != 0)
		return say_error(NAME, "the newsroom's card", err,
		    "`pista setup' or `pista newsroom new' makes one");
	status = change_all(h, card, argc, argv, &n);
	if (status == CMD_OK && n == 0)
		status = cmd_misused(NAME, "say what to set");
	if (status == CMD_OK && (err = card_save(h, card)) != 0)
		status = say_error(NAME, "the changed card", err,
		    err == ERR_FORMAT ? "nothing was changed; editions by the "
					"second are for drills"
				      : "nothing was changed");
	json_decref(card);
	if (status == CMD_OK)
		puts("Changed. Nothing is public before `pista masthead "
		     "publish'.");
	return status;
}
