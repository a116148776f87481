#include "masthead/masthead.h"

#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "crypto/hash.h"
#include "masthead/minisig.h"
#include "masthead/parse.h"

static int
copy_in(struct masthead *m, struct text json, struct text minisig)
{
	m->json = mem_new(json.n, 1);
	if (m->json == NULL)
		return ERR_NOMEM;
	memcpy(m->json, json.p, json.n);
	m->json_n = json.n;
	memcpy(m->minisig, minisig.p, minisig.n);
	m->minisig_n = minisig.n;
	hash_once(m->hash, m->json, m->json_n);
	return 0;
}

int
masthead_read(struct text json, struct text minisig,
    const struct masthead_pin *pin, const uint8_t *newsroom, uint32_t day,
    struct masthead **ret_masthead)
{
	char expected[MINISIG_COMMENT_MAX];
	struct masthead *m = NULL;
	struct text comment;
	int err;

	if (json.n > MASTHEAD_MAX || minisig.n > MINISIG_MAX)
		return ERR_LIMIT;
	if (json.n == 0)
		return ERR_FORMAT;
	if ((err = minisig_verify(minisig, json, pin, &comment)) != 0)
		return err;
	m = mem_new(1, sizeof(*m));
	if (m == NULL)
		return ERR_NOMEM;
	if ((err = copy_in(m, json, minisig)) != 0 ||
	    (err = json_read(json, MASTHEAD_MAX, &m->root)) != 0 ||
	    (err = masthead_parse(m, day)) != 0)
		goto out;
	if (!text_is_equal(
		comment, minisig_comment(expected, m->newsroom, m->serial))) {
		err = ERR_SIGNATURE;
		goto out;
	}
	if (newsroom != NULL &&
	    memcmp(newsroom, m->newsroom, sizeof(m->newsroom)) != 0) {
		err = ERR_NEWSROOM;
		goto out;
	}
	*ret_masthead = m;
	m = NULL;
out:
	masthead_free(&m);
	return err;
}

void
masthead_free(struct masthead **m)
{
	if (*m == NULL)
		return;
	json_decref((*m)->root);
	mem_free((*m)->json);
	mem_free(*m);
	*m = NULL;
}

int
masthead_is_current(const struct masthead *m, uint32_t day)
{
	if (day > m->expires)
		return ERR_EXPIRED;
	/* The reader's clock may be a day behind the newsroom's. */
	if (day + 1 < m->issued)
		return ERR_NOT_YET;
	return 0;
}

static const struct masthead_desk *
find_desk(const struct masthead *m, struct text id)
{
	if (id.n == 0)
		return &m->desks[0];
	for (size_t i = 0; i < m->desks_n; i++) {
		if (text_is_equal(m->desks[i].id, id))
			return &m->desks[i];
	}
	return NULL;
}

int
masthead_recipients(const struct masthead *m, struct text desk,
    struct age_recipient ret_to[static AGE_STANZAS_MAX], size_t *ret_n)
{
	const struct masthead_desk *d = find_desk(m, desk);
	size_t n = 0;

	if (d == NULL)
		return ERR_NOT_FOUND;
	for (size_t i = 0; i < d->members_n; i++) {
		const struct masthead_member *member =
		    &m->members[d->members[i]];

		if (member->has_recipient)
			ret_to[n++] = member->recipient;
	}
	/* The recovery key alone is nobody who reads. */
	if (n == 0)
		return ERR_NOT_FOUND;
	if (m->has_recovery)
		ret_to[n++] = m->recovery;
	*ret_n = n;
	return 0;
}

const struct masthead_member *
masthead_by_request(const struct masthead *m, const uint8_t pk[static 32])
{
	for (size_t i = 0; i < m->members_n; i++) {
		if (memcmp(m->members[i].request, pk, 32) == 0)
			return &m->members[i];
	}
	return NULL;
}

const struct masthead_member *
masthead_by_sign(const struct masthead *m, const uint8_t pk[static 32])
{
	for (size_t i = 0; i < m->members_n; i++) {
		if (memcmp(m->members[i].sign, pk, 32) == 0)
			return &m->members[i];
	}
	return NULL;
}

static const json_t *
said_in(const json_t *names, struct text lang)
{
	char name[LANGUAGE_MAX + 1];

	if (!masthead_is_language(lang))
		return NULL;
	memcpy(name, lang.p, lang.n);
	name[lang.n] = '\0';
	return json_object_get(names, name);
}

struct text
masthead_say(const struct masthead *m, json_t *names, struct text lang)
{
	const json_t *v = said_in(names, lang);
	const char *key;
	json_t *any;

	if (v == NULL)
		v = said_in(names, masthead_language(m, 0));
	if (v == NULL) {
		json_object_foreach (names, key, any) {
			v = any;
			break;
		}
	}
	return (struct text){ json_string_value(v), json_string_length(v) };
}

struct text
masthead_name(const struct masthead *m, struct text lang)
{
	return masthead_say(m, json_object_get(m->root, "name"), lang);
}

struct text
masthead_language(const struct masthead *m, size_t i)
{
	const json_t *v =
	    json_array_get(json_object_get(m->root, "languages"), i);

	if (v == NULL)
		return (struct text){ NULL, 0 };
	return (struct text){ json_string_value(v), json_string_length(v) };
}

void
masthead_digest(uint8_t out[static 32], struct text json, struct text minisig)
{
	struct hash h;

	hash_init(&h, HASH_SIZE);
	hash_put_text(&h, "pista/v1 card");
	hash_put_u32(&h, (uint32_t)json.n);
	hash_put(&h, json.p, json.n);
	hash_put(&h, minisig.p, minisig.n);
	hash_finish(&h, out);
}
