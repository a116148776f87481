#include <string.h>

#include "base/err.h"
#include "mirror/db.h"

#define PIECE 65536 /* bytes a row */

/* The bytes of one piece into out (PIECE bytes); 0 bytes when there is none. */
static int
piece_get(struct mirror *m, uint64_t seq, uint64_t number, uint8_t *out,
    size_t *ret_n)
{
	sqlite3_stmt *st = m->st[S_PIECE_GET];
	const void *p;
	int rc, err;
	size_t n = 0;

	sqlite3_bind_int64(st, 1, (sqlite3_int64)seq);
	sqlite3_bind_int64(st, 2, (sqlite3_int64)number);
	rc = sqlite3_step(st);
	err = mirror_error(m, rc);
	if (rc == SQLITE_ROW) {
		p = sqlite3_column_blob(st, 0);
		n = (size_t)sqlite3_column_bytes(st, 0);
		if (n > PIECE || (n > 0 && p == NULL))
			err = mirror_set_damaged(m);
		else if (n > 0)
			memcpy(out, p, n);
	}
	sqlite3_reset(st);
	if (err == 0)
		*ret_n = n;
	return err;
}

int
mirror_put(
    struct mirror *m, uint64_t seq, uint64_t offset, const void *p, size_t n)
{
	uint8_t piece[PIECE];
	struct mirror_entry e;
	sqlite3_stmt *st;
	const uint8_t *from = p;
	size_t there, part;
	int err;

	if ((err = mirror_get(m, seq, &e)) != 0)
		return err;
	if (offset != e.held || n > e.size - e.held)
		return ERR_USAGE;
	while (n > 0) {
		if ((err = piece_get(m, seq, offset / PIECE, piece, &there)) !=
		    0)
			return err;
		if (there != offset % PIECE)
			return mirror_set_damaged(m);
		part = n < PIECE - there ? n : PIECE - there;
		memcpy(piece + there, from, part);
		st = m->st[S_PIECE_PUT];
		sqlite3_bind_int64(st, 1, (sqlite3_int64)seq);
		sqlite3_bind_int64(st, 2, (sqlite3_int64)(offset / PIECE));
		sqlite3_bind_blob(
		    st, 3, piece, (int)(there + part), SQLITE_STATIC);
		if ((err = mirror_run(m, S_PIECE_PUT)) != 0)
			return err;
		offset += part;
		from += part;
		n -= part;
	}
	st = m->st[S_HELD];
	sqlite3_bind_int64(st, 1, (sqlite3_int64)offset);
	sqlite3_bind_int64(st, 2, (sqlite3_int64)seq);
	return mirror_run(m, S_HELD);
}

int
mirror_read(struct mirror *m, uint64_t seq, uint64_t offset, void *out,
    size_t n, size_t *ret_n)
{
	uint8_t piece[PIECE], *to = out;
	size_t there, start, part, done = 0;
	int err;

	while (done < n) {
		if ((err = piece_get(m, seq, offset / PIECE, piece, &there)) !=
		    0)
			return err;
		start = offset % PIECE;
		if (there <= start)
			break;
		part = there - start < n - done ? there - start : n - done;
		memcpy(to + done, piece + start, part);
		done += part;
		offset += part;
	}
	*ret_n = done;
	return 0;
}

int
mirror_leaves_put(struct mirror *m, uint64_t seq, const void *p, size_t n)
{
	sqlite3_stmt *st = m->st[S_LEAVES_PUT];

	sqlite3_bind_blob64(st, 1, p, n, SQLITE_STATIC);
	sqlite3_bind_int64(st, 2, (sqlite3_int64)seq);
	return mirror_run(m, S_LEAVES_PUT);
}

int
mirror_leaves_get(struct mirror *m, uint64_t seq, struct buf *ret_leaves)
{
	sqlite3_stmt *st = m->st[S_LEAVES_GET];
	int rc, err;

	sqlite3_bind_int64(st, 1, (sqlite3_int64)seq);
	rc = sqlite3_step(st);
	err = rc == SQLITE_DONE ? ERR_NOT_FOUND : mirror_error(m, rc);
	if (rc == SQLITE_ROW)
		mirror_column_put(st, 0, ret_leaves);
	sqlite3_reset(st);
	return err != 0 ? err : buf_finish(ret_leaves);
}
