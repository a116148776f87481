/*
 * How SQLite reaches a file that a hostile process may write. Of its usual VFS
 * two things are left out, because what stands in the file would decide about
 * them:
 *
 * Shared memory. It is mapped, and whoever cuts the file off under a mapping
 * ends the process. Without it a file that says it is in WAL mode cannot be
 * opened; ours have a rollback journal, which is read and written by calls.
 *
 * Other files than the database and its journal. A journal may name another
 * one, which SQLite would delete: any file of the person's.
 */
#include <sqlite3.h>
#include <string.h>

#include "base/err.h"
#include "mirror/db.h"

#define NAME "pista-mirror"

/* SQLite keeps these by their address for as long as the process lives. */
static sqlite3_vfs *usual, ours;
static sqlite3_io_methods unmapped;

static bool
is_journal(const char *path)
{
	static const char end[] = "-journal";
	size_t n = strlen(path), end_n = sizeof(end) - 1;

	return n > end_n && memcmp(path + n - end_n, end, end_n) == 0;
}

static int
begin_file(sqlite3_vfs *vfs, const char *path, sqlite3_file *file, int flags,
    int *ret_flags)
{
	int rc;

	(void)vfs;
	file->pMethods = NULL;
	/* No journal of ours names another one: this is somebody's work. */
	if ((flags & SQLITE_OPEN_SUPER_JOURNAL) != 0)
		return SQLITE_CORRUPT;
	if ((flags & SQLITE_OPEN_WAL) != 0)
		return SQLITE_CANTOPEN;
	rc = usual->xOpen(usual, path, file, flags, ret_flags);
	if (rc == SQLITE_OK && (flags & SQLITE_OPEN_MAIN_DB) != 0) {
		/* The first version knows no mappings. */
		unmapped = *file->pMethods;
		unmapped.iVersion = 1;
		file->pMethods = &unmapped;
	}
	return rc;
}

static int
delete_file(sqlite3_vfs *vfs, const char *path, int is_durable)
{
	(void)vfs;
	return is_journal(path) ? usual->xDelete(usual, path, is_durable)
				: SQLITE_IOERR_DELETE_NOENT;
}

static int
access_file(sqlite3_vfs *vfs, const char *path, int what, int *ret_is)
{
	(void)vfs;
	*ret_is = 0;
	return is_journal(path) ? usual->xAccess(usual, path, what, ret_is)
				: SQLITE_OK;
}

int
mirror_vfs(const char **ret_name)
{
	if (sqlite3_vfs_find(NAME) == NULL) {
		if ((usual = sqlite3_vfs_find(NULL)) == NULL)
			return ERR_SYS;
		ours = *usual;
		ours.zName = NAME;
		ours.pNext = NULL;
		ours.xOpen = begin_file;
		ours.xDelete = delete_file;
		ours.xAccess = access_file;
		if (sqlite3_vfs_register(&ours, 0) != SQLITE_OK)
			return ERR_SYS;
	}
	*ret_name = NAME;
	return 0;
}
