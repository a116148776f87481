/*
 * A damaged file makes place for a new one. It stays, for whoever wants to look
 * for more in it; what waited in the member's own is carried over.
 */
#include <errno.h>
#include <stdio.h>
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

	for (n = 1; n <= ASIDE_MAX; n++)
		if (is_aside(path, n, aside))
			highest = n;
	return highest;
}

/* The database and what SQLite keeps beside it, to the first free name. Where
 * others may have taken all names, the last one's file is given up. */
static int
move_aside(const char *path, const struct mirror_kind *kind,
    char ret_aside[static PATH_SIZE], unsigned *ret_number)
{
	static const char *const parts[] = { "", "-journal" };
	char from[PATH_SIZE], to[PATH_SIZE + 16];
	unsigned n;
	size_t i;

	for (n = 1; is_aside(path, n, ret_aside) && n < ASIDE_MAX; n++)
		continue;
	if (n == ASIDE_MAX && kind->is_private)
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

/* If what is at path is damaged, it goes aside. is_certain: it is known. */
static int
make_room(const char *path, const struct mirror_kind *kind,
    const uint8_t newsroom[static 16], bool is_certain,
    char ret_aside[static PATH_SIZE], unsigned *ret_number)
{
	struct mirror_file f;
	int err = ERR_FORMAT;

	if (!is_certain) {
		err = mirror_file_open(&f, kind, path, newsroom);
		mirror_file_close(&f);
	}
	return err == ERR_FORMAT ? move_aside(path, kind, ret_aside, ret_number)
				 : err;
}

/* One thing that waited, with the number it had. */
static int
carry(struct mirror_file *f, sqlite3_stmt *from, sqlite3_stmt *to)
{
	int i, rc;

	for (i = 0; i < sqlite3_column_count(from); i++)
		if ((rc = sqlite3_bind_value(to, i + 1,
			 sqlite3_column_value(from, i))) != SQLITE_OK)
			return mirror_file_error(f, rc);
	rc = sqlite3_step(to);
	sqlite3_reset(to);
	return mirror_file_error(f, rc);
}

/* As much of the old outbox as can be read: an error there is no error here. */
static int
carry_all(struct mirror *m, sqlite3 *old, struct mirror_recovery *r)
{
	sqlite3_stmt *from = NULL, *to = NULL;
	int rc, err;

	err = mirror_file_error(&m->own,
	    sqlite3_prepare_v2(m->own.db,
		"INSERT INTO outbox (number, kind, once, edition, bytes, laid)"
		" VALUES (?, ?, ?, ?, ?, ?)",
		-1, &to, NULL));
	if (err != 0 || (err = mirror_run(m, S_OWN_BEGIN)) != 0)
		goto out;
	rc = sqlite3_prepare_v2(old,
	    "SELECT number, kind, once, edition, bytes, laid FROM outbox"
	    " WHERE kind BETWEEN 1 AND 3 AND length(once) = 16"
	    " AND length(bytes) <= 1048576 ORDER BY number",
	    -1, &from, NULL);
	while (rc == SQLITE_OK || rc == SQLITE_ROW) {
		if ((rc = sqlite3_step(from)) == SQLITE_DONE)
			r->is_whole = true;
		if (rc != SQLITE_ROW)
			break;
		if ((err = carry(&m->own, from, to)) != 0)
			break;
		r->saved++;
	}
	if (err == 0)
		err = mirror_run(m, S_OWN_COMMIT);
	if (err != 0)
		mirror_out_rollback(m);
out:
	sqlite3_finalize(from);
	sqlite3_finalize(to);
	return err;
}

static int
carry_from(struct mirror *m, const char *aside, struct mirror_recovery *r)
{
	sqlite3 *old = NULL;
	const char *vfs;
	int err;

	if ((err = mirror_vfs(&vfs)) != 0)
		return err;
	r->is_whole = false;
	if (sqlite3_open_v2(aside, &old,
		SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, vfs) == SQLITE_OK)
		err = carry_all(m, old, r);
	sqlite3_close(old);
	return err;
}

int
mirror_recover(const char *path, const char *own,
    const uint8_t newsroom[static 16], struct mirror **mirror,
    struct mirror_recovery *ret_recovery)
{
	struct mirror_recovery r = { .is_whole = true };
	struct mirror *m = *mirror;
	char aside[PATH_SIZE], own_aside[PATH_SIZE];
	bool is_inbox = m != NULL && m->inbox.is_damaged &&
			!mirror_file_is_moved(&m->inbox);
	bool is_own =
	    m != NULL && m->own.is_damaged && !mirror_file_is_moved(&m->own);
	int err;

	mirror_close(mirror);
	m = NULL;
	if ((err = make_room(path, &mirror_inbox_kind, newsroom, is_inbox,
		 aside, &r.number)) != 0 ||
	    (own != NULL && (err = make_room(own, &mirror_own_kind, newsroom,
				 is_own, own_aside, &r.own_number)) != 0) ||
	    (err = mirror_open(path, own, newsroom, &m)) != 0)
		return err;
	if (r.own_number > 0 && (err = carry_from(m, own_aside, &r)) != 0) {
		mirror_close(&m);
		return err;
	}
	*mirror = m;
	*ret_recovery = r;
	return 0;
}
