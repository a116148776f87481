#include <string.h>

#include "base/err.h"
#include "mirror/db.h"

int
mirror_out_put(struct mirror *m, enum mirror_out_kind kind,
    const uint8_t once[static 16], uint32_t edition, const void *p, size_t n,
    uint64_t *ret_number)
{
	sqlite3_stmt *st = m->st[S_OUT_PUT];
	int err;

	if (n > MIRROR_OUT_MAX)
		return ERR_LIMIT;
	/* Nobody would look there for it. */
	if (mirror_is_moved(m))
		return ERR_CLOSED;
	sqlite3_bind_int(st, 1, (int)kind);
	sqlite3_bind_blob(st, 2, once, 16, SQLITE_STATIC);
	sqlite3_bind_int64(st, 3, edition);
	sqlite3_bind_blob64(st, 4, p, n, SQLITE_STATIC);
	if ((err = mirror_run(m, S_OUT_PUT)) == 0)
		*ret_number = (uint64_t)sqlite3_last_insert_rowid(m->db);
	return err;
}

int
mirror_out_get(struct mirror *m, uint64_t after, struct mirror_out *ret_out)
{
	sqlite3_stmt *st = m->st[S_OUT_GET];
	struct mirror_out out = { 0 };
	int rc, err;

	sqlite3_bind_int64(st, 1, (sqlite3_int64)after);
	rc = sqlite3_step(st);
	err = rc == SQLITE_DONE ? ERR_NOT_FOUND : mirror_error(m, rc);
	if (err != 0)
		goto out;
	out.number = (uint64_t)sqlite3_column_int64(st, 0);
	out.kind = (enum mirror_out_kind)sqlite3_column_int(st, 1);
	out.edition = (uint32_t)sqlite3_column_int64(st, 3);
	if (out.kind < MIRROR_LETTER || out.kind > MIRROR_DELETE) {
		err = mirror_set_damaged(m);
		goto out;
	}
	if ((err = mirror_column(m, st, 2, out.once, 16)) != 0)
		goto out;
	buf_init(&out.bytes, MIRROR_OUT_MAX);
	mirror_column_put(st, 4, &out.bytes);
	if ((err = buf_finish(&out.bytes)) == 0)
		*ret_out = out;
	else
		buf_fini(&out.bytes);
out:
	sqlite3_reset(st);
	return err;
}

int
mirror_out_drop(struct mirror *m, uint64_t number)
{
	sqlite3_bind_int64(m->st[S_OUT_DROP], 1, (sqlite3_int64)number);
	return mirror_run(m, S_OUT_DROP);
}

int
mirror_out_count(struct mirror *m, uint64_t *ret_n)
{
	return mirror_number(m, S_OUT_COUNT, 0, ret_n);
}

int
mirror_out_last(struct mirror *m, uint64_t *ret_number)
{
	return mirror_number(m, S_OUT_LAST, 0, ret_number);
}
