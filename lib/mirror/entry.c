#include <string.h>

#include "base/err.h"
#include "mirror/db.h"

#define CHANGE_COLUMN 9

int
mirror_last(struct mirror *m, uint64_t *ret_seq, uint8_t ret_link[static 32])
{
	sqlite3_stmt *st = m->st[S_LAST];
	int rc = sqlite3_step(st), err = mirror_error(m, rc);

	if (rc == SQLITE_ROW) {
		if ((err = mirror_column(m, st, 1, ret_link, 32)) == 0)
			*ret_seq = (uint64_t)sqlite3_column_int64(st, 0);
	} else if (err == 0) {
		*ret_seq = 0;
		memset(ret_link, 0, 32);
	}
	sqlite3_reset(st);
	return err;
}

int
mirror_add(struct mirror *m, const struct mirror_entry *e)
{
	sqlite3_stmt *st = m->st[S_ADD];
	int err;

	sqlite3_bind_int64(st, 1, (sqlite3_int64)e->seq);
	sqlite3_bind_int(st, 2, e->type);
	sqlite3_bind_int(st, 3, e->is_deleted);
	sqlite3_bind_int(st, 4, e->is_gone);
	sqlite3_bind_int64(st, 5, e->day);
	sqlite3_bind_int64(st, 6, (sqlite3_int64)e->size);
	sqlite3_bind_blob(st, 7, e->digest, 32, SQLITE_STATIC);
	sqlite3_bind_blob(st, 8, e->link, 32, SQLITE_STATIC);
	if ((err = mirror_run(m, S_ADD)) != 0 ||
	    (!e->is_deleted && !e->is_gone))
		return err;
	/* A reader may have known it whole, in a file whose place this one
	 * took. */
	return mirror_set_state(m, e->seq, e->is_deleted, e->is_gone);
}

int
mirror_set_state(struct mirror *m, uint64_t seq, bool is_deleted, bool is_gone)
{
	sqlite3_stmt *st = m->st[S_STATE];

	sqlite3_bind_int(st, 1, is_deleted);
	sqlite3_bind_int(st, 2, is_gone);
	sqlite3_bind_int64(st, 3, (sqlite3_int64)seq);
	return mirror_run(m, S_STATE);
}

int
mirror_set_size(struct mirror *m, uint64_t seq, uint64_t size)
{
	sqlite3_stmt *st = m->st[S_SIZE];
	int err;

	sqlite3_bind_int64(st, 1, (sqlite3_int64)size);
	sqlite3_bind_int64(st, 2, (sqlite3_int64)seq);
	if ((err = mirror_run(m, S_SIZE)) != 0)
		return err;
	return sqlite3_changes(m->inbox.db) == 1 ? 0 : ERR_USAGE;
}

int
mirror_since(struct mirror *m, uint32_t day, uint64_t *ret_seq)
{
	sqlite3_bind_int64(m->st[S_SINCE], 1, day);
	return mirror_number(m, S_SINCE, INT64_MAX, ret_seq);
}

int
mirror_checked(struct mirror *m, uint64_t *ret_seq)
{
	return mirror_number(m, S_CHECKED_GET, 0, ret_seq);
}

int
mirror_set_checked(struct mirror *m, uint64_t seq)
{
	sqlite3_bind_int64(m->st[S_CHECKED_SET], 1, (sqlite3_int64)seq);
	return mirror_run(m, S_CHECKED_SET);
}

static int
from_row(struct mirror *m, sqlite3_stmt *st, struct mirror_entry *ret_entry)
{
	struct mirror_entry e = {
		.seq = (uint64_t)sqlite3_column_int64(st, 0),
		.type = (uint8_t)sqlite3_column_int(st, 1),
		.is_deleted = sqlite3_column_int(st, 2) != 0,
		.is_gone = sqlite3_column_int(st, 3) != 0,
		.day = (uint32_t)sqlite3_column_int64(st, 4),
		.size = (uint64_t)sqlite3_column_int64(st, 5),
		.held = (uint64_t)sqlite3_column_int64(st, 6),
	};
	int err;

	if (e.held > e.size)
		return mirror_set_damaged(m);
	if ((err = mirror_column(m, st, 7, e.digest, 32)) == 0 &&
	    (err = mirror_column(m, st, 8, e.link, 32)) == 0)
		*ret_entry = e;
	return err;
}

/* The one entry that a statement gives. */
static int
one(struct mirror *m, enum mirror_statement which,
    struct mirror_entry *ret_entry)
{
	sqlite3_stmt *st = m->st[which];
	int rc = sqlite3_step(st), err;

	if (rc == SQLITE_ROW)
		err = from_row(m, st, ret_entry);
	else
		err = rc == SQLITE_DONE ? ERR_NOT_FOUND : mirror_error(m, rc);
	sqlite3_reset(st);
	return err;
}

int
mirror_get(struct mirror *m, uint64_t seq, struct mirror_entry *ret_entry)
{
	sqlite3_bind_int64(m->st[S_GET], 1, (sqlite3_int64)seq);
	return one(m, S_GET, ret_entry);
}

int
mirror_newest_card(struct mirror *m, struct mirror_entry *ret_entry)
{
	return one(m, S_CARD, ret_entry);
}

/* Binds what the three below ask for. */
static sqlite3_stmt *
ask(struct mirror *m, enum mirror_statement which, uint64_t above, size_t max)
{
	sqlite3_stmt *st = m->st[which];

	sqlite3_bind_int64(
	    st, 1, above < INT64_MAX ? (sqlite3_int64)above : INT64_MAX);
	sqlite3_bind_int64(
	    st, 2, max < INT64_MAX ? (sqlite3_int64)max : INT64_MAX);
	return st;
}

int
mirror_after(struct mirror *m, uint64_t after, struct mirror_entry *ret_entries,
    size_t max, size_t *ret_n)
{
	sqlite3_stmt *st = ask(m, S_AFTER, after, max);
	size_t n = 0;
	int rc, err = 0;

	while (err == 0 && n < max && (rc = sqlite3_step(st)) != SQLITE_DONE) {
		err = rc == SQLITE_ROW ? from_row(m, st, &ret_entries[n])
				       : mirror_error(m, rc);
		n += err == 0;
	}
	sqlite3_reset(st);
	if (err == 0)
		*ret_n = n;
	return err;
}

int
mirror_wanted(struct mirror *m, uint64_t after, uint64_t *ret_seqs, size_t max,
    size_t *ret_n)
{
	sqlite3_stmt *st = ask(m, S_WANTED, after, max);
	size_t n = 0;
	int rc, err = 0;

	while (err == 0 && n < max && (rc = sqlite3_step(st)) != SQLITE_DONE) {
		if ((err = mirror_error(m, rc)) == 0)
			ret_seqs[n++] = (uint64_t)sqlite3_column_int64(st, 0);
	}
	sqlite3_reset(st);
	if (err == 0)
		*ret_n = n;
	return err;
}

int
mirror_changed(struct mirror *m, uint64_t since,
    struct mirror_entry *ret_entries, size_t max, size_t *ret_n,
    uint64_t *ret_newest)
{
	sqlite3_stmt *st = ask(m, S_CHANGED, since, max);
	uint64_t newest = 0;
	size_t n = 0;
	int rc, err = 0;

	while (err == 0 && n < max && (rc = sqlite3_step(st)) != SQLITE_DONE) {
		err = rc == SQLITE_ROW ? from_row(m, st, &ret_entries[n])
				       : mirror_error(m, rc);
		if (err == 0) {
			newest =
			    (uint64_t)sqlite3_column_int64(st, CHANGE_COLUMN);
			n++;
		}
	}
	sqlite3_reset(st);
	if (err == 0 && n == 0)
		err = mirror_number(m, S_CHANGE_LAST, 0, &newest);
	if (err == 0) {
		*ret_n = n;
		*ret_newest = newest;
	}
	return err;
}
