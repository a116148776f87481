#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "crypto/hash.h"
#include "crypto/x25519.h"
#include "masthead/parse.h"

#define AGE_LINES_MAX 8 /* recipients of one member, past and future ones too */
#define KEYS_MAX (MASTHEAD_MEMBERS_MAX * (AGE_LINES_MAX + 2) + 1)

/* What must be looked at over the whole card: no key twice, one kind of
 * recipient. */
struct people {
	struct masthead *m;
	uint32_t day;
	const struct age_kind *kind;
	uint8_t (*keys)[HASH_SIZE];
	size_t keys_n;
};

static void
add_key(struct people *p, const void *key, size_t n)
{
	must(p->keys_n < KEYS_MAX);
	hash_once(p->keys[p->keys_n++], key, n);
}

static int
compare_keys(const void *a, const void *b)
{
	return memcmp(a, b, HASH_SIZE);
}

static int
check_keys(struct people *p)
{
	qsort(p->keys, p->keys_n, sizeof(p->keys[0]), compare_keys);
	for (size_t i = 1; i < p->keys_n; i++) {
		if (memcmp(p->keys[i - 1], p->keys[i], HASH_SIZE) == 0)
			return ERR_FORMAT;
	}
	return 0;
}

static int
read_recipient(struct people *p, const json_t *o, const char *name,
    struct age_recipient *ret_recipient)
{
	static const uint8_t any[X25519_SIZE] = { 9 };
	uint8_t shared[X25519_SIZE];
	struct age_recipient r;
	struct text t;
	int err;

	if ((err = json_text(o, name, MASTHEAD_MAX, &t)) != 0 ||
	    (err = age_recipient_read(t, &r)) != 0)
		return err;
	if (p->kind != NULL && r.kind != p->kind)
		return ERR_FORMAT;
	/* A weak key would make every letter fail at sealing. */
	if (r.kind->recipient_size == X25519_SIZE &&
	    (err = x25519(shared, any, r.pk)) != 0)
		return err;
	p->kind = r.kind;
	add_key(p, r.pk, r.kind->recipient_size);
	*ret_recipient = r;
	return 0;
}

/* The last line that holds on the day wins: a new key stands behind the old. */
static int
read_age(struct people *p, const json_t *o, struct masthead_member *member)
{
	struct age_recipient r;
	uint32_t from, to;
	json_t *list, *v;
	size_t i;
	int err;

	if ((err = json_list(o, "age", AGE_LINES_MAX, &list)) != 0)
		return err;
	json_array_foreach (list, i, v) {
		from = 0;
		to = UINT32_MAX;
		if ((err = read_recipient(p, v, "recipient", &r)) != 0)
			return err;
		if ((json_has(v, "from") &&
			(err = json_day(v, "from", &from)) != 0) ||
		    (json_has(v, "to") && (err = json_day(v, "to", &to)) != 0))
			return err;
		if (from > to)
			return ERR_FORMAT;
		if (p->day >= from && p->day <= to) {
			member->recipient = r;
			member->has_recipient = true;
		}
	}
	return 0;
}

static int
read_member(struct people *p, const json_t *o)
{
	struct masthead *m = p->m;
	struct masthead_member *member = &m->members[m->members_n];
	int err;

	if ((err = json_text(o, "id", MASTHEAD_ID_MAX, &member->id)) != 0 ||
	    (err = json_text(o, "name", MASTHEAD_NAME_MAX, &member->name)) !=
		0 ||
	    (err = json_hex(o, "sign", member->sign, 32)) != 0 ||
	    (err = json_hex(o, "request", member->request, 32)) != 0 ||
	    (err = read_age(p, o, member)) != 0)
		return err;
	add_key(p, member->sign, 32);
	add_key(p, member->request, 32);
	if (!masthead_is_id(member->id) || !text_is_name(member->name))
		return ERR_FORMAT;
	for (size_t i = 0; i < m->members_n; i++) {
		if (text_is_equal(m->members[i].id, member->id))
			return ERR_FORMAT;
	}
	m->members_n++;
	return 0;
}

static int
find_member(const struct masthead *m, struct text id, size_t *ret_i)
{
	for (size_t i = 0; i < m->members_n; i++) {
		if (text_is_equal(m->members[i].id, id)) {
			*ret_i = i;
			return 0;
		}
	}
	return ERR_FORMAT;
}

static int
read_desk_members(
    const struct masthead *m, const json_t *o, struct masthead_desk *desk)
{
	/* A letter has at most AGE_STANZAS_MAX stanzas, recovery included. */
	size_t max = AGE_STANZAS_MAX - (m->has_recovery ? 1 : 0);
	json_t *list, *v;
	struct text id;
	size_t i, n;
	int err;

	if ((err = json_list(o, "members", max, &list)) != 0)
		return err;
	json_array_foreach (list, i, v) {
		if ((err = masthead_string(v, MASTHEAD_ID_MAX, &id)) != 0 ||
		    (err = find_member(m, id, &n)) != 0)
			return err;
		for (size_t j = 0; j < desk->members_n; j++) {
			if (desk->members[j] == n)
				return ERR_FORMAT;
		}
		desk->members[desk->members_n++] = n;
	}
	return 0;
}

static int
read_desk(struct masthead *m, const json_t *o)
{
	struct masthead_desk *desk = &m->desks[m->desks_n];
	int err;

	if ((err = json_text(o, "id", MASTHEAD_ID_MAX, &desk->id)) != 0 ||
	    (err = masthead_names(o, "names", &desk->names)) != 0 ||
	    (json_has(o, "languages") && (err = masthead_languages(o)) != 0) ||
	    (err = read_desk_members(m, o, desk)) != 0)
		return err;
	if (!masthead_is_id(desk->id))
		return ERR_FORMAT;
	for (size_t i = 0; i < m->desks_n; i++) {
		if (text_is_equal(m->desks[i].id, desk->id))
			return ERR_FORMAT;
	}
	m->desks_n++;
	return 0;
}

static int
read_people(struct people *p)
{
	struct masthead *m = p->m;
	json_t *list, *v;
	size_t i;
	int err;

	if (json_has(m->root, "recovery")) {
		if ((err = read_recipient(
			 p, m->root, "recovery", &m->recovery)) != 0)
			return err;
		m->has_recovery = true;
	}
	if ((err = json_list(
		 m->root, "members", MASTHEAD_MEMBERS_MAX, &list)) != 0)
		return err;
	json_array_foreach (list, i, v) {
		if ((err = read_member(p, v)) != 0)
			return err;
	}
	if ((err = json_list(m->root, "desks", MASTHEAD_DESKS_MAX, &list)) != 0)
		return err;
	if (json_array_size(list) == 0)
		return ERR_FORMAT;
	json_array_foreach (list, i, v) {
		if ((err = read_desk(m, v)) != 0)
			return err;
	}
	return check_keys(p);
}

int
masthead_people(struct masthead *m, uint32_t day)
{
	struct people p = { .m = m, .day = day };
	int err;

	p.keys = mem_new(KEYS_MAX, sizeof(p.keys[0]));
	if (p.keys == NULL)
		return ERR_NOMEM;
	err = read_people(&p);
	mem_free(p.keys);
	return err;
}
