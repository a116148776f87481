/*
 * What waits stands in the member's own file; in the inbox's lies a tray with a
 * copy of it for whoever has the network, which takes out of it what the server
 * acknowledged. Nothing in the tray is believed but that something is gone.
 */

#include "base/err.h"
#include "base/mem.h"
#include "mirror/db.h"

#define AT_ONCE 1000 /* of each kind; the rest comes the next time */

struct settling {
	sqlite3_int64 base; /* names this very tray */
	struct numbers {
		uint64_t list[AT_ONCE];
		size_t n;
	} unlaid, sent, strange;
};

static void
note(struct numbers *ns, uint64_t number)
{
	if (ns->n < AT_ONCE)
		ns->list[ns->n++] = number;
}

static int
find(struct mirror *m, enum mirror_statement which, uint64_t number,
    bool *ret_is)
{
	sqlite3_stmt *st = m->st[which];
	int rc;

	sqlite3_bind_int64(st, 1, (sqlite3_int64)number);
	rc = sqlite3_step(st);
	sqlite3_reset(st);
	*ret_is = rc == SQLITE_ROW;
	return mirror_statement_error(m, which, rc);
}

/* The next thing that waits behind *number. */
static int
next_own(struct mirror *m, const struct settling *s, uint64_t *number,
    bool *ret_is_laid)
{
	sqlite3_stmt *st = m->st[S_OUT_LAID];
	int rc, err;

	sqlite3_bind_int64(st, 1, (sqlite3_int64)*number);
	rc = sqlite3_step(st);
	if (rc == SQLITE_ROW) {
		*number = (uint64_t)sqlite3_column_int64(st, 0);
		*ret_is_laid = sqlite3_column_type(st, 1) != SQLITE_NULL &&
			       sqlite3_column_int64(st, 1) == s->base;
		err = 0;
	} else {
		err = rc == SQLITE_DONE
			  ? ERR_NOT_FOUND
			  : mirror_statement_error(m, S_OUT_LAID, rc);
	}
	sqlite3_reset(st);
	return err;
}

/* What waits: is it in the tray, or was it, or must it go there? */
static int
look_at_own(struct mirror *m, struct settling *s)
{
	uint64_t number = 0;
	bool is_laid = false, is;
	int err;

	while ((err = next_own(m, s, &number, &is_laid)) == 0) {
		if (!is_laid)
			note(&s->unlaid, number);
		else if ((err = find(m, S_TRAY_FIND, number, &is)) != 0)
			return err;
		else if (!is)
			note(&s->sent, number);
	}
	return err == ERR_NOT_FOUND ? 0 : err;
}

/* What lies in the tray and does not wait, or no longer. */
static int
look_at_tray(struct mirror *m, struct settling *s)
{
	sqlite3_stmt *st = m->st[S_TRAY_NUMBERS];
	sqlite3_int64 number = INT64_MIN;
	bool is;
	int rc, err = 0;

	while (err == 0 && s->strange.n < AT_ONCE) {
		sqlite3_bind_int64(st, 1, number);
		rc = sqlite3_step(st);
		err = mirror_error(m, rc);
		number = sqlite3_column_int64(st, 0);
		sqlite3_reset(st);
		if (rc != SQLITE_ROW)
			break;
		if (err == 0 &&
		    (err = find(m, S_OUT_FIND, (uint64_t)number, &is)) == 0 &&
		    !is)
			note(&s->strange, (uint64_t)number);
	}
	return err;
}

static int
lay(struct mirror *m, uint64_t number)
{
	sqlite3_stmt *st = m->st[S_TRAY_PUT];
	struct mirror_out out;
	int err;

	if ((err = mirror_out_get(m, number - 1, &out)) != 0)
		return err;
	sqlite3_bind_int64(st, 1, (sqlite3_int64)number);
	sqlite3_bind_int(st, 2, (int)out.kind);
	sqlite3_bind_blob(st, 3, out.once, 16, SQLITE_STATIC);
	sqlite3_bind_int64(st, 4, out.edition);
	sqlite3_bind_blob64(st, 5, out.bytes.n > 0 ? (void *)out.bytes.p : "",
	    out.bytes.n, SQLITE_STATIC);
	err = mirror_run(m, S_TRAY_PUT);
	buf_fini(&out.bytes);
	return err;
}

static int
change_tray(struct mirror *m, const struct settling *s)
{
	int err;
	size_t i;

	if (s->unlaid.n + s->strange.n == 0)
		return 0;
	if ((err = mirror_begin(m)) != 0)
		return err;
	for (i = 0; i < s->strange.n && err == 0; i++)
		err = mirror_tray_drop(m, s->strange.list[i]);
	for (i = 0; i < s->unlaid.n && err == 0; i++)
		err = lay(m, s->unlaid.list[i]);
	if (err == 0)
		return mirror_commit(m);
	mirror_rollback(m);
	return err;
}

static int
change_own(struct mirror *m, const struct settling *s)
{
	sqlite3_stmt *st = m->st[S_OUT_SET_LAID];
	int err = 0;
	size_t i;

	for (i = 0; i < s->sent.n && err == 0; i++)
		err = mirror_out_drop(m, s->sent.list[i]);
	for (i = 0; i < s->unlaid.n && err == 0; i++) {
		sqlite3_bind_int64(st, 1, s->base);
		sqlite3_bind_int64(st, 2, (sqlite3_int64)s->unlaid.list[i]);
		err = mirror_run(m, S_OUT_SET_LAID);
	}
	return err;
}

static int
settle(struct mirror *m, struct settling *s)
{
	uint64_t base;
	int err;

	if ((err = mirror_number(m, S_BASE, 0, &base)) != 0)
		return err;
	s->base = (sqlite3_int64)base;
	if ((err = look_at_own(m, s)) != 0 || (err = look_at_tray(m, s)) != 0 ||
	    (err = change_tray(m, s)) != 0)
		return err;
	return change_own(m, s);
}

static int
is_anything(struct mirror *m, bool *ret_is)
{
	uint64_t own, tray = 0;
	int err = mirror_out_count(m, &own);

	if (err == 0)
		err = mirror_tray_count(m, &tray);
	*ret_is = err == 0 && own + tray > 0;
	return err;
}

int
mirror_settle(struct mirror *m)
{
	struct settling *s;
	bool is;
	int err;

	if (m->own.db == NULL)
		return 0;
	/* Both, or what waits would go out again from the file that took this
	 * one's place. */
	if (mirror_is_moved(m))
		return ERR_CLOSED;
	if ((err = is_anything(m, &is)) != 0 || !is)
		return err;
	if ((s = mem_new(1, sizeof(*s))) == NULL)
		return ERR_NOMEM;
	/* One after the other: a second one would lay out the same again. What
	 * stops between the two commits is laid out again; the server knows a
	 * letter it has. */
	if ((err = mirror_run(m, S_OWN_BEGIN)) == 0) {
		if ((err = settle(m, s)) == 0)
			err = mirror_run(m, S_OWN_COMMIT);
		if (err != 0)
			mirror_out_rollback(m);
	}
	mem_free(s);
	return err;
}
