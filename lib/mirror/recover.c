/*
 * A damaged mirror makes place for a new one. The damaged file stays, for
 * whoever wants to look for more in it; what waited in it is carried over.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "mirror/db.h"

#define ASIDE_MAX 100
#define PATH_SIZE (MIRROR_PATH_MAX + 32)

static bool
is_aside(const char *path, unsigned n, char ret_aside[static PATH_SIZE])
{
	int length = snprintf(ret_aside, PATH_SIZE, "%s.damaged-%u", path, n);

	return length < PATH_SIZE && access(ret_aside, F_OK) == 0;
}

unsigned
mirror_aside(const char *path)
{
	char aside[PATH_SIZE];
	unsigned n, highest = 0;

	for (n = 1; n < ASIDE_MAX; n++)
		if (is_aside(path, n, aside))
			highest = n;
	return highest;
}

/* The database and what SQLite keeps beside it, to the first free name. */
static int
move_aside(
    const char *path, char ret_aside[static PATH_SIZE], unsigned *ret_number)
{
	static const char *const parts[] = { "", "-wal", "-shm" };
	char from[PATH_SIZE], to[PATH_SIZE + 8];
	unsigned n;
	size_t i;

	for (n = 1; n < ASIDE_MAX && is_aside(path, n, ret_aside); n++)
		continue;
	if (n == ASIDE_MAX)
		return ERR_LIMIT;
	for (i = 0; i < sizeof(parts) / sizeof(*parts); i++) {
		snprintf(from, sizeof(from), "%s%s", path, parts[i]);
		snprintf(to, sizeof(to), "%s%s", ret_aside, parts[i]);
		if (rename(from, to) != 0 && (i == 0 || errno != ENOENT))
			return err_from_errno(errno);
	}
	*ret_number = n;
	return 0;
}

/* One thing that waited, with the number it had. */
static int
carry(struct mirror *m, sqlite3_stmt *from, sqlite3_stmt *to)
{
	int i, rc;

	for (i = 0; i < sqlite3_column_count(from); i++)
		if ((rc = sqlite3_bind_value(to, i + 1,
			 sqlite3_column_value(from, i))) != SQLITE_OK)
			return mirror_error(m, rc);
	rc = sqlite3_step(to);
	sqlite3_reset(to);
	return mirror_error(m, rc);
}

/* As much of the old outbox as can be read: an error there is no error here. */
static int
carry_all(struct mirror *m, sqlite3 *old, struct mirror_recovery *r)
{
	sqlite3_stmt *from = NULL, *to = NULL;
	int rc, err;

	err = mirror_error(
	    m, sqlite3_prepare_v2(m->db,
		   "INSERT INTO outbox (number, kind, once, edition, bytes)"
		   " VALUES (?, ?, ?, ?, ?)",
		   -1, &to, NULL));
	if (err != 0 || (err = mirror_begin(m)) != 0)
		goto out;
	rc = sqlite3_prepare_v2(old,
	    "SELECT number, kind, once, edition, bytes FROM outbox"
	    " WHERE kind BETWEEN 1 AND 3 AND length(once) = 16"
	    " AND length(bytes) <= 1048576 ORDER BY number",
	    -1, &from, NULL);
	/* Version 1 had none. */
	r->is_whole = rc == SQLITE_ERROR;
	while (rc == SQLITE_OK || rc == SQLITE_ROW) {
		if ((rc = sqlite3_step(from)) == SQLITE_DONE)
			r->is_whole = true;
		if (rc != SQLITE_ROW)
			break;
		if ((err = carry(m, from, to)) != 0)
			break;
		r->saved++;
	}
	if (err == 0)
		err = mirror_commit(m);
	else
		mirror_rollback(m);
out:
	sqlite3_finalize(from);
	sqlite3_finalize(to);
	return err;
}

static int
make_new(const char *path, const char *aside, const uint8_t newsroom[static 16],
    struct mirror_recovery *r, struct mirror **ret_mirror)
{
	struct mirror *m = NULL;
	sqlite3 *old = NULL;
	int err;

	if ((err = mirror_open(path, newsroom, &m)) != 0)
		return err;
	if (sqlite3_open_v2(aside, &old,
		SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX,
		NULL) == SQLITE_OK) {
		mirror_distrust(old);
		err = carry_all(m, old, r);
	}
	sqlite3_close(old);
	if (err == 0)
		*ret_mirror = m;
	else
		mirror_close(&m);
	return err;
}

int
mirror_recover(const char *path, const uint8_t newsroom[static 16],
    struct mirror **mirror, struct mirror_recovery *ret_recovery)
{
	struct mirror_recovery r = { 0 };
	char aside[PATH_SIZE];
	bool is_certain = *mirror != NULL && !mirror_is_moved(*mirror);
	int err;

	if (strlen(path) >= MIRROR_PATH_MAX)
		return ERR_LIMIT;
	mirror_close(mirror);
	if (!is_certain &&
	    (err = mirror_open(path, newsroom, mirror)) != ERR_FORMAT) {
		if (err == 0)
			*ret_recovery = r;
		return err;
	}
	if ((err = move_aside(path, aside, &r.number)) == 0 &&
	    (err = make_new(path, aside, newsroom, &r, mirror)) == 0)
		*ret_recovery = r;
	return err;
}
