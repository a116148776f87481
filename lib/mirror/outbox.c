/* The member's own file: what waits to be sent, and what was done. */

#include "base/err.h"
#include "mirror/db.h"

int
mirror_out_begin(struct mirror *m)
{
	must(m->own.db != NULL);
	return mirror_run(m, S_OWN_BEGIN);
}

int
mirror_out_commit(struct mirror *m)
{
	int err = mirror_run(m, S_OWN_COMMIT);

	if (err != 0) {
		mirror_out_rollback(m);
		return err;
	}
	/* What cannot be laid out now is laid out later. */
	(void)mirror_settle(m);
	return 0;
}

void
mirror_out_rollback(struct mirror *m)
{
	/* After some errors it has happened by itself. */
	if (sqlite3_get_autocommit(m->own.db) == 0)
		(void)mirror_run(m, S_OWN_ROLLBACK);
}

int
mirror_out_put(struct mirror *m, enum mirror_out_kind kind,
    const uint8_t once[static 16], uint32_t edition, const void *p, size_t n,
    uint64_t *ret_number)
{
	sqlite3_stmt *st = m->st[S_OUT_PUT];
	int err;

	must(m->own.db != NULL);
	if (n > MIRROR_OUT_MAX)
		return ERR_LIMIT;
	/* Nobody would look there for it. */
	if (mirror_file_is_moved(&m->own))
		return ERR_CLOSED;
	sqlite3_bind_int(st, 1, (int)kind);
	sqlite3_bind_blob(st, 2, once, 16, SQLITE_STATIC);
	sqlite3_bind_int64(st, 3, edition);
	sqlite3_bind_blob64(st, 4, p, n, SQLITE_STATIC);
	if ((err = mirror_run(m, S_OUT_PUT)) == 0)
		*ret_number = (uint64_t)sqlite3_last_insert_rowid(m->own.db);
	return err;
}

/* The row of a statement that gives number, kind, once, edition, bytes. */
static int
from_row(
    struct mirror *m, enum mirror_statement which, struct mirror_out *ret_out)
{
	sqlite3_stmt *st = m->st[which];
	struct mirror_out out = {
		.number = (uint64_t)sqlite3_column_int64(st, 0),
		.kind = (enum mirror_out_kind)sqlite3_column_int(st, 1),
		.edition = (uint32_t)sqlite3_column_int64(st, 3),
	};
	int err;

	if (out.kind < MIRROR_LETTER || out.kind > MIRROR_DELETE)
		return mirror_statement_error(m, which, SQLITE_CORRUPT);
	if ((err = mirror_column(m, st, 2, out.once, 16)) != 0)
		return err;
	buf_init(&out.bytes, MIRROR_OUT_MAX);
	mirror_column_put(st, 4, &out.bytes);
	if ((err = buf_finish(&out.bytes)) == 0)
		*ret_out = out;
	else
		buf_fini(&out.bytes);
	return err;
}

static int
get(struct mirror *m, enum mirror_statement which, uint64_t after,
    struct mirror_out *ret_out)
{
	sqlite3_stmt *st = m->st[which];
	int rc, err;

	sqlite3_bind_int64(st, 1, (sqlite3_int64)after);
	rc = sqlite3_step(st);
	if (rc == SQLITE_ROW)
		err = from_row(m, which, ret_out);
	else
		err = rc == SQLITE_DONE ? ERR_NOT_FOUND
					: mirror_statement_error(m, which, rc);
	sqlite3_reset(st);
	return err;
}

int
mirror_out_get(struct mirror *m, uint64_t after, struct mirror_out *ret_out)
{
	must(m->own.db != NULL);
	return get(m, S_OUT_GET, after, ret_out);
}

int
mirror_out_drop(struct mirror *m, uint64_t number)
{
	must(m->own.db != NULL);
	sqlite3_bind_int64(m->st[S_OUT_DROP], 1, (sqlite3_int64)number);
	return mirror_run(m, S_OUT_DROP);
}

int
mirror_out_count(struct mirror *m, uint64_t *ret_n)
{
	must(m->own.db != NULL);
	return mirror_number(m, S_OUT_COUNT, 0, ret_n);
}

int
mirror_out_last(struct mirror *m, uint64_t *ret_number)
{
	must(m->own.db != NULL);
	return mirror_number(m, S_OUT_LAST, 0, ret_number);
}

int
mirror_tray_get(struct mirror *m, uint64_t after, struct mirror_out *ret_out)
{
	return get(m, S_TRAY_GET, after, ret_out);
}

int
mirror_tray_drop(struct mirror *m, uint64_t number)
{
	sqlite3_bind_int64(m->st[S_TRAY_DROP], 1, (sqlite3_int64)number);
	return mirror_run(m, S_TRAY_DROP);
}

int
mirror_tray_count(struct mirror *m, uint64_t *ret_n)
{
	return mirror_number(m, S_TRAY_COUNT, 0, ret_n);
}

int
mirror_tray_last(struct mirror *m, uint64_t *ret_number)
{
	return mirror_number(m, S_TRAY_LAST, 0, ret_number);
}

int
mirror_done(struct mirror *m, enum mirror_duty duty, uint64_t *ret_number)
{
	must(m->own.db != NULL);
	sqlite3_bind_int(m->st[S_DUTY_GET], 1, (int)duty);
	return mirror_number(m, S_DUTY_GET, 0, ret_number);
}

int
mirror_set_done(struct mirror *m, enum mirror_duty duty, uint64_t number_done)
{
	must(m->own.db != NULL);
	sqlite3_bind_int(m->st[S_DUTY_SET], 1, (int)duty);
	sqlite3_bind_int64(m->st[S_DUTY_SET], 2, (sqlite3_int64)number_done);
	return mirror_run(m, S_DUTY_SET);
}
