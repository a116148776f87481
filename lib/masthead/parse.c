#include "masthead/parse.h"

#include <string.h>

#include "base/err.h"
#include "crypto/hash.h"

#define LANGUAGES_MAX 32
#define CHANNELS_MAX 32
#define HOURS 24
#define SECONDS_MAX 86400
#define RETENTION_MAX 36500
#define LETTER_MAX_LEAST (256 * 1024) /* any text, with the largest header */
#define LETTER_MAX_MOST (UINT64_C(1) << 36)

static bool
is_alnum(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool
masthead_is_id(struct text t)
{
	if (t.n == 0 || t.n > MASTHEAD_ID_MAX)
		return false;
	for (size_t i = 0; i < t.n; i++) {
		if (!is_alnum(t.p[i]) && t.p[i] != '-')
			return false;
	}
	return true;
}

bool
masthead_is_language(struct text t)
{
	if (t.n < 2 || t.n > LANGUAGE_MAX)
		return false;
	for (size_t i = 0; i < t.n; i++) {
		if (!is_alnum(t.p[i]) && (t.p[i] < 'A' || t.p[i] > 'Z') &&
		    t.p[i] != '-')
			return false;
	}
	return true;
}

int
masthead_string(const json_t *v, size_t max, struct text *ret_text)
{
	if (!json_is_string(v))
		return ERR_FORMAT;
	if (json_string_length(v) > max)
		return ERR_LIMIT;
	*ret_text =
	    (struct text){ json_string_value(v), json_string_length(v) };
	return 0;
}

/* {lang: text}, with at least one language. */
int
masthead_names(const json_t *o, const char *name, json_t **ret_names)
{
	json_t *names, *v;
	const char *lang;
	struct text t;
	int err;

	if ((err = json_object_of(o, name, &names)) != 0)
		return err;
	if (json_object_size(names) == 0)
		return ERR_FORMAT;
	json_object_foreach (names, lang, v) {
		if (!masthead_is_language(text_from(lang)))
			return ERR_FORMAT;
		if ((err = masthead_string(v, MASTHEAD_TEXT_MAX, &t)) != 0)
			return err;
		if (!text_is_name(t))
			return ERR_FORMAT;
	}
	*ret_names = names;
	return 0;
}

int
masthead_languages(const json_t *o)
{
	json_t *list, *v;
	struct text t;
	size_t i;
	int err;

	if ((err = json_list(o, "languages", LANGUAGES_MAX, &list)) != 0)
		return err;
	if (json_array_size(list) == 0)
		return ERR_FORMAT;
	json_array_foreach (list, i, v) {
		if ((err = masthead_string(v, LANGUAGE_MAX, &t)) != 0)
			return err;
		if (!masthead_is_language(t))
			return ERR_FORMAT;
	}
	return 0;
}

static int
read_hours(struct masthead *m, const json_t *editions)
{
	json_t *list, *v;
	size_t i;
	int err;

	if ((err = json_list(editions, "hours", HOURS, &list)) != 0)
		return err;
	json_array_foreach (list, i, v) {
		json_int_t hour = json_integer_value(v);

		if (!json_is_integer(v) || hour < 0 || hour >= HOURS ||
		    (m->edition_hours & UINT32_C(1) << hour) != 0)
			return ERR_FORMAT;
		m->edition_hours |= UINT32_C(1) << hour;
	}
	return m->edition_hours != 0 ? 0 : ERR_FORMAT;
}

static int
read_policy(struct masthead *m)
{
	json_t *policy, *editions, *promise;
	uint64_t n = 0;
	int err;

	if ((err = json_object_of(m->root, "policy", &policy)) != 0 ||
	    (err = json_object_of(policy, "editions", &editions)) != 0 ||
	    (err = json_u64(
		 policy, "letter_max", LETTER_MAX_MOST, &m->letter_max)) != 0 ||
	    (json_has(policy, "retention_days") &&
		(err = json_u64(policy, "retention_days", RETENTION_MAX, &n)) !=
		    0) ||
	    (json_has(policy, "promise_days") &&
		(err = json_object_of(policy, "promise_days", &promise)) !=
		    0) ||
	    (json_has(policy, "scripts") &&
		(err = masthead_scripts(m, policy)) != 0))
		return err;
	if (m->letter_max < LETTER_MAX_LEAST)
		return ERR_LIMIT;
	m->retention_days = (uint32_t)n;
	if (!json_has(editions, "seconds"))
		return read_hours(m, editions);
	/* Editions by the second tell when an answer was written: only drills
	 * may have them, and only instead of the hours. */
	if (!m->is_drill || json_has(editions, "hours"))
		return ERR_FORMAT;
	if ((err = json_u64(editions, "seconds", SECONDS_MAX, &n)) != 0)
		return err;
	m->edition_seconds = (uint32_t)n;
	return n > 0 ? 0 : ERR_FORMAT;
}

static int
read_top(struct masthead *m)
{
	static const uint8_t zeros[HASH_SIZE];
	json_t *names;
	uint8_t next[HASH_SIZE];
	json_t *channels;
	uint64_t version;
	int err;

	if ((err = json_u64(m->root, "pista", INT64_MAX, &version)) != 0)
		return err;
	if (version != 1)
		return ERR_VERSION;
	if ((err = json_hex(
		 m->root, "newsroom", m->newsroom, sizeof(m->newsroom))) != 0 ||
	    (json_has(m->root, "drill") &&
		(err = json_bool(m->root, "drill", &m->is_drill)) != 0) ||
	    (err = masthead_names(m->root, "name", &names)) != 0 ||
	    (err = masthead_languages(m->root)) != 0 ||
	    (err = json_u64(m->root, "serial", INT64_MAX, &m->serial)) != 0 ||
	    (err = json_day(m->root, "issued", &m->issued)) != 0 ||
	    (err = json_day(m->root, "expires", &m->expires)) != 0 ||
	    (err = json_hex(
		 m->root, "previous", m->previous, sizeof(m->previous))) != 0 ||
	    (json_has(m->root, "next") &&
		(err = json_hex(m->root, "next", next, sizeof(next))) != 0) ||
	    (json_has(m->root, "channels") &&
		(err = json_list(
		     m->root, "channels", CHANNELS_MAX, &channels)) != 0))
		return err;
	if (m->serial == 0 || m->expires < m->issued ||
	    m->expires - m->issued > MASTHEAD_DAYS_MAX)
		return ERR_FORMAT;
	if (m->serial == 1 && memcmp(m->previous, zeros, sizeof(zeros)) != 0)
		return ERR_FORMAT;
	return 0;
}

int
masthead_parse(struct masthead *m, uint32_t day)
{
	int err;

	if ((err = read_top(m)) != 0 || (err = masthead_people(m, day)) != 0)
		return err;
	return read_policy(m);
}
