#include "mirror/mirror.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "mirror/db.h"

#define BUSY_MS 5000
#define VALUE_MAX (16 * 1024 * 1024) /* bytes of one value, or row */
#define READ_VERSION_AT 19           /* of SQLite's file format: 2 is WAL */

static bool
is_shut(const char *path)
{
	return access(path, F_OK) == 0 && access(path, R_OK | W_OK) != 0;
}

/* A file in WAL mode is none of ours and cannot be opened; nor one that somebody
 * took our rights to, or to its journal. */
static bool
is_spoilt(const struct mirror_file *f)
{
	char journal[MIRROR_PATH_MAX + 16];
	uint8_t version = 0;
	sqlite3_file *file = NULL;

	snprintf(journal, sizeof(journal), "%s-journal", f->path);
	if (is_shut(f->path) || is_shut(journal))
		return true;

	/* By SQLite's own descriptor: closing another one would drop its
	 * locks. */
	(void)sqlite3_file_control(
	    f->db, "main", SQLITE_FCNTL_FILE_POINTER, &file);
	if (file == NULL || file->pMethods == NULL)
		return false;
	return file->pMethods->xRead(file, &version, 1, READ_VERSION_AT) ==
		   SQLITE_OK &&
	       version == 2;
}

static int
set_damaged(struct mirror_file *f)
{
	f->is_damaged = true;
	return ERR_FORMAT;
}

int
mirror_file_error(struct mirror_file *f, int rc)
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
	case SQLITE_PERM:
	case SQLITE_READONLY:
		return ERR_DENIED;
	case SQLITE_CONSTRAINT:
		return ERR_EXISTS;
	case SQLITE_CANTOPEN:
		return is_spoilt(f) ? set_damaged(f) : ERR_IO;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
	/* Our statements are right: a table or a value is not what it must
	 * be. */
	case SQLITE_ERROR:
	case SQLITE_MISMATCH:
	case SQLITE_TOOBIG:
		return set_damaged(f);
	default:
		return ERR_IO;
	}
}

int
mirror_error(struct mirror *m, int rc)
{
	return mirror_file_error(&m->inbox, rc);
}

static struct mirror_file *
file_of(struct mirror *m, enum mirror_statement which)
{
	return which < S_OWN_FIRST ? &m->inbox : &m->own;
}

int
mirror_statement_error(struct mirror *m, enum mirror_statement which, int rc)
{
	return mirror_file_error(file_of(m, which), rc);
}

bool
mirror_is_damaged(const struct mirror *m)
{
	return m->inbox.is_damaged || m->own.is_damaged;
}

int
mirror_set_damaged(struct mirror *m)
{
	return set_damaged(&m->inbox);
}

int
mirror_run(struct mirror *m, enum mirror_statement which)
{
	sqlite3_stmt *st = m->st[which];
	int rc = sqlite3_step(st);

	sqlite3_reset(st);
	sqlite3_clear_bindings(st);
	return mirror_statement_error(m, which, rc);
}

int
mirror_number(struct mirror *m, enum mirror_statement which, uint64_t none,
    uint64_t *ret_number)
{
	sqlite3_stmt *st = m->st[which];
	int rc = sqlite3_step(st), err = mirror_statement_error(m, which, rc);

	if (err == 0)
		*ret_number = rc == SQLITE_ROW
				  ? (uint64_t)sqlite3_column_int64(st, 0)
				  : none;
	sqlite3_reset(st);
	return err;
}

int
mirror_column(struct mirror *m, sqlite3_stmt *st, int column, void *out, int n)
{
	const void *p = sqlite3_column_blob(st, column);

	if (p == NULL || sqlite3_column_bytes(st, column) != n)
		return set_damaged(
		    sqlite3_db_handle(st) == m->own.db ? &m->own : &m->inbox);
	memcpy(out, p, (size_t)n);
	return 0;
}

void
mirror_column_put(sqlite3_stmt *st, int column, struct buf *out)
{
	const void *p = sqlite3_column_blob(st, column);
	int n = sqlite3_column_bytes(st, column);

	if (p != NULL && n > 0)
		buf_put(out, p, (size_t)n);
}

/* The file lies where another process writes, and that may have been taken
 * over: what it says of itself runs nothing and makes us allocate little. */
static void
distrust(sqlite3 *db)
{
	/* Neither this library's own calls nor what was asked for can fail. */
	(void)sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	(void)sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	(void)sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
	(void)sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);
	(void)sqlite3_limit(db, SQLITE_LIMIT_LENGTH, VALUE_MAX);
	(void)sqlite3_limit(db, SQLITE_LIMIT_ATTACHED, 0);
	(void)sqlite3_exec(db, "PRAGMA cell_size_check = ON", NULL, NULL, NULL);
}

static int
set_up(struct mirror_file *f)
{
	distrust(f->db);
	sqlite3_busy_timeout(f->db, BUSY_MS);
	return mirror_file_error(f, sqlite3_exec(f->db,
					"PRAGMA journal_mode = TRUNCATE;"
					"PRAGMA synchronous = FULL;"
					"PRAGMA temp_store = MEMORY;"
					"PRAGMA secure_delete = ON",
					NULL, NULL, NULL));
}

/* Which file this is, to see when its path leads to another one. */
static int
note_file(struct mirror_file *f)
{
	struct stat st;

	if (stat(f->path, &st) != 0)
		return ERR_IO;
	f->device = st.st_dev;
	f->inode = st.st_ino;
	return 0;
}

int
mirror_file_open(struct mirror_file *f, const struct mirror_kind *kind,
    const char *path, const uint8_t newsroom[static 16])
{
	const char *vfs;
	int err;

	*f = (struct mirror_file){ 0 };
	if (strlen(path) >= sizeof(f->path))
		return ERR_LIMIT;
	memcpy(f->path, path, strlen(path) + 1);
	if ((err = mirror_vfs(&vfs)) != 0)
		return err;
	err = mirror_file_error(
	    f, sqlite3_open_v2(path, &f->db,
		   SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE |
		       SQLITE_OPEN_NOMUTEX,
		   vfs));
	if (err == 0 && (err = set_up(f)) == 0 &&
	    (err = mirror_schema(f, kind, newsroom)) == 0)
		err = note_file(f);
	return err;
}

void
mirror_file_close(struct mirror_file *f)
{
	/* Whoever opens it next shall know. */
	if (f->is_damaged && f->db != NULL)
		sqlite3_exec(
		    f->db, "UPDATE newsroom SET damaged = 1", NULL, NULL, NULL);
	sqlite3_close(f->db);
	f->db = NULL;
}

static int
prepare(struct mirror *m)
{
	int err = 0, i, n = m->own.db != NULL ? S_COUNT : S_OWN_FIRST;

	for (i = 0; i < n && err == 0; i++) {
		struct mirror_file *f = file_of(m, (enum mirror_statement)i);

		err = mirror_file_error(
		    f, sqlite3_prepare_v3(f->db, mirror_sql[i], -1,
			   SQLITE_PREPARE_PERSISTENT, &m->st[i], NULL));
	}
	return err;
}

int
mirror_open(const char *path, const char *own,
    const uint8_t newsroom[static 16], struct mirror **ret_mirror)
{
	struct mirror *m;
	int err;

	if ((m = mem_new(1, sizeof(*m))) == NULL)
		return ERR_NOMEM;
	err = mirror_file_open(&m->inbox, &mirror_inbox_kind, path, newsroom);
	if (err == 0 && own != NULL)
		err =
		    mirror_file_open(&m->own, &mirror_own_kind, own, newsroom);
	if (err == 0 && (err = prepare(m)) == 0) {
		*ret_mirror = m;
		m = NULL;
	}
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
	mirror_file_close(&m->inbox);
	mirror_file_close(&m->own);
	mem_free(m);
	*mirror = NULL;
}

void
mirror_set_patience(struct mirror *m, int ms)
{
	sqlite3_busy_timeout(m->inbox.db, ms);
}

bool
mirror_file_is_moved(const struct mirror_file *f)
{
	struct stat st;

	return f->db != NULL &&
	       (stat(f->path, &st) != 0 || st.st_dev != f->device ||
		   st.st_ino != f->inode);
}

bool
mirror_is_moved(const struct mirror *m)
{
	return mirror_file_is_moved(&m->inbox) || mirror_file_is_moved(&m->own);
}

int
mirror_begin(struct mirror *m)
{
	return mirror_run(m, S_BEGIN);
}

int
mirror_commit(struct mirror *m)
{
	int err = mirror_run(m, S_COMMIT);

	if (err != 0)
		mirror_rollback(m);
	return err;
}

void
mirror_rollback(struct mirror *m)
{
	/* After some errors it has happened by itself. */
	if (sqlite3_get_autocommit(m->inbox.db) == 0)
		(void)mirror_run(m, S_ROLLBACK);
}
