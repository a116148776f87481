/* Who is here, who is away, who has left, and what lies with whom. */
#include <string.h>

#include "base/err.h"
#include "book/query.h"

/* What lies with somebody, until it is closed. */
#define AT_WORK "t.first IS NOT NULL AND t.hidden = 0 AND t.status < 3"

static int
put_away(struct book *b, const struct masthead_member *m, json_t *o)
{
	static const char text[] =
	    "SELECT from_day, until_day, value FROM event WHERE kind = ?"
	    " AND target = 0 AND author = (SELECT n FROM author WHERE"
	    " sign = ?) ORDER BY ord DESC, line DESC LIMIT 1";
	sqlite3_stmt *st =
	    sql_ask(&b->sql, text, "ib", EVENT_AWAY, m->sign, sizeof(m->sign));
	uint32_t from, until;
	json_t *away;
	int row = sql_row(st), err = 0;

	if (row <= 0)
		return row;
	from = sql_u32(st, 0);
	until = sql_u32(st, 1);
	if (until >= from && until >= b->today()) {
		away = json_object();
		put_day(away, "from", from, &err);
		put_day(away, "until", until, &err);
		if (sql_text(st, 2).n > 0)
			put_text(away, "deputy", sql_text(st, 2), &err);
		put(o, "away", away, &err);
	}
	sql_end(st);
	return err;
}

static bool
sits_at(const struct masthead *card, const struct masthead_desk *desk,
    const struct masthead_member *m)
{
	size_t i;

	for (i = 0; i < desk->members_n; i++)
		if (&card->members[desk->members[i]] == m)
			return true;
	return false;
}

static int
member_json(struct book *b, const struct masthead_member *m, json_t **ret_json)
{
	const struct masthead *card = b->card;
	json_t *o = json_object(), *desks = json_array();
	int64_t open = 0;
	size_t i;
	int err;

	err = sql_number(&b->sql, &open,
	    "SELECT count(*) FROM assigned a JOIN thread t ON t.n = a.thread"
	    " WHERE a.member = ? AND " AT_WORK,
	    "t", m->id);
	put_text(o, "id", m->id, &err);
	put_text(o, "name", m->name, &err);
	for (i = 0; i < card->desks_n; i++)
		if (sits_at(card, &card->desks[i], m))
			add(desks,
			    json_stringn(
				card->desks[i].id.p, card->desks[i].id.n),
			    &err);
	put(o, "desks", desks, &err);
	put_number(o, "open", (uint64_t)open, &err);
	put_bool(o, "is_me", memcmp(m->sign, b->me, 32) == 0, &err);
	if (err == 0)
		err = put_away(b, m, o);
	if (err != 0)
		json_decref(o);
	else
		*ret_json = o;
	return err;
}

static int
put_desks(const struct masthead *card, json_t *o)
{
	json_t *list = json_array(), *one, *members;
	const struct masthead_desk *desk;
	struct text id;
	size_t i, k;
	int err = 0;

	for (i = 0; i < card->desks_n; i++) {
		desk = &card->desks[i];
		one = json_object();
		members = json_array();
		put_text(one, "id", desk->id, &err);
		put(one, "names", json_deep_copy(desk->names), &err);
		for (k = 0; k < desk->members_n; k++) {
			id = card->members[desk->members[k]].id;
			add(members, json_stringn(id.p, id.n), &err);
		}
		put(one, "members", members, &err);
		add(list, one, &err);
	}
	put(o, "desks", list, &err);
	return err;
}

static bool
is_member(const struct masthead *card, struct text id)
{
	size_t i;

	for (i = 0; i < card->members_n; i++)
		if (text_is_equal(card->members[i].id, id))
			return true;
	return false;
}

/* Threads that lie with somebody who is not there any more. */
static int
put_left(struct book *b, json_t *o)
{
	static const char text[] =
	    "SELECT a.member, p.name, count(*) FROM assigned a"
	    " JOIN thread t ON t.n = a.thread"
	    " LEFT JOIN person p ON p.id = a.member WHERE " AT_WORK
	    " GROUP BY a.member ORDER BY a.member";
	sqlite3_stmt *st = sql_ask(&b->sql, text, "");
	json_t *list = json_array(), *one;
	int row, err = 0;

	while ((row = sql_row(st)) > 0) {
		if (is_member(b->card, sql_text(st, 0)))
			continue;
		one = json_object();
		put_text(one, "id", sql_text(st, 0), &err);
		put_text(one, "name",
		    sql_text(st, 1).n > 0 ? sql_text(st, 1) : sql_text(st, 0),
		    &err);
		put_number(one, "threads", sql_u64(st, 2), &err);
		add(list, one, &err);
	}
	put(o, "left", list, &err);
	return row != 0 ? row : err;
}

static int
put_members(struct book *b, json_t *o)
{
	json_t *list = json_array(), *one = NULL;
	size_t i;
	int err = 0;

	for (i = 0; i < b->card->members_n && err == 0; i++)
		if ((err = member_json(b, &b->card->members[i], &one)) == 0)
			add(list, one, &err);
	put(o, "members", list, &err);
	return err;
}

int
book_people(struct book *b, json_t **ret_json)
{
	json_t *o;
	int err = 0;

	if (b->card == NULL) {
		o = json_pack("{s:[],s:[],s:[]}", "members", "desks", "left");
		if (o == NULL)
			return ERR_NOMEM;
		*ret_json = o;
		return 0;
	}
	o = json_object();
	if ((err = put_members(b, o)) != 0 ||
	    (err = put_desks(b->card, o)) != 0 || (err = put_left(b, o)) != 0)
		json_decref(o);
	else
		*ret_json = o;
	return err;
}
