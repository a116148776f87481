#include <errno.h>
#include <string.h>

#include "base/err.h"
#include "store/sqlite.h"

static const struct {
	const char *text;
	bool is_both;
} statements[SQL_COUNT] = {
#define WRITE(name, text) [SQL_##name] = { text, false },
#define BOTH(name, text) [SQL_##name] = { text, true },
#include "store/sqlite_statements.def"
#undef WRITE
#undef BOTH
};

int
sqlite_error(int rc)
{
	switch (rc & 0xff) {
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
	case SQLITE_FORMAT:
	case SQLITE_MISMATCH:
	case SQLITE_TOOBIG:
		return ERR_FORMAT;
	case SQLITE_PERM:
	case SQLITE_READONLY:
	case SQLITE_AUTH:
		return ERR_DENIED;
	}
	if (rc == SQLITE_IOERR_NOMEM)
		return ERR_NOMEM;
	/* SQLite knows one sign of a full disk; there are more. */
	switch (errno) {
	case ENOSPC:
	case EDQUOT:
	case EFBIG:
		return ERR_FULL;
	case EACCES:
		return ERR_DENIED;
	}
	return ERR_IO;
}

int
sqlite_prepare(struct backend *b)
{
	for (size_t i = 0; i < SQL_COUNT; i++) {
		for (int v = VIEW_SYNCED; v <= VIEW_STAGED; v++) {
			int rc;

			if (v == VIEW_SYNCED && !statements[i].is_both)
				continue;
			rc = sqlite3_prepare_v3(b->db[v], statements[i].text,
			    -1, SQLITE_PREPARE_PERSISTENT, &b->stmt[v][i],
			    NULL);
			if (rc != SQLITE_OK)
				return sqlite_error(rc);
		}
	}
	return 0;
}

sqlite3_stmt *
sqlite_take(struct backend *b, enum view v, enum sql n)
{
	must(b->stmt[v][n] != NULL);
	return b->stmt[v][n];
}

void
sqlite_bind_int(sqlite3_stmt *st, int i, int64_t value)
{
	must(sqlite3_bind_int64(st, i, value) == SQLITE_OK);
}

void
sqlite_bind_bytes(sqlite3_stmt *st, int i, const void *p, size_t n)
{
	/* NULL would be no bytes at all, which is something else. */
	must(sqlite3_bind_blob64(st, i, n > 0 ? p : "", n, SQLITE_STATIC) ==
	     SQLITE_OK);
}

int
sqlite_step(sqlite3_stmt *st)
{
	int rc;

	errno = 0;
	rc = sqlite3_step(st);
	if (rc == SQLITE_ROW)
		return 0;
	if (rc == SQLITE_DONE)
		return ERR_NOT_FOUND;
	return sqlite_error(rc);
}

void
sqlite_give(sqlite3_stmt *st)
{
	/* What went wrong was said by the step. */
	(void)sqlite3_reset(st);
	(void)sqlite3_clear_bindings(st);
}

int
sqlite_run(sqlite3_stmt *st)
{
	int err = sqlite_step(st);

	sqlite_give(st);
	must(err != 0); /* statements that are run yield no rows */
	return err == ERR_NOT_FOUND ? 0 : err;
}

int
sqlite_copy(sqlite3_stmt *st, int i, void *out, size_t n)
{
	const void *p = sqlite3_column_blob(st, i);

	if ((size_t)sqlite3_column_bytes(st, i) != n)
		return ERR_FORMAT;
	if (n > 0 && p == NULL)
		return ERR_NOMEM;
	if (n > 0)
		memcpy(out, p, n);
	return 0;
}
