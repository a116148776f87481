/* The default back end: opening, batches, closing. */
#include "store/sqlite.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/day.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/sqlite_memory.h"

#define WRITER_KIB 4096
#define READER_KIB 512
#define BUSY_MS 5000
#define PATH_SIZE 4096
#define DAY_SECONDS 86400

int
store_warm(void)
{
	static bool is_warm;
	int err;

	if (is_warm)
		return 0;
	if ((err = sqlite_memory_init(false)) == 0)
		is_warm = true;
	return err;
}

/* A second process on the same file is refused before it touches it. */
static int
take_lock(const char *path, int *ret_fd)
{
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	char name[PATH_SIZE];
	int fd, err;

	if (snprintf(name, sizeof(name), "%s.lock", path) >= PATH_SIZE)
		return ERR_LIMIT;
	fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return err_from_errno(errno);
	if (fcntl(fd, F_SETLK, &lock) != 0) {
		err = errno == EAGAIN || errno == EACCES
			  ? ERR_BUSY
			  : err_from_errno(errno);
		close(fd);
		return err;
	}
	*ret_fd = fd;
	return 0;
}

/* SQLite would let everybody read a file it makes. */
static int
make_file(const char *path)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

	if (fd < 0)
		return err_from_errno(errno);
	close(fd);
	return 0;
}

static int
set_up(sqlite3 *db, int cache_kib)
{
	char pragmas[512];
	int rc;

	snprintf(pragmas, sizeof(pragmas),
	    "PRAGMA page_size = 16384;"
	    "PRAGMA journal_mode = WAL;"
	    "PRAGMA synchronous = FULL;"
	    "PRAGMA secure_delete = ON;"
	    "PRAGMA temp_store = MEMORY;"
	    "PRAGMA mmap_size = 0;"
	    "PRAGMA wal_autocheckpoint = 0;"
	    "PRAGMA journal_size_limit = 67108864;"
	    "PRAGMA cell_size_check = ON;"
	    "PRAGMA cache_size = -%d;",
	    cache_kib);
	if ((rc = sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL)) !=
		SQLITE_OK ||
	    (rc = sqlite3_db_config(
		 db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL)) != SQLITE_OK ||
	    (rc = sqlite3_busy_timeout(db, BUSY_MS)) != SQLITE_OK ||
	    (rc = sqlite3_exec(db, pragmas, NULL, NULL, NULL)) != SQLITE_OK)
		return sqlite_error(rc);
	return 0;
}

/* Where the file system cannot have one, SQLite goes on without a log. */
static int
check_log(sqlite3 *db)
{
	sqlite3_stmt *st;
	const char *mode;
	int rc, err;

	rc = sqlite3_prepare_v2(db, "PRAGMA journal_mode", -1, &st, NULL);
	if (rc != SQLITE_OK)
		return sqlite_error(rc);
	if ((err = sqlite_step(st)) == 0) {
		mode = (const char *)sqlite3_column_text(st, 0);
		if (mode == NULL)
			err = ERR_NOMEM;
		else if (strcmp(mode, "wal") != 0)
			err = ERR_UNSUPPORTED;
	}
	sqlite3_finalize(st);
	return err;
}

int
sqlite_connect(const char *path, int cache_kib, sqlite3 **ret_db)
{
	const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE |
			  SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW |
			  SQLITE_OPEN_EXRESCODE;
	sqlite3 *db = NULL;
	int rc, err = 0;

	errno = 0;
	if ((rc = sqlite3_open_v2(path, &db, flags, NULL)) != SQLITE_OK)
		err = sqlite_error(rc);
	if (err == 0 && (err = set_up(db, cache_kib)) == 0 &&
	    (err = check_log(db)) == 0)
		*ret_db = db;
	else
		sqlite3_close(db);
	return err;
}

void
sqlite_close(struct backend *b)
{
	for (int v = VIEW_SYNCED; v <= VIEW_STAGED; v++) {
		for (size_t i = 0; i < SQL_COUNT; i++)
			sqlite3_finalize(b->stmt[v][i]);
	}
	checkpoint_stop(&b->checkpoint);
	sqlite3_close(b->db[VIEW_SYNCED]);
	/* The last one to close empties the log. */
	sqlite3_close(b->db[VIEW_STAGED]);
	if (b->lock >= 0)
		close(b->lock);
	mem_free(b->path);
	mem_free(b);
}

static int
open_all(struct backend *b, const char *path, const uint8_t newsroom[static 16])
{
	int err;

	if ((err = take_lock(path, &b->lock)) != 0 ||
	    (err = make_file(path)) != 0 ||
	    (err = sqlite_connect(path, WRITER_KIB, &b->db[VIEW_STAGED])) !=
		0 ||
	    (err = sqlite_check_schema(b->db[VIEW_STAGED], newsroom)) != 0 ||
	    (err = sqlite_connect(path, READER_KIB, &b->db[VIEW_SYNCED])) !=
		0 ||
	    (err = sqlite_prepare(b)) != 0)
		return err;
	return checkpoint_start(path, b->db[VIEW_STAGED], &b->checkpoint);
}

int
store_open_sqlite(const char *path, const uint8_t newsroom[static 16],
    struct store **ret_store)
{
	struct backend *b;
	int err;

	if ((err = store_warm()) != 0)
		return err;
	if ((b = mem_new(1, sizeof(*b))) == NULL)
		return ERR_NOMEM;
	b->lock = -1;
	if ((b->path = mem_new(strlen(path) + 1, 1)) == NULL) {
		mem_free(b);
		return ERR_NOMEM;
	}
	memcpy(b->path, path, strlen(path) + 1);
	if ((err = open_all(b, path, newsroom)) != 0 ||
	    (err = store_new(&sqlite_ops, b, newsroom, ret_store)) != 0)
		sqlite_close(b);
	return err;
}

int
sqlite_begin(struct backend *b)
{
	int err;

	checkpoint_lock(b->checkpoint);
	if ((err = sqlite_run(sqlite_take(b, VIEW_STAGED, SQL_BEGIN))) != 0)
		checkpoint_unlock(b->checkpoint);
	return err;
}

int
sqlite_commit(struct backend *b)
{
	int err;

	/* An error inside a batch may have rolled it back already. */
	if (sqlite3_get_autocommit(b->db[VIEW_STAGED]))
		return ERR_IO;
	if ((err = sqlite_run(sqlite_take(b, VIEW_STAGED, SQL_COMMIT))) == 0)
		checkpoint_unlock(b->checkpoint);
	return err;
}

void
sqlite_rollback(struct backend *b)
{
	if (!sqlite3_get_autocommit(b->db[VIEW_STAGED]))
		(void)sqlite_run(sqlite_take(b, VIEW_STAGED, SQL_ROLLBACK));
	must(sqlite3_get_autocommit(b->db[VIEW_STAGED]));
	checkpoint_unlock(b->checkpoint);
}

void
sqlite_tidy(struct backend *b)
{
	checkpoint_empty(b->checkpoint);
}

/* By name: closing another descriptor of the file would drop SQLite's locks. */
void
sqlite_blur_times(const struct backend *b)
{
	static const char *const ends[] = { "", "-wal", "-shm" };
	const struct timespec day = { .tv_sec =
					  (time_t)day_today() * DAY_SECONDS };
	const struct timespec times[] = { day, day };
	char name[PATH_SIZE];

	for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++) {
		snprintf(name, sizeof(name), "%s%s", b->path, ends[i]);
		(void)utimensat(AT_FDCWD, name, times, AT_SYMLINK_NOFOLLOW);
	}
}
