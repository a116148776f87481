#include <errno.h>
#include <string.h>

#include "base/err.h"
#include "store/sqlite.h"

#define APPLICATION_ID 0x50737461 /* "Psta" */
#define SCHEMA_VERSION 1

/*
 * Days only, never a time. Rows are numbered by seq or by chance, so their
 * order tells nothing more than the chain does. What is overwritten and what a
 * put has begun is listed in loose; a deleted letter keeps what its link
 * covers.
 */
static const char schema[] =
    "CREATE TABLE newsroom (id BLOB NOT NULL, card INTEGER NOT NULL,"
    " serial INTEGER NOT NULL, due INTEGER NOT NULL, stories BLOB NOT NULL)"
    " STRICT;"
    "CREATE TABLE entry (seq INTEGER PRIMARY KEY, type INTEGER NOT NULL,"
    " day INTEGER NOT NULL, deleted INTEGER NOT NULL, size INTEGER NOT NULL,"
    " body INTEGER NOT NULL, head INTEGER NOT NULL, digest BLOB NOT NULL,"
    " link BLOB NOT NULL, hashes BLOB NOT NULL) STRICT;"
    "CREATE INDEX entry_deleted ON entry (deleted) WHERE deleted > 0;"
    "CREATE TABLE piece (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT;"
    "CREATE TABLE leaf (id INTEGER PRIMARY KEY, hash BLOB NOT NULL) STRICT;"
    "CREATE TABLE loose (body INTEGER PRIMARY KEY) STRICT;"
    "CREATE TABLE once (key BLOB PRIMARY KEY, day INTEGER NOT NULL)"
    " STRICT, WITHOUT ROWID;"
    "CREATE TABLE post (id INTEGER PRIMARY KEY, slots INTEGER NOT NULL,"
    " strips INTEGER NOT NULL, attest BLOB NOT NULL, bytes BLOB NOT NULL)"
    " STRICT;"
    "CREATE TABLE edition (number INTEGER PRIMARY KEY, day INTEGER NOT NULL,"
    " hash BLOB NOT NULL, size INTEGER NOT NULL, body INTEGER NOT NULL,"
    " strip BLOB NOT NULL) STRICT;";

#define TEXT_OF(x) #x
#define NUMBER(x) TEXT_OF(x)
static const char marks[] = "PRAGMA application_id = " NUMBER(
    APPLICATION_ID) ";"
		    "PRAGMA user_version = " NUMBER(SCHEMA_VERSION) ";";

/* The integer a statement yields. */
static int
ask(sqlite3 *db, const char *sql, int64_t *ret_value)
{
	sqlite3_stmt *st;
	int rc, err;

	if ((rc = sqlite3_prepare_v2(db, sql, -1, &st, NULL)) != SQLITE_OK)
		return sqlite_error(rc);
	if ((err = sqlite_step(st)) == 0)
		*ret_value = sqlite3_column_int64(st, 0);
	sqlite3_finalize(st);
	return err;
}

static int
run(sqlite3 *db, const char *sql)
{
	int rc;

	errno = 0;
	rc = sqlite3_exec(db, sql, NULL, NULL, NULL);
	return rc == SQLITE_OK ? 0 : sqlite_error(rc);
}

static int
put_newsroom(sqlite3 *db, const uint8_t newsroom[static 16])
{
	sqlite3_stmt *st;
	int rc, err;

	rc = sqlite3_prepare_v2(db,
	    "INSERT INTO newsroom (id, card, serial, due, stories)"
	    " VALUES (?1, 0, 0, 0, x'')",
	    -1, &st, NULL);
	if (rc != SQLITE_OK)
		return sqlite_error(rc);
	sqlite_bind_bytes(st, 1, newsroom, 16);
	err = sqlite_step(st);
	sqlite3_finalize(st);
	return err == ERR_NOT_FOUND ? 0 : err;
}

/* All in one transaction: an opening that was cut short leaves nothing. */
static int
create(sqlite3 *db, const uint8_t newsroom[static 16])
{
	int err;

	if ((err = run(db, "BEGIN IMMEDIATE")) != 0)
		return err;
	if ((err = run(db, schema)) != 0 || (err = run(db, marks)) != 0 ||
	    (err = put_newsroom(db, newsroom)) != 0 ||
	    (err = run(db, "COMMIT")) != 0) {
		if (!sqlite3_get_autocommit(db))
			(void)run(db, "ROLLBACK");
	}
	return err;
}

static int
check_newsroom(sqlite3 *db, const uint8_t newsroom[static 16])
{
	uint8_t id[16];
	sqlite3_stmt *st;
	int rc, err;

	rc = sqlite3_prepare_v2(db, "SELECT id FROM newsroom", -1, &st, NULL);
	if (rc != SQLITE_OK)
		return sqlite_error(rc);
	if ((err = sqlite_step(st)) == 0)
		err = sqlite_copy(st, 0, id, sizeof(id));
	sqlite3_finalize(st);
	if (err != 0)
		return err == ERR_NOT_FOUND ? ERR_FORMAT : err;
	return memcmp(id, newsroom, sizeof(id)) == 0 ? 0 : ERR_NEWSROOM;
}

int
sqlite_check_schema(sqlite3 *db, const uint8_t newsroom[static 16])
{
	int64_t application, version, tables;
	int err;

	if ((err = ask(db, "PRAGMA application_id", &application)) != 0 ||
	    (err = ask(db, "PRAGMA user_version", &version)) != 0 ||
	    (err = ask(db, "SELECT count(*) FROM sqlite_schema", &tables)) != 0)
		return err;
	if (application == 0 && version == 0 && tables == 0)
		return create(db, newsroom);
	if (application != APPLICATION_ID)
		return ERR_FORMAT;
	if (version != SCHEMA_VERSION)
		return ERR_VERSION;
	return check_newsroom(db, newsroom);
}
