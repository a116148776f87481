#include "newsroom/card.h"

#include <stdio.h>

#include "base/day.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/secret.h"
#include "masthead/parse.h"
#include "newsroom/scripts.h"

#define CARD_FILE "newsroom/card.json"
#define SIGNED_FILE "newsroom/masthead.json"
#define MINISIG_FILE "newsroom/masthead.json.minisig"
#define LETTER_MAX_DEFAULT (4ULL << 30)
#define RETENTION_DEFAULT 180
#define PUBLIC_KEY_MAX 512

static const char zeros[] =
    "0000000000000000000000000000000000000000000000000000000000000000";

/* What changes with every signing. */
static const char *const of_signing[] = { "serial", "issued", "expires",
	"previous" };

static void
set_hex(json_t *o, const char *name, const void *p, size_t n)
{
	char text[65] = "";

	must(n <= 32);
	hex_write(text, p, n);
	(void)json_object_set_new(o, name, json_stringn(text, 2 * n));
}

static void
set_day(json_t *o, const char *name, uint32_t day)
{
	char text[DAY_TEXT_SIZE + 1];

	day_write(text, day);
	(void)json_object_set_new(o, name, json_string(text));
}

/* {lang: name} for every language of the card. */
static json_t *
names_of(const json_t *card, struct text name)
{
	json_t *names = json_object(), *lang;
	size_t i;

	json_array_foreach (json_object_get(card, "languages"), i, lang)
		(void)json_object_set_new(names, json_string_value(lang),
		    json_stringn(name.p, name.n));
	return names;
}

void
card_set_name(json_t *card, struct text name)
{
	(void)json_object_set_new(card, "name", names_of(card, name));
}

int
card_set_languages(json_t *card, struct text languages)
{
	json_t *list = json_array();
	struct text lang;

	while (languages.n > 0) {
		lang = text_trim(text_cut(&languages, ','));
		if (!masthead_is_language(lang)) {
			json_decref(list);
			return ERR_FORMAT;
		}
		(void)json_array_append_new(list, json_stringn(lang.p, lang.n));
	}
	(void)json_object_set_new(card, "languages", list);
	return 0;
}

int
card_set_desk(json_t *card, struct text id, struct text name)
{
	json_t *desks = json_object_get(card, "desks"), *desk = NULL;
	struct text other;
	size_t i;

	if (!masthead_is_id(id))
		return ERR_FORMAT;
	json_array_foreach (desks, i, desk)
		if (json_text(desk, "id", MASTHEAD_ID_MAX, &other) == 0 &&
		    text_is_equal(other, id))
			break;
	if (i == json_array_size(desks)) {
		desk = json_object();
		(void)json_object_set_new(desk, "id", json_stringn(id.p, id.n));
		(void)json_object_set_new(desk, "members", json_array());
		(void)json_array_append_new(desks, desk);
	}
	(void)json_object_set_new(desk, "names", names_of(card, name));
	return 0;
}

static json_t *
policy_new(const struct card_start *start)
{
	json_t *policy = json_object(), *editions = json_object();

	if (start->is_drill && start->edition_seconds > 0)
		(void)json_object_set_new(
		    editions, "seconds", json_integer(start->edition_seconds));
	else
		(void)json_object_set_new(
		    editions, "hours", json_pack("[i,i,i,i]", 0, 6, 12, 18));
	(void)json_object_set_new(
	    policy, "retention_days", json_integer(RETENTION_DEFAULT));
	(void)json_object_set_new(policy, "editions", editions);
	(void)json_object_set_new(
	    policy, "letter_max", json_integer(LETTER_MAX_DEFAULT));
	(void)json_object_set_new(policy, "promise_days", json_object());
	return policy;
}

int
card_new(const struct card_start *start, json_t **ret_card)
{
	json_t *card = json_object();
	struct buf recovery;
	int err;

	(void)json_object_set_new(card, "pista", json_integer(1));
	set_hex(card, "newsroom", start->newsroom, 16);
	(void)json_object_set_new(card, "drill", json_boolean(start->is_drill));
	if ((err = card_set_languages(card, start->languages)) != 0) {
		json_decref(card);
		return err;
	}
	card_set_name(card, start->name);
	(void)json_object_set_new(card, "serial", json_integer(1));
	set_day(card, "issued", day_today());
	set_day(card, "expires", day_today() + MASTHEAD_DAYS_MAX);
	(void)json_object_set_new(card, "previous", json_string(zeros));
	(void)json_object_set_new(card, "members", json_array());
	(void)json_object_set_new(card, "desks", json_array());
	(void)card_set_desk(card, TEXT(CARD_DESK), start->name);
	buf_init(&recovery, 256);
	if (start->recovery != NULL) {
		age_recipient_put(&recovery, start->recovery);
		(void)json_object_set_new(
		    card, "recovery", json_string(buf_cstr(&recovery)));
	}
	buf_fini(&recovery);
	(void)json_object_set_new(card, "channels", json_array());
	(void)json_object_set_new(card, "policy", policy_new(start));
	if ((err = scripts_set(card, NULL, false)) != 0) {
		json_decref(card);
		return err;
	}
	/* Whatever could not be allocated is missing now. */
	if ((err = card_check(card)) != 0) {
		json_decref(card);
		return err;
	}
	*ret_card = card;
	return 0;
}

int
card_load(const struct home *h, json_t **ret_card)
{
	char *bytes = NULL;
	size_t n;
	int err;

	if ((err = home_read(h, CARD_FILE, MASTHEAD_MAX, &bytes, &n)) == 0)
		err = json_read(
		    (struct text){ bytes, n }, MASTHEAD_MAX, ret_card);
	mem_free(bytes);
	return err;
}

int
card_newsroom(const json_t *card, uint8_t ret_newsroom[static 16])
{
	return json_hex(card, "newsroom", ret_newsroom, 16);
}

/* Signs with key and reads the result back as everybody will. */
static int
sign_and_read(const json_t *card, const struct masthead_key *key,
    struct masthead **ret_masthead)
{
	struct masthead_pin pin;
	struct buf json, minisig;
	uint8_t newsroom[16];
	uint64_t serial;
	int err;

	buf_init(&json, MASTHEAD_MAX);
	buf_init(&minisig, MINISIG_MAX);
	masthead_key_pin(key, &pin);
	json_put(&json, card, JSON_COMPACT);
	if ((err = buf_finish(&json)) == 0 &&
	    (err = card_newsroom(card, newsroom)) == 0 &&
	    (err = json_u64(card, "serial", INT64_MAX, &serial)) == 0 &&
	    (err = masthead_sign(
		 key, buf_text(&json), newsroom, serial, &minisig)) == 0)
		err = masthead_read(buf_text(&json), buf_text(&minisig), &pin,
		    newsroom, day_today(), ret_masthead);
	buf_fini(&json);
	buf_fini(&minisig);
	return err;
}

int
card_preview(const json_t *card, struct masthead **ret_masthead)
{
	struct masthead_key *key = NULL;
	int err;

	/* Any key does: the shape is looked at behind the signature. */
	if ((err = masthead_key_new(&key)) == 0)
		err = sign_and_read(card, key, ret_masthead);
	masthead_key_free(&key);
	return err;
}

int
card_check(const json_t *card)
{
	struct masthead *m = NULL;
	int err = card_preview(card, &m);

	masthead_free(&m);
	return err;
}

int
card_save(const struct home *h, const json_t *card)
{
	struct buf json;
	int err;

	buf_init(&json, MASTHEAD_MAX);
	json_put(&json, card, JSON_INDENT(2));
	if ((err = buf_finish(&json)) == 0 && (err = card_check(card)) == 0)
		err = home_write(h, CARD_FILE, buf_text(&json));
	buf_fini(&json);
	return err;
}

int
card_key(struct home *h, struct masthead_key **ret_key)
{
	char *p = NULL;
	size_t n;
	int err = home_read_sealed(h, "newsroom/signing.key.age",
	    "the newsroom's signing key", &p, &n);

	if (err == 0)
		err = masthead_key_read((struct text){ p, n }, ret_key);
	secret_free(&p);
	return err;
}

int
card_sign(const struct home *h, json_t *card, const struct masthead_key *key,
    uint32_t days)
{
	struct masthead *m = NULL;
	uint32_t today = day_today();
	int err;

	set_day(card, "issued", today);
	set_day(card, "expires", today + days);
	if ((err = sign_and_read(card, key, &m)) != 0)
		return err;
	/* Until card.json has moved on, a pair cut in the middle is made
	 * again under the same serial. */
	if ((err = home_write(h, MINISIG_FILE,
		 (struct text){ m->minisig, m->minisig_n })) != 0 ||
	    (err = home_write(h, SIGNED_FILE,
		 (struct text){ (const char *)m->json, m->json_n })) != 0)
		goto out;
	(void)json_object_set_new(
	    card, "serial", json_integer((json_int_t)m->serial + 1));
	set_hex(card, "previous", m->hash, sizeof(m->hash));
	err = card_save(h, card);
out:
	masthead_free(&m);
	return err;
}

int
card_pin(const struct home *h, struct masthead_pin *ret_pin)
{
	char *p = NULL;
	size_t n;
	int err = home_read(h, "newsroom/newsroom.pub", PUBLIC_KEY_MAX, &p, &n);

	if (err == 0)
		err = masthead_pin_read((struct text){ p, n }, ret_pin);
	mem_free(p);
	return err;
}

int
card_signed(const struct home *h, struct masthead **ret_masthead)
{
	struct masthead_pin pin;
	char *json = NULL, *minisig = NULL;
	size_t json_n, minisig_n;
	int err;

	if ((err = card_pin(h, &pin)) == 0 &&
	    (err = home_read(h, SIGNED_FILE, MASTHEAD_MAX, &json, &json_n)) ==
		0 &&
	    (err = home_read(
		 h, MINISIG_FILE, MINISIG_MAX, &minisig, &minisig_n)) == 0)
		err = masthead_read((struct text){ json, json_n },
		    (struct text){ minisig, minisig_n }, &pin, NULL,
		    day_today(), ret_masthead);
	mem_free(json);
	mem_free(minisig);
	return err;
}

bool
card_is_same(const json_t *card, const struct masthead *m)
{
	json_t *a = json_copy((json_t *)(uintptr_t)card);
	json_t *b = json_copy(m->root);
	bool is_same;
	size_t i;

	for (i = 0; i < sizeof(of_signing) / sizeof(of_signing[0]); i++) {
		(void)json_object_del(a, of_signing[i]);
		(void)json_object_del(b, of_signing[i]);
	}
	is_same = a != NULL && b != NULL && json_equal(a, b) == 1;
	json_decref(a);
	json_decref(b);
	return is_same;
}

void
card_warn_recovery(const struct home *h)
{
	if (home_has(h, "newsroom/recovery.txt"))
		fprintf(stderr,
		    "pista: %s/newsroom/recovery.txt is still there: whoever "
		    "has it reads every\nletter. Print it, lock the paper "
		    "away, then remove the file (shred -u).\n",
		    h->dir);
}
