#include "mirror/mirror.h"

#include <string.h>
#include <sys/stat.h>

#include "base/err.h"
#include "base/mem.h"
#include "mirror/db.h"

#define BUSY_MS 5000
#define VALUE_MAX (16 * 1024 * 1024) /* bytes of one value, or row */

int
mirror_error(struct mirror *m, int rc)
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
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
	/* Our statements are right: a table or a value is not what it must
	 * be. */
	case SQLITE_ERROR:
	case SQLITE_MISMATCH:
	case SQLITE_TOOBIG:
		return mirror_set_damaged(m);
	default:
		return ERR_IO;
	}
}

bool
mirror_is_damaged(const struct mirror *m)
{
	return m->is_damaged;
}

int
mirror_set_damaged(struct mirror *m)
{
	m->is_damaged = true;
	return ERR_FORMAT;
}

int
mirror_run(struct mirror *m, enum mirror_statement which)
{
	sqlite3_stmt *st = m->st[which];
	int rc = sqlite3_step(st);

	sqlite3_reset(st);
	sqlite3_clear_bindings(st);
	return mirror_error(m, rc);
}

int
mirror_number(struct mirror *m, enum mirror_statement which, uint64_t none,
    uint64_t *ret_number)
{
	sqlite3_stmt *st = m->st[which];
	int rc = sqlite3_step(st), err = mirror_error(m, rc);

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
		return mirror_set_damaged(m);
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

void
mirror_distrust(sqlite3 *db)
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
set_up(struct mirror *m)
{
	mirror_distrust(m->db);
	sqlite3_busy_timeout(m->db, BUSY_MS);
	return mirror_error(m, sqlite3_exec(m->db,
				   "PRAGMA journal_mode = WAL;"
				   "PRAGMA synchronous = FULL;"
				   "PRAGMA secure_delete = ON",
				   NULL, NULL, NULL));
}

static int
prepare(struct mirror *m)
{
	int err = 0, i;

	for (i = 0; i < S_COUNT && err == 0; i++)
		err = mirror_error(
		    m, sqlite3_prepare_v3(m->db, mirror_sql[i], -1,
			   SQLITE_PREPARE_PERSISTENT, &m->st[i], NULL));
	return err;
}

/* Which file this is, to see when its path leads to another one. */
static int
note_file(struct mirror *m)
{
	struct stat st;

	if (stat(m->path, &st) != 0)
		return ERR_IO;
	m->device = st.st_dev;
	m->inode = st.st_ino;
	return 0;
}

int
mirror_open(const char *path, const uint8_t newsroom[static 16],
    struct mirror **ret_mirror)
{
	struct mirror *m;
	int err;

	if (strlen(path) >= MIRROR_PATH_MAX)
		return ERR_LIMIT;
	if ((m = mem_new(1, sizeof(*m))) == NULL)
		return ERR_NOMEM;
	memcpy(m->path, path, strlen(path) + 1);
	err = mirror_error(m, sqlite3_open_v2(path, &m->db,
				  SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE |
				      SQLITE_OPEN_NOMUTEX,
				  NULL));
	if (err == 0 && (err = set_up(m)) == 0 &&
	    (err = mirror_schema(m, newsroom)) == 0 &&
	    (err = prepare(m)) == 0 && (err = note_file(m)) == 0) {
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
	/* Whoever opens it next shall know. */
	if (m->is_damaged)
		sqlite3_exec(
		    m->db, "UPDATE newsroom SET damaged = 1", NULL, NULL, NULL);
	sqlite3_close(m->db);
	mem_free(m);
	*mirror = NULL;
}

bool
mirror_is_moved(const struct mirror *m)
{
	struct stat st;

	return stat(m->path, &st) != 0 || st.st_dev != m->device ||
	       st.st_ino != m->inode;
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
	if (sqlite3_get_autocommit(m->db) == 0)
		(void)mirror_run(m, S_ROLLBACK);
}
