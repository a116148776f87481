#include "book/sql.h"

#include <stdarg.h>
#include <string.h>

#include "base/err.h"

#define BYTES_MAX 2147483391 /* the most that SQLite allocates at once */

static const char setup[] = "PRAGMA temp_store = MEMORY;"
			    "PRAGMA journal_mode = MEMORY;"
			    "PRAGMA synchronous = OFF;"
			    "PRAGMA cache_size = -32768;"
			    "PRAGMA trusted_schema = OFF;";

int
sql_error(int rc)
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
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return ERR_FORMAT;
	default:
		return ERR_IO;
	}
}

static int
open_empty(struct sql *s)
{
	sqlite3_int64 most = BYTES_MAX;
	int err;

	err = sql_error(sqlite3_open_v2("book", &s->db,
	    SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
	    "memdb"));
	if (err == 0)
		err = sql_error(sqlite3_file_control(
		    s->db, "main", SQLITE_FCNTL_SIZE_LIMIT, &most));
	return err;
}

int
sql_open(struct sql *s)
{
	int err;

	if ((err = open_empty(s)) != 0)
		return err;
	sqlite3_db_config(s->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	return sql_exec(s, setup);
}

int
sql_open_bytes(struct sql *s, uint8_t *p, size_t n, size_t size)
{
	sqlite3_int64 most = BYTES_MAX;
	int err;

	if ((err = open_empty(s)) != 0) {
		sqlite3_free(p);
		return err;
	}
	if ((err = sql_error(sqlite3_deserialize(s->db, "main", p,
		 (sqlite3_int64)n, (sqlite3_int64)size,
		 SQLITE_DESERIALIZE_FREEONCLOSE |
		     SQLITE_DESERIALIZE_RESIZEABLE))) != 0 ||
	    (err = sql_error(sqlite3_file_control(
		 s->db, "main", SQLITE_FCNTL_SIZE_LIMIT, &most))) != 0)
		return err;
	sqlite3_db_config(s->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	return sql_exec(s, setup);
}

struct text
sql_bytes(struct sql *s)
{
	sqlite3_int64 n = 0;
	void *p = sqlite3_serialize(s->db, "main", &n, SQLITE_SERIALIZE_NOCOPY);

	return (struct text){ p, p != NULL ? (size_t)n : 0 };
}

void
sql_close(struct sql *s)
{
	size_t i;

	for (i = 0; i < SQL_STATEMENTS; i++)
		sqlite3_finalize(s->known[i].st);
	sqlite3_close(s->db);
	*s = (struct sql){ 0 };
}

int
sql_exec(struct sql *s, const char *text)
{
	return sql_error(sqlite3_exec(s->db, text, NULL, NULL, NULL));
}

static sqlite3_stmt *
find(struct sql *s, const char *text)
{
	size_t i = ((uintptr_t)text >> 3) % SQL_STATEMENTS, tries;
	int rc;

	for (tries = 0; tries < SQL_STATEMENTS; tries++) {
		if (s->known[i].text == text)
			return s->known[i].st;
		if (s->known[i].text == NULL)
			break;
		i = (i + 1) % SQL_STATEMENTS;
	}
	must(tries < SQL_STATEMENTS);
	rc = sqlite3_prepare_v3(
	    s->db, text, -1, SQLITE_PREPARE_PERSISTENT, &s->known[i].st, NULL);
	if (rc != SQLITE_OK) {
		must(rc == SQLITE_NOMEM || rc == SQLITE_IOERR_NOMEM);
		return NULL;
	}
	s->known[i].text = text;
	return s->known[i].st;
}

static void
bind(sqlite3_stmt *st, int at, const char *types, va_list ap)
{
	struct text t;
	const void *p;
	size_t n;

	for (; *types != '\0'; types++, at++) {
		switch (*types) {
		case 'i':
			sqlite3_bind_int(st, at, va_arg(ap, int));
			break;
		case 'u':
			sqlite3_bind_int64(st, at, va_arg(ap, uint32_t));
			break;
		case 'l':
			sqlite3_bind_int64(st, at, va_arg(ap, int64_t));
			break;
		case 't':
			t = va_arg(ap, struct text);
			sqlite3_bind_text(st, at, t.n > 0 ? t.p : "", (int)t.n,
			    SQLITE_STATIC);
			break;
		case 's':
			sqlite3_bind_text(st, at, va_arg(ap, const char *), -1,
			    SQLITE_STATIC);
			break;
		case 'b':
			p = va_arg(ap, const void *);
			n = va_arg(ap, size_t);
			sqlite3_bind_blob64(st, at, p, n, SQLITE_STATIC);
			break;
		default:
			must(*types == 'x');
			sqlite3_bind_null(st, at);
		}
	}
}

void
sql_bind(sqlite3_stmt *st, int first, const char *types, ...)
{
	va_list ap;

	va_start(ap, types);
	bind(st, first, types, ap);
	va_end(ap);
}

static sqlite3_stmt *
ask(struct sql *s, const char *text, const char *types, va_list ap)
{
	sqlite3_stmt *st = find(s, text);

	if (st == NULL)
		return NULL;
	/* A statement that is still giving rows must not be asked again. */
	must(!sqlite3_stmt_busy(st));
	must(sqlite3_bind_parameter_count(st) == (int)strlen(types));
	bind(st, 1, types, ap);
	return st;
}

sqlite3_stmt *
sql_ask(struct sql *s, const char *text, const char *types, ...)
{
	sqlite3_stmt *st;
	va_list ap;

	va_start(ap, types);
	st = ask(s, text, types, ap);
	va_end(ap);
	return st;
}

void
sql_end(sqlite3_stmt *st)
{
	if (st == NULL)
		return;
	sqlite3_reset(st);
	sqlite3_clear_bindings(st);
}

int
sql_row(sqlite3_stmt *st)
{
	int rc;

	if (st == NULL)
		return ERR_NOMEM;
	if ((rc = sqlite3_step(st)) == SQLITE_ROW)
		return 1;
	sql_end(st);
	return sql_error(rc);
}

int
sql_run(struct sql *s, const char *text, const char *types, ...)
{
	sqlite3_stmt *st;
	va_list ap;
	int row;

	va_start(ap, types);
	st = ask(s, text, types, ap);
	va_end(ap);
	row = sql_row(st);
	must(row <= 0);
	return row;
}

int
sql_number(struct sql *s, int64_t *ret_number, const char *text,
    const char *types, ...)
{
	sqlite3_stmt *st;
	va_list ap;
	int row;

	va_start(ap, types);
	st = ask(s, text, types, ap);
	va_end(ap);
	if ((row = sql_row(st)) < 0)
		return row;
	if (row == 0)
		return ERR_NOT_FOUND;
	*ret_number = sqlite3_column_int64(st, 0);
	sql_end(st);
	return 0;
}

struct text
sql_text(sqlite3_stmt *st, int column)
{
	const unsigned char *p = sqlite3_column_text(st, column);

	/* Bytes are counted after the text is there. */
	return (struct text){ (const char *)p,
		(size_t)sqlite3_column_bytes(st, column) };
}

uint32_t
sql_u32(sqlite3_stmt *st, int column)
{
	return (uint32_t)sqlite3_column_int64(st, column);
}

uint64_t
sql_u64(sqlite3_stmt *st, int column)
{
	return (uint64_t)sqlite3_column_int64(st, column);
}

void
sql_copy(sqlite3_stmt *st, int column, void *out, size_t n)
{
	const void *p = sqlite3_column_blob(st, column);

	memset(out, 0, n);
	if (p != NULL && (size_t)sqlite3_column_bytes(st, column) == n)
		memcpy(out, p, n);
}
