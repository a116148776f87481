#include <string.h>

#include "base/err.h"
#include "mirror/db.h"

/* Changes are counted from another number in every file, so that a reader sees
 * when a file took another's place. Pieces are found by an index beside them:
 * without one, finding a piece would read others whole on the way. */
const struct mirror_kind mirror_inbox_kind = {
	.tables =
	    "CREATE TABLE entry (seq INTEGER PRIMARY KEY, type INTEGER NOT "
	    "NULL,"
	    " deleted INTEGER NOT NULL, gone INTEGER NOT NULL,"
	    " day INTEGER NOT NULL, size INTEGER NOT NULL,"
	    " held INTEGER NOT NULL, digest BLOB NOT NULL, link BLOB NOT NULL,"
	    " leaves BLOB, change INTEGER NOT NULL DEFAULT 0) STRICT;"
	    "CREATE INDEX change ON entry (change);"
	    "CREATE INDEX day ON entry (day);"
	    "CREATE INDEX wanted ON entry (seq) WHERE held = 0 AND gone = 0;"
	    "CREATE INDEX card ON entry (seq) WHERE type = 2;"
	    "CREATE TABLE piece (seq INTEGER NOT NULL, number INTEGER NOT NULL,"
	    " bytes BLOB NOT NULL, PRIMARY KEY (seq, number)) STRICT;"
	    "CREATE TABLE tray (number INTEGER PRIMARY KEY,"
	    " kind INTEGER NOT NULL, once BLOB NOT NULL,"
	    " edition INTEGER NOT NULL, bytes BLOB NOT NULL) STRICT;"
	    "CREATE TABLE edition (number INTEGER PRIMARY KEY,"
	    " bytes BLOB NOT NULL) STRICT;"
	    "CREATE TABLE newsroom (id BLOB NOT NULL,"
	    " damaged INTEGER NOT NULL DEFAULT 0,"
	    " checked INTEGER NOT NULL DEFAULT 0,"
	    " next INTEGER NOT NULL DEFAULT 0,"
	    " stories BLOB NOT NULL DEFAULT x'',"
	    " base INTEGER NOT NULL DEFAULT"
	    " ((unixepoch() / 86400 << 40) + ((random() & 1048575) << 20)))"
	    " STRICT;"
	    "PRAGMA application_id = 1349079924; PRAGMA user_version = 4;",
	.id = 0x50695374,
	.version = 4,
};

const struct mirror_kind mirror_own_kind = {
	.tables = "CREATE TABLE outbox (number INTEGER PRIMARY KEY"
		  " AUTOINCREMENT, kind INTEGER NOT NULL, once BLOB NOT NULL,"
		  " edition INTEGER NOT NULL, bytes BLOB NOT NULL,"
		  " laid INTEGER) STRICT;"
		  "CREATE TABLE duty (which INTEGER PRIMARY KEY,"
		  " number INTEGER NOT NULL) STRICT;"
		  "CREATE TABLE newsroom (id BLOB NOT NULL,"
		  " damaged INTEGER NOT NULL DEFAULT 0) STRICT;"
		  "PRAGMA application_id = 1349079887;"
		  "PRAGMA user_version = 1;",
	.id = 0x5069534f,
	.version = 1,
	.is_private = true,
};

static int
exec(struct mirror_file *f, const char *text)
{
	return mirror_file_error(
	    f, sqlite3_exec(f->db, text, NULL, NULL, NULL));
}

static int
number(struct mirror_file *f, const char *text, int *ret_number)
{
	sqlite3_stmt *st = NULL;
	int err;

	err = mirror_file_error(
	    f, sqlite3_prepare_v2(f->db, text, -1, &st, NULL));
	if (err == 0 && (err = mirror_file_error(f, sqlite3_step(st))) == 0)
		*ret_number = sqlite3_column_int(st, 0);
	sqlite3_finalize(st);
	return err;
}

static int
versions(struct mirror_file *f, int *ret_id, int *ret_version)
{
	int err = number(f, "PRAGMA application_id", ret_id);

	return err != 0 ? err : number(f, "PRAGMA user_version", ret_version);
}

static int
insert_newsroom(struct mirror_file *f, const uint8_t newsroom[static 16])
{
	sqlite3_stmt *st = NULL;
	int rc = sqlite3_prepare_v2(
	    f->db, "INSERT INTO newsroom (id) VALUES (?)", -1, &st, NULL);

	if (rc == SQLITE_OK) {
		sqlite3_bind_blob(st, 1, newsroom, 16, SQLITE_STATIC);
		rc = sqlite3_step(st);
	}
	sqlite3_finalize(st);
	return mirror_file_error(f, rc);
}

/* In one transaction, and once, whoever else does the same at this moment. */
static int
make(struct mirror_file *f, const struct mirror_kind *kind,
    const uint8_t newsroom[static 16])
{
	int err, id = 0, version = 0;

	if ((err = exec(f, "BEGIN IMMEDIATE")) != 0)
		return err;
	if ((err = versions(f, &id, &version)) == 0 && id == 0 &&
	    version == 0 && (err = exec(f, kind->tables)) == 0)
		err = insert_newsroom(f, newsroom);
	if (err == 0 && (err = exec(f, "COMMIT")) == 0)
		return 0;
	sqlite3_exec(f->db, "ROLLBACK", NULL, NULL, NULL);
	return err;
}

static bool
is_same_text(sqlite3_stmt *a, sqlite3_stmt *b, int column)
{
	const char *x = (const char *)sqlite3_column_text(a, column);
	const char *y = (const char *)sqlite3_column_text(b, column);

	return x == NULL || y == NULL ? x == y : strcmp(x, y) == 0;
}

static int
set_damaged(struct mirror_file *f)
{
	f->is_damaged = true;
	return ERR_FORMAT;
}

/* Row by row the same tables and indices, and nothing besides. */
static int
compare(struct mirror_file *f, sqlite3 *ours)
{
	static const char text[] = "SELECT type, name, tbl_name, sql"
				   " FROM sqlite_schema ORDER BY name";
	sqlite3_stmt *a = NULL, *b = NULL;
	int err, rc = SQLITE_DONE;

	if ((err = mirror_file_error(
		 f, sqlite3_prepare_v2(f->db, text, -1, &a, NULL))) != 0 ||
	    (err = mirror_file_error(
		 f, sqlite3_prepare_v2(ours, text, -1, &b, NULL))) != 0)
		goto out;
	do {
		rc = sqlite3_step(a);
		if ((err = mirror_file_error(f, rc)) == 0 &&
		    sqlite3_step(b) != rc)
			err = set_damaged(f);
		for (int i = 0; i < 4 && err == 0 && rc == SQLITE_ROW; i++)
			if (!is_same_text(a, b, i))
				err = set_damaged(f);
	} while (err == 0 && rc == SQLITE_ROW);
out:
	sqlite3_finalize(a);
	sqlite3_finalize(b);
	return err;
}

/* A table of the right name with other columns, a view or a trigger in the
 * place of one of ours would be read and written like ours. */
static int
check_tables(struct mirror_file *f, const struct mirror_kind *kind)
{
	sqlite3 *ours = NULL;
	int rc, err;

	if ((rc = sqlite3_open_v2(":memory:", &ours,
		 SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL)) ==
	    SQLITE_OK)
		rc = sqlite3_exec(ours, kind->tables, NULL, NULL, NULL);
	err = rc == SQLITE_OK ? compare(f, ours) : ERR_NOMEM;
	sqlite3_close(ours);
	return err;
}

static int
check(struct mirror_file *f, const struct mirror_kind *kind,
    const uint8_t newsroom[static 16])
{
	sqlite3_stmt *st = NULL;
	int err, rc;

	rc = sqlite3_prepare_v2(
	    f->db, "SELECT id, damaged FROM newsroom", -1, &st, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_step(st);
	if (rc != SQLITE_ROW)
		err = rc == SQLITE_DONE ? ERR_FORMAT : mirror_file_error(f, rc);
	else if (sqlite3_column_bytes(st, 0) != 16 ||
		 memcmp(sqlite3_column_blob(st, 0), newsroom, 16) != 0)
		err = kind->is_private ? ERR_NEWSROOM : ERR_FORMAT;
	else
		err = sqlite3_column_int(st, 1) != 0 ? ERR_FORMAT : 0;
	sqlite3_finalize(st);
	return err;
}

int
mirror_schema(struct mirror_file *f, const struct mirror_kind *kind,
    const uint8_t newsroom[static 16])
{
	int err, id = 0, version = 0;

	if ((err = versions(f, &id, &version)) != 0 ||
	    (id == 0 && version == 0 &&
		((err = make(f, kind, newsroom)) != 0 ||
		    (err = versions(f, &id, &version)) != 0)))
		return err;
	if (id != kind->id || version < kind->version)
		return ERR_FORMAT;
	if (version > kind->version)
		return kind->is_private ? ERR_VERSION : ERR_FORMAT;
	if ((err = check_tables(f, kind)) != 0)
		return err;
	return check(f, kind, newsroom);
}
