#include "mirror.h"

#include <sqlite3.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"

#define MIRROR_ID 0x50695374 /* application_id */
#define MIRROR_VERSION 1
#define PIECE 65536 /* bytes a row */

enum statement {
	S_BEGIN,
	S_COMMIT,
	S_LAST,
	S_ADD,
	S_GET,
	S_EACH,
	S_HELD,
	S_PIECE_GET,
	S_PIECE_PUT,
	S_FORGET,
	S_FORGET_HELD,
	S_LEAVES_PUT,
	S_LEAVES_GET,
	S_COUNT
};

static const char *const sql[S_COUNT] = {
	[S_BEGIN] = "BEGIN IMMEDIATE",
	[S_COMMIT] = "COMMIT",
	[S_LAST] = "SELECT seq, link FROM entry ORDER BY seq DESC LIMIT 1",
	[S_ADD] = "INSERT INTO entry VALUES (?, ?, ?, ?, ?, 0, ?, ?, NULL)",
	[S_GET] = "SELECT seq, type, gone, day, size, held, digest, link "
		  "FROM entry WHERE seq = ?",
	[S_EACH] = "SELECT seq, type, gone, day, size, held, digest, link "
		   "FROM entry ORDER BY seq",
	[S_HELD] = "UPDATE entry SET held = ? WHERE seq = ?",
	[S_PIECE_GET] = "SELECT bytes FROM piece WHERE seq = ? AND number = ?",
	[S_PIECE_PUT] = "INSERT OR REPLACE INTO piece VALUES (?, ?, ?)",
	[S_FORGET] = "DELETE FROM piece WHERE seq = ?",
	[S_FORGET_HELD] =
	    "UPDATE entry SET held = 0, leaves = NULL WHERE seq = ?",
	[S_LEAVES_PUT] = "UPDATE entry SET leaves = ? WHERE seq = ?",
	[S_LEAVES_GET] = "SELECT leaves FROM entry WHERE seq = ?",
};

static const char schema[] =
    "CREATE TABLE entry (seq INTEGER PRIMARY KEY, type INTEGER NOT NULL,"
    " gone INTEGER NOT NULL, day INTEGER NOT NULL, size INTEGER NOT NULL,"
    " held INTEGER NOT NULL, digest BLOB NOT NULL, link BLOB NOT NULL,"
    " leaves BLOB) STRICT;"
    "CREATE TABLE piece (seq INTEGER NOT NULL, number INTEGER NOT NULL,"
    " bytes BLOB NOT NULL, PRIMARY KEY (seq, number)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE newsroom (id BLOB NOT NULL) STRICT;";

struct mirror {
	sqlite3 *db;
	sqlite3_stmt *st[S_COUNT];
};

static int
err_from_sqlite(int rc)
{
	switch (rc & 0xff) {
	case SQLITE_OK:
	case SQLITE_ROW:
	case SQLITE_DONE:
		return 0;
	case SQLITE_NOMEM:
		return ERR_NOMEM;
	case SQLITE_FULL:
		return ERR_FULL;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return ERR_BUSY;
	case SQLITE_CONSTRAINT:
		return ERR_EXISTS;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return ERR_FORMAT;
	default:
		return ERR_IO;
	}
}

/* Runs a statement that gives no row. */
static int
run(sqlite3_stmt *st)
{
	int rc = sqlite3_step(st);

	sqlite3_reset(st);
	sqlite3_clear_bindings(st);
	return err_from_sqlite(rc);
}

static int
exec(sqlite3 *db, const char *text)
{
	return err_from_sqlite(sqlite3_exec(db, text, NULL, NULL, NULL));
}

static int
pragma_number(sqlite3 *db, const char *text, int *ret_number)
{
	sqlite3_stmt *st = NULL;
	int err;

	err = err_from_sqlite(sqlite3_prepare_v2(db, text, -1, &st, NULL));
	if (err == 0 && (err = err_from_sqlite(sqlite3_step(st))) == 0)
		*ret_number = sqlite3_column_int(st, 0);
	sqlite3_finalize(st);
	return err;
}

/* Makes the tables, or checks that they are ours and of this newsroom. */
static int
check_schema(sqlite3 *db, const uint8_t newsroom[static 16])
{
	sqlite3_stmt *st = NULL;
	int err, id = 0, version = 0, rc;

	if ((err = pragma_number(db, "PRAGMA application_id", &id)) != 0 ||
	    (err = pragma_number(db, "PRAGMA user_version", &version)) != 0)
		return err;
	if (id == 0 && version == 0) {
		if ((err = exec(db, "BEGIN IMMEDIATE")) != 0 ||
		    (err = exec(db, schema)) != 0 ||
		    (err = exec(db, "PRAGMA application_id = 1349079924;"
				    "PRAGMA user_version = 1")) != 0)
			return err;
		rc = sqlite3_prepare_v2(
		    db, "INSERT INTO newsroom VALUES (?)", -1, &st, NULL);
		if (rc == SQLITE_OK) {
			sqlite3_bind_blob(st, 1, newsroom, 16, SQLITE_STATIC);
			rc = sqlite3_step(st);
		}
		sqlite3_finalize(st);
		return rc == SQLITE_DONE ? exec(db, "COMMIT")
					 : err_from_sqlite(rc);
	}
	if (id != MIRROR_ID)
		return ERR_FORMAT;
	if (version != MIRROR_VERSION)
		return ERR_VERSION;
	rc = sqlite3_prepare_v2(db, "SELECT id FROM newsroom", -1, &st, NULL);
	if (rc == SQLITE_OK && (rc = sqlite3_step(st)) == SQLITE_ROW &&
	    (sqlite3_column_bytes(st, 0) != 16 ||
		memcmp(sqlite3_column_blob(st, 0), newsroom, 16) != 0))
		err = ERR_NEWSROOM;
	else
		err = rc == SQLITE_ROW ? 0 : ERR_FORMAT;
	sqlite3_finalize(st);
	return err;
}

int
mirror_open(const char *path, const uint8_t newsroom[static 16],
    struct mirror **ret_mirror)
{
	struct mirror *m;
	int err, i;

	if ((m = mem_new(1, sizeof(*m))) == NULL)
		return ERR_NOMEM;
	err = err_from_sqlite(sqlite3_open_v2(path, &m->db,
	    SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
	    NULL));
	if (err != 0)
		goto out;
	sqlite3_db_config(m->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(m->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	sqlite3_busy_timeout(m->db, 5000);
	if ((err = exec(m->db, "PRAGMA journal_mode = WAL;"
			       "PRAGMA synchronous = FULL;"
			       "PRAGMA secure_delete = ON")) != 0 ||
	    (err = check_schema(m->db, newsroom)) != 0)
		goto out;
	for (i = 0; i < S_COUNT; i++) {
		err = err_from_sqlite(sqlite3_prepare_v3(m->db, sql[i], -1,
		    SQLITE_PREPARE_PERSISTENT, &m->st[i], NULL));
		if (err != 0)
			goto out;
	}
	*ret_mirror = m;
	m = NULL;
out:
	mirror_close(&m);
	return err;
}

void
mirror_close(struct mirror **mirror)
{
	struct mirror *m = *mirror;
	int i;

	if (m == NULL)
		return;
	for (i = 0; i < S_COUNT; i++)
		sqlite3_finalize(m->st[i]);
	sqlite3_close(m->db);
	mem_free(m);
	*mirror = NULL;
}

int
mirror_begin(struct mirror *m)
{
	return run(m->st[S_BEGIN]);
}

int
mirror_commit(struct mirror *m)
{
	return run(m->st[S_COMMIT]);
}

static int
column_copy(sqlite3_stmt *st, int column, void *out, int n)
{
	if (sqlite3_column_bytes(st, column) != n)
		return ERR_FORMAT;
	memcpy(out, sqlite3_column_blob(st, column), (size_t)n);
	return 0;
}

int
mirror_last(struct mirror *m, uint64_t *ret_seq, uint8_t ret_link[static 32])
{
	sqlite3_stmt *st = m->st[S_LAST];
	int rc = sqlite3_step(st), err = err_from_sqlite(rc);

	if (rc == SQLITE_ROW) {
		if ((err = column_copy(st, 1, ret_link, 32)) == 0)
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

	sqlite3_bind_int64(st, 1, (sqlite3_int64)e->seq);
	sqlite3_bind_int(st, 2, e->type);
	sqlite3_bind_int(st, 3, e->is_gone);
	sqlite3_bind_int64(st, 4, e->day);
	sqlite3_bind_int64(st, 5, (sqlite3_int64)e->size);
	sqlite3_bind_blob(st, 6, e->digest, 32, SQLITE_STATIC);
	sqlite3_bind_blob(st, 7, e->link, 32, SQLITE_STATIC);
	return run(st);
}

static int
entry_from_row(sqlite3_stmt *st, struct mirror_entry *ret_entry)
{
	struct mirror_entry e = {
		.seq = (uint64_t)sqlite3_column_int64(st, 0),
		.type = (uint8_t)sqlite3_column_int(st, 1),
		.is_gone = sqlite3_column_int(st, 2) != 0,
		.day = (uint32_t)sqlite3_column_int64(st, 3),
		.size = (uint64_t)sqlite3_column_int64(st, 4),
		.held = (uint64_t)sqlite3_column_int64(st, 5),
	};
	int err;

	if ((err = column_copy(st, 6, e.digest, 32)) == 0 &&
	    (err = column_copy(st, 7, e.link, 32)) == 0)
		*ret_entry = e;
	return err;
}

int
mirror_get(struct mirror *m, uint64_t seq, struct mirror_entry *ret_entry)
{
	sqlite3_stmt *st = m->st[S_GET];
	int rc, err;

	sqlite3_bind_int64(st, 1, (sqlite3_int64)seq);
	rc = sqlite3_step(st);
	if (rc == SQLITE_ROW)
		err = entry_from_row(st, ret_entry);
	else
		err = rc == SQLITE_DONE ? ERR_NOT_FOUND : err_from_sqlite(rc);
	sqlite3_reset(st);
	return err;
}

int
mirror_each(struct mirror *m, mirror_fn *fn, void *ctx)
{
	sqlite3_stmt *st = m->st[S_EACH];
	struct mirror_entry e;
	int rc, err = 0;

	while (err == 0 && (rc = sqlite3_step(st)) != SQLITE_DONE) {
		err = rc == SQLITE_ROW ? entry_from_row(st, &e)
				       : err_from_sqlite(rc);
		if (err == 0)
			err = fn(ctx, &e);
	}
	sqlite3_reset(st);
	return err;
}

/* The bytes of one piece into out (PIECE bytes); 0 bytes when there is none. */
static int
piece_get(struct mirror *m, uint64_t seq, uint64_t number, uint8_t *out,
    size_t *ret_n)
{
	sqlite3_stmt *st = m->st[S_PIECE_GET];
	int rc, err;
	size_t n = 0;

	sqlite3_bind_int64(st, 1, (sqlite3_int64)seq);
	sqlite3_bind_int64(st, 2, (sqlite3_int64)number);
	rc = sqlite3_step(st);
	err = err_from_sqlite(rc);
	if (rc == SQLITE_ROW) {
		n = (size_t)sqlite3_column_bytes(st, 0);
		if (n > PIECE)
			err = ERR_FORMAT;
		else if (n > 0)
			memcpy(out, sqlite3_column_blob(st, 0), n);
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
			return ERR_FORMAT;
		part = n < PIECE - there ? n : PIECE - there;
		memcpy(piece + there, from, part);
		st = m->st[S_PIECE_PUT];
		sqlite3_bind_int64(st, 1, (sqlite3_int64)seq);
		sqlite3_bind_int64(st, 2, (sqlite3_int64)(offset / PIECE));
		sqlite3_bind_blob(
		    st, 3, piece, (int)(there + part), SQLITE_STATIC);
		if ((err = run(st)) != 0)
			return err;
		offset += part;
		from += part;
		n -= part;
	}
	st = m->st[S_HELD];
	sqlite3_bind_int64(st, 1, (sqlite3_int64)offset);
	sqlite3_bind_int64(st, 2, (sqlite3_int64)seq);
	return run(st);
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
mirror_forget(struct mirror *m, uint64_t seq)
{
	int err;

	sqlite3_bind_int64(m->st[S_FORGET], 1, (sqlite3_int64)seq);
	if ((err = run(m->st[S_FORGET])) != 0)
		return err;
	sqlite3_bind_int64(m->st[S_FORGET_HELD], 1, (sqlite3_int64)seq);
	return run(m->st[S_FORGET_HELD]);
}

int
mirror_leaves_put(struct mirror *m, uint64_t seq, const void *p, size_t n)
{
	sqlite3_stmt *st = m->st[S_LEAVES_PUT];

	sqlite3_bind_blob64(st, 1, p, n, SQLITE_STATIC);
	sqlite3_bind_int64(st, 2, (sqlite3_int64)seq);
	return run(st);
}

int
mirror_leaves_get(struct mirror *m, uint64_t seq, struct buf *ret_leaves)
{
	sqlite3_stmt *st = m->st[S_LEAVES_GET];
	int rc, err;

	sqlite3_bind_int64(st, 1, (sqlite3_int64)seq);
	rc = sqlite3_step(st);
	err = rc == SQLITE_DONE ? ERR_NOT_FOUND : err_from_sqlite(rc);
	if (rc == SQLITE_ROW && sqlite3_column_bytes(st, 0) > 0)
		buf_put(ret_leaves, sqlite3_column_blob(st, 0),
		    (size_t)sqlite3_column_bytes(st, 0));
	sqlite3_reset(st);
	return err != 0 ? err : buf_finish(ret_leaves);
}
