/*
 * Who was on the masthead when. Cards are entries of the inbox too, so all
 * members agree about it. A card counts when it verifies and is newer than every
 * one before it: whoever keeps the inbox can show an old card again, and with it
 * somebody who has left.
 */
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "book/inside.h"
#include "chain/chain.h"

#define PROMISE_MAX 3650 /* days */

static int
read_card(
    struct book *b, const struct mirror_entry *e, struct masthead **ret_card)
{
	struct text json, minisig;
	uint8_t digest[32], *frame;
	size_t n;
	int err;

	if ((frame = mem_new(1, MASTHEAD_FRAME_MAX)) == NULL)
		return ERR_NOMEM;
	if ((err = mirror_read(
		 b->mirror, e->seq, 0, frame, MASTHEAD_FRAME_MAX, &n)) != 0)
		goto out;
	err = masthead_frame_read(
	    (struct text){ (const char *)frame, n }, &json, &minisig);
	if (err != 0)
		goto out;
	masthead_digest(digest, json, minisig);
	if (memcmp(digest, e->digest, sizeof(digest)) != 0)
		err = ERR_DIGEST;
	else
		err = masthead_read(
		    json, minisig, &b->pin, b->newsroom, e->day, ret_card);
out:
	mem_free(frame);
	return err;
}

int
author_number(
    struct book *b, const uint8_t sign[static 32], int64_t *ret_author)
{
	char name[16] = "?";
	int err;

	err = sql_number(&b->sql, ret_author,
	    "SELECT n FROM author WHERE sign = ?", "b", sign, (size_t)32);
	if (err != ERR_NOT_FOUND)
		return err;
	hex_write(name + 1, sign, 4);
	name[9] = '\0';
	if ((err = sql_run(&b->sql,
		 "INSERT INTO author (sign, name) VALUES (?, ?)", "bs", sign,
		 (size_t)32, name)) == 0)
		*ret_author = sqlite3_last_insert_rowid(b->sql.db);
	return err;
}

int
author_is_seated(
    struct book *b, int64_t author, uint64_t seq, bool *ret_is_seated)
{
	int64_t n = 0;
	int err;

	err = sql_number(&b->sql, &n,
	    "SELECT 1 FROM seat WHERE author = ? AND card ="
	    " (SELECT max(seq) FROM card WHERE seq < ?)",
	    "ll", author, seq);
	*ret_is_seated = err == 0;
	return err == ERR_NOT_FOUND ? 0 : err;
}

int
author_was_seated(struct book *b, int64_t author, bool *ret_was_seated)
{
	uint64_t seq = 0;
	int err = author_joined(b, author, &seq);

	*ret_was_seated = seq > 0;
	return err;
}

int
author_joined(struct book *b, int64_t author, uint64_t *ret_seq)
{
	int64_t seq = 0;
	int err;

	if ((err = sql_number(&b->sql, &seq,
		 "SELECT coalesce(min(card), 0) FROM seat WHERE author = ?",
		 "l", author)) == 0)
		*ret_seq = (uint64_t)seq;
	return err;
}

/* Members are shown by the ids of the newest card; whoever is not on it by a
 * piece of the key, as an id may be given to somebody else. */
static int
name_members(struct book *b, uint64_t seq, const struct masthead *m)
{
	const struct masthead_member *member;
	int64_t author;
	size_t i;
	int err;

	if ((err = sql_run(&b->sql,
		 "UPDATE author SET name ="
		 " '?' || lower(hex(substr(sign, 1, 4)))",
		 "")) != 0)
		return err;
	for (i = 0; i < m->members_n; i++) {
		member = &m->members[i];
		if ((err = author_number(b, member->sign, &author)) != 0 ||
		    (err = sql_run(&b->sql,
			 "UPDATE author SET name = ? WHERE n = ?", "tl",
			 member->id, author)) != 0 ||
		    (err = sql_run(&b->sql, "INSERT INTO seat VALUES (?, ?)",
			 "ll", seq, author)) != 0 ||
		    (err = sql_run(&b->sql,
			 "INSERT OR REPLACE INTO person VALUES (?, ?)", "tt",
			 member->id, member->name)) != 0)
			return err;
	}
	return 0;
}

static int
put_sitters(struct book *b, uint64_t seq, const struct masthead *m,
    const struct masthead_desk *desk)
{
	const struct masthead_member *member;
	int64_t author;
	size_t i;
	int err = 0;

	for (i = 0; i < desk->members_n && err == 0; i++) {
		member = &m->members[desk->members[i]];
		if ((err = author_number(b, member->sign, &author)) == 0)
			err = sql_run(&b->sql,
			    "INSERT OR IGNORE INTO sits VALUES (?, ?, ?)",
			    "llt", seq, author, desk->id);
	}
	return err;
}

static int
put_desks(struct book *b, uint64_t seq, const struct masthead *m)
{
	size_t i;
	int err = 0;

	for (i = 0; i < m->desks_n && err == 0; i++) {
		err = sql_run(&b->sql, "INSERT INTO desk VALUES (?, ?, ?)",
		    "ltl", seq, m->desks[i].id, (uint64_t)i);
		if (err == 0)
			err = put_sitters(b, seq, m, &m->desks[i]);
	}
	return err;
}

static int64_t
promise_of(const json_t *days)
{
	json_int_t n = json_integer_value(days);

	return n >= 1 && n <= PROMISE_MAX ? n : FEEDBACK_DAYS;
}

static int
same_promises(struct book *b, json_t *promises, bool *ret_is_same)
{
	json_t *days;
	const char *desk;
	int64_t n = 0;
	int err;

	if ((err = sql_number(
		 &b->sql, &n, "SELECT count(*) FROM promise", "")) != 0)
		return err;
	*ret_is_same = (size_t)n == json_object_size(promises);
	json_object_foreach (promises, desk, days) {
		err = sql_number(&b->sql, &n,
		    "SELECT 1 FROM promise WHERE desk = ? AND days = ?", "sl",
		    desk, promise_of(days));
		if (err == ERR_NOT_FOUND)
			*ret_is_same = false;
		else if (err != 0)
			return err;
	}
	return 0;
}

/* All threads fold again when a promise is another one than before. */
static int
read_promises(struct book *b, const struct masthead *m)
{
	json_t *promises, *policy = json_object_get(m->root, "policy"), *days;
	const char *desk;
	bool is_same = false;
	int err;

	promises = json_object_get(policy, "promise_days");
	if ((err = same_promises(b, promises, &is_same)) != 0 || is_same)
		return err;
	if ((err = sql_run(&b->sql, "DELETE FROM promise", "")) != 0)
		return err;
	json_object_foreach (promises, desk, days) {
		if ((err = sql_run(&b->sql, "INSERT INTO promise VALUES (?, ?)",
			 "sl", desk, promise_of(days))) != 0)
			return err;
	}
	return sql_run(
	    &b->sql, "INSERT OR IGNORE INTO dirty SELECT n FROM thread", "");
}

int
card_take(struct book *b, const struct mirror_entry *e)
{
	struct masthead *m = NULL;
	int64_t serial = 0;
	int err;

	if ((err = read_card(b, e, &m)) != 0)
		return is_grave(err) ? err : 0;
	if ((err = sql_number(&b->sql, &serial,
		 "SELECT coalesce(max(serial), 0) FROM card WHERE seq < ?", "l",
		 e->seq)) != 0 ||
	    m->serial <= (uint64_t)serial)
		goto out;
	if ((err = sql_run(&b->sql, "INSERT INTO card VALUES (?, ?)", "ll",
		 e->seq, m->serial)) != 0 ||
	    (err = put_desks(b, e->seq, m)) != 0 ||
	    (err = sql_run(&b->sql, "UPDATE letter SET state = ? WHERE seq = ?",
		 "il", LETTER_OPEN, e->seq)) != 0)
		goto out;
	if ((err = name_members(b, e->seq, m)) != 0 ||
	    (err = read_promises(b, m)) != 0)
		goto out;
	masthead_free(&b->card);
	b->card = m;
	b->card_seq = e->seq;
	m = NULL;
out:
	masthead_free(&m);
	return err;
}

/* Takes every card from seq on anew. */
static int
take_cards(struct book *b, uint64_t seq)
{
	struct mirror_entry e;
	int64_t next = (int64_t)seq;
	int err;

	if ((err = sql_run(
		 &b->sql, "DELETE FROM seat WHERE card >= ?", "l", seq)) != 0 ||
	    (err = sql_run(
		 &b->sql, "DELETE FROM sits WHERE card >= ?", "l", seq)) != 0 ||
	    (err = sql_run(
		 &b->sql, "DELETE FROM desk WHERE card >= ?", "l", seq)) != 0 ||
	    (err = sql_run(
		 &b->sql, "DELETE FROM card WHERE seq >= ?", "l", seq)) != 0)
		return err;
	while ((err = sql_number(&b->sql, &next,
		    "SELECT seq FROM letter WHERE type = ? AND seq >= ?"
		    " ORDER BY seq LIMIT 1",
		    "il", CHAIN_CARD, next)) == 0) {
		if ((err = mirror_get(b->mirror, (uint64_t)next, &e)) != 0 ||
		    (err = card_take(b, &e)) != 0)
			return err;
		next++;
	}
	return err == ERR_NOT_FOUND ? 0 : err;
}

/* Alarms are counted over letters: where one of those that are judged again has
 * a part in one, all are. Sets *seq to the entry behind which that begins. */
static int
drop_alarms(struct book *b, int64_t *seq)
{
	int64_t any;
	int err;

	err = sql_number(&b->sql, &any,
	    "SELECT 1 FROM alarm WHERE kind IN ('left', 'forged', 'fork')"
	    " AND seq > ? LIMIT 1",
	    "l", *seq);
	if (err != 0)
		return err == ERR_NOT_FOUND ? 0 : err;
	*seq = 0;
	return sql_run(&b->sql,
	    "DELETE FROM alarm WHERE kind IN ('left', 'forged', 'fork')", "");
}

int
card_take_late(struct book *b, const struct mirror_entry *e)
{
	int64_t seq = (int64_t)e->seq;
	int err;

	if ((err = take_cards(b, e->seq)) != 0 ||
	    (err = sql_run(&b->sql,
		 "INSERT OR IGNORE INTO dirty SELECT n FROM thread", "")) !=
		0 ||
	    (err = drop_alarms(b, &seq)) != 0)
		return err;
	while ((err = sql_number(&b->sql, &seq,
		    "SELECT seq FROM letter WHERE author IS NOT NULL"
		    " AND seq > ? ORDER BY seq LIMIT 1",
		    "l", seq)) == 0) {
		if ((err = event_forget(b, seq)) != 0 ||
		    (err = sql_run(&b->sql,
			 "UPDATE letter SET counts = 0 WHERE seq = ?", "l",
			 seq)) != 0 ||
		    (err = sql_run(&b->sql,
			 "INSERT OR IGNORE INTO again VALUES (?)", "l", seq)) !=
			0)
			return err;
	}
	return err == ERR_NOT_FOUND ? 0 : err;
}

int
card_load_newest(struct book *b)
{
	struct mirror_entry e;
	int64_t seq = 0;
	int err;

	masthead_free(&b->card);
	if ((err = sql_number(&b->sql, &seq,
		 "SELECT coalesce(max(seq), 0) FROM card", "")) != 0 ||
	    seq == 0)
		return err;
	if ((err = mirror_get(b->mirror, (uint64_t)seq, &e)) == 0)
		err = read_card(b, &e, &b->card);
	b->card_seq = (uint64_t)seq;
	return err;
}
