/*
 * The database of the mirror: what the files of this room share.
 */
#ifndef PISTA_MIRROR_DB_H
#define PISTA_MIRROR_DB_H

#include <sqlite3.h>
#include <sys/types.h>

#include "mirror/mirror.h"

#define MIRROR_PATH_MAX 1100

enum mirror_statement {
	S_BEGIN,
	S_COMMIT,
	S_ROLLBACK,
	S_LAST,
	S_SINCE,
	S_ADD,
	S_STATE,
	S_SIZE,
	S_GET,
	S_AFTER,
	S_WANTED,
	S_CHANGED,
	S_CHANGE_LAST,
	S_CARD,
	S_HELD,
	S_CHECKED_GET,
	S_CHECKED_SET,
	S_PIECE_GET,
	S_PIECE_PUT,
	S_LEAVES_PUT,
	S_LEAVES_GET,
	S_TRAY_PUT,
	S_TRAY_GET,
	S_TRAY_FIND,
	S_TRAY_DROP,
	S_TRAY_COUNT,
	S_TRAY_LAST,
	S_TRAY_NUMBERS,
	S_BASE,
	S_EDITION_PUT,
	S_EDITION_GET,
	S_EDITION_LAST,
	S_EDITION_DROP,
	S_NEXT_GET,
	S_NEXT_SET,
	S_STORIES_GET,
	S_STORIES_SET,
	/* From here on of the second file. */
	S_OWN_BEGIN,
	S_OWN_COMMIT,
	S_OWN_ROLLBACK,
	S_OUT_PUT,
	S_OUT_GET,
	S_OUT_DROP,
	S_OUT_COUNT,
	S_OUT_LAST,
	S_OUT_LAID,
	S_OUT_SET_LAID,
	S_OUT_FIND,
	S_DUTY_GET,
	S_DUTY_SET,
	S_COUNT
};
#define S_OWN_FIRST S_OWN_BEGIN
extern const char *const mirror_sql[S_COUNT];

/* The tables of a file, and how it says that they are ours. */
struct mirror_kind {
	const char *tables;
	int id, version; /* application_id, user_version */
	bool is_private; /* nobody else writes it: what it says of itself is so */
};
extern const struct mirror_kind mirror_inbox_kind, mirror_own_kind;

struct mirror_file {
	sqlite3 *db; /* NULL: not open */
	bool is_damaged;
	char path[MIRROR_PATH_MAX];
	/* of the file when it was opened */
	dev_t device;
	ino_t inode;
};

struct mirror {
	struct mirror_file inbox, own;
	sqlite3_stmt *st[S_COUNT];
};

/* Opens or makes one of the two. The errors of mirror_open. */
int mirror_file_open(struct mirror_file *f, const struct mirror_kind *kind,
    const char *path, const uint8_t newsroom[static 16]);
/* Remembers damage in the file. Takes one that was never opened. */
void mirror_file_close(struct mirror_file *f);
bool mirror_file_is_moved(const struct mirror_file *f);
int mirror_file_error(struct mirror_file *f, int rc);

/* The name of the VFS that all files are opened with; see vfs.c. ERR_SYS. */
int mirror_vfs(const char **ret_name);

/* What a result of SQLite from the inbox means: 0 for every one that is no
 * error. */
int mirror_error(struct mirror *m, int rc);
/* The same for a result of one of the statements. */
int mirror_statement_error(struct mirror *m, enum mirror_statement which,
    int rc);

/* Runs a statement that gives no row. */
int mirror_run(struct mirror *m, enum mirror_statement which);

/* The one number that a statement gives; none when there is no row. */
int mirror_number(struct mirror *m, enum mirror_statement which, uint64_t none,
    uint64_t *ret_number);

/* A column of exactly n bytes. */
int mirror_column(
    struct mirror *m, sqlite3_stmt *st, int column, void *out, int n);

/* Appends a column to out, whatever its size. */
void mirror_column_put(sqlite3_stmt *st, int column, struct buf *out);

/* Makes the tables, or checks that they are ours and of this newsroom. */
int mirror_schema(struct mirror_file *f, const struct mirror_kind *kind,
    const uint8_t newsroom[static 16]);

#endif
