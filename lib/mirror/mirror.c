#include "mirror/mirror.h"

#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "mirror/db.h"

#define MIRROR_ID 0x50695374 /* application_id */
#define MIRROR_VERSION 1

static const char *const sql[S_COUNT] = {
	[S_BEGIN] = "BEGIN IMMEDIATE",
	[S_COMMIT] = "COMMIT",
	[S_LAST] = "SELECT seq, link FROM entry ORDER BY seq DESC LIMIT 1",
	[S_SINCE] = "SELECT seq FROM entry WHERE day >= ? ORDER BY seq LIMIT 1",
	[S_ADD] = "INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, 0, ?, ?, NULL)",
	[S_STATE] = "UPDATE entry SET deleted = ?, gone = ? WHERE seq = ?",
	[S_GET] = "SELECT seq, type, deleted, gone, day, size, held, digest,"
		  " link FROM entry WHERE seq = ?",
	[S_EACH] = "SELECT seq, type, deleted, gone, day, size, held, digest,"
		   " link FROM entry ORDER BY seq",
	[S_HELD] = "UPDATE entry SET held = ? WHERE seq = ?",
	[S_CHECKED_GET] = "SELECT checked FROM newsroom",
	[S_CHECKED_SET] = "UPDATE newsroom SET checked = ?",
	[S_PIECE_GET] = "SELECT bytes FROM piece WHERE seq = ? AND number = ?",
	[S_PIECE_PUT] = "INSERT OR REPLACE INTO piece VALUES (?, ?, ?)",
	[S_LEAVES_PUT] = "UPDATE entry SET leaves = ? WHERE seq = ?",
	[S_LEAVES_GET] = "SELECT leaves FROM entry WHERE seq = ?",
};

static const char schema[] =
    "CREATE TABLE entry (seq INTEGER PRIMARY KEY, type INTEGER NOT NULL,"
    " deleted INTEGER NOT NULL, gone INTEGER NOT NULL,"
    " day INTEGER NOT NULL, size INTEGER NOT NULL,"
    " held INTEGER NOT NULL, digest BLOB NOT NULL, link BLOB NOT NULL,"
    " leaves BLOB) STRICT;"
    "CREATE TABLE piece (seq INTEGER NOT NULL, number INTEGER NOT NULL,"
    " bytes BLOB NOT NULL, PRIMARY KEY (seq, number)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE newsroom (id BLOB NOT NULL, checked INTEGER NOT NULL)"
    " STRICT;";

int
mirror_error(int rc)
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

int
mirror_run(sqlite3_stmt *st)
{
	int rc = sqlite3_step(st);

	sqlite3_reset(st);
	sqlite3_clear_bindings(st);
	return mirror_error(rc);
}

static int
exec(sqlite3 *db, const char *text)
{
	return mirror_error(sqlite3_exec(db, text, NULL, NULL, NULL));
}

static int
pragma_number(sqlite3 *db, const char *text, int *ret_number)
{
	sqlite3_stmt *st = NULL;
	int err;

	err = mirror_error(sqlite3_prepare_v2(db, text, -1, &st, NULL));
	if (err == 0 && (err = mirror_error(sqlite3_step(st))) == 0)
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
		    db, "INSERT INTO newsroom VALUES (?, 0)", -1, &st, NULL);
		if (rc == SQLITE_OK) {
			sqlite3_bind_blob(st, 1, newsroom, 16, SQLITE_STATIC);
			rc = sqlite3_step(st);
		}
		sqlite3_finalize(st);
		return rc == SQLITE_DONE ? exec(db, "COMMIT")
					 : mirror_error(rc);
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
	err = mirror_error(sqlite3_open_v2(path, &m->db,
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
		err = mirror_error(sqlite3_prepare_v3(m->db, sql[i], -1,
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
	return mirror_run(m->st[S_BEGIN]);
}

int
mirror_commit(struct mirror *m)
{
	return mirror_run(m->st[S_COMMIT]);
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
	int rc = sqlite3_step(st), err = mirror_error(rc);

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
	sqlite3_bind_int(st, 3, e->is_deleted);
	sqlite3_bind_int(st, 4, e->is_gone);
	sqlite3_bind_int64(st, 5, e->day);
	sqlite3_bind_int64(st, 6, (sqlite3_int64)e->size);
	sqlite3_bind_blob(st, 7, e->digest, 32, SQLITE_STATIC);
	sqlite3_bind_blob(st, 8, e->link, 32, SQLITE_STATIC);
	return mirror_run(st);
}

int
mirror_set_state(struct mirror *m, uint64_t seq, bool is_deleted, bool is_gone)
{
	sqlite3_stmt *st = m->st[S_STATE];

	sqlite3_bind_int(st, 1, is_deleted);
	sqlite3_bind_int(st, 2, is_gone);
	sqlite3_bind_int64(st, 3, (sqlite3_int64)seq);
	return mirror_run(st);
}

/* The one number that st gives; none when there is no row. */
static int
read_number(sqlite3_stmt *st, uint64_t none, uint64_t *ret_number)
{
	int rc = sqlite3_step(st), err = mirror_error(rc);

	if (err == 0)
		*ret_number = rc == SQLITE_ROW
				  ? (uint64_t)sqlite3_column_int64(st, 0)
				  : none;
	sqlite3_reset(st);
	return err;
}

int
mirror_since(struct mirror *m, uint32_t day, uint64_t *ret_seq)
{
	sqlite3_bind_int64(m->st[S_SINCE], 1, day);
	return read_number(m->st[S_SINCE], INT64_MAX, ret_seq);
}

int
mirror_checked(struct mirror *m, uint64_t *ret_seq)
{
	return read_number(m->st[S_CHECKED_GET], 0, ret_seq);
}

int
mirror_set_checked(struct mirror *m, uint64_t seq)
{
	sqlite3_bind_int64(m->st[S_CHECKED_SET], 1, (sqlite3_int64)seq);
	return mirror_run(m->st[S_CHECKED_SET]);
}

static int
entry_from_row(sqlite3_stmt *st, struct mirror_entry *ret_entry)
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

	if ((err = column_copy(st, 7, e.digest, 32)) == 0 &&
	    (err = column_copy(st, 8, e.link, 32)) == 0)
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
		err = rc == SQLITE_DONE ? ERR_NOT_FOUND : mirror_error(rc);
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
				       : mirror_error(rc);
		if (err == 0)
			err = fn(ctx, &e);
	}
	sqlite3_reset(st);
	return err;
}
