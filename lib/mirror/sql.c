#include "mirror/db.h"

#define ENTRY                                                            \
	"SELECT seq, type, deleted, gone, day, size, held, digest, link" \
	" FROM entry "
/* What comes next in the count of changes. */
#define CHANGE                                              \
	"change = 1 + max((SELECT max(change) FROM entry)," \
	" (SELECT base FROM newsroom))"

/* Where the best way depends on what the planner guesses, the index is named. */
const char *const mirror_sql[S_COUNT] = {
	[S_BEGIN] = "BEGIN IMMEDIATE",
	[S_COMMIT] = "COMMIT",
	[S_ROLLBACK] = "ROLLBACK",
	[S_LAST] = "SELECT seq, link FROM entry ORDER BY seq DESC LIMIT 1",
	/* Days need not ascend, if a server lies: the first of each day. */
	[S_SINCE] =
	    "WITH RECURSIVE d(day) AS (SELECT min(day) FROM entry WHERE"
	    " day >= ? UNION ALL SELECT (SELECT min(day) FROM entry WHERE"
	    " entry.day > d.day) FROM d WHERE d.day IS NOT NULL)"
	    " SELECT ifnull(min(first), 9223372036854775807) FROM (SELECT "
	    "(SELECT min(seq) FROM entry WHERE"
	    " entry.day = d.day) AS first FROM d) WHERE first IS NOT NULL",
	[S_ADD] = "INSERT INTO entry (seq, type, deleted, gone, day, size,"
		  " held, digest, link) VALUES (?, ?, ?, ?, ?, ?, 0, ?, ?)",
	[S_STATE] =
	    "UPDATE entry SET deleted = ?, gone = ?, " CHANGE " WHERE seq = ?",
	[S_SIZE] = "UPDATE entry SET size = ? WHERE seq = ? AND held = 0",
	[S_GET] = ENTRY "WHERE seq = ?",
	[S_AFTER] = ENTRY "WHERE seq > ? ORDER BY seq LIMIT ?",
	[S_WANTED] = "SELECT seq FROM entry INDEXED BY wanted WHERE held = 0"
		     " AND gone = 0 AND seq > ? ORDER BY seq LIMIT ?",
	[S_CHANGED] =
	    "SELECT seq, type, deleted, gone, day, size, held, digest, link,"
	    " change FROM entry INDEXED BY change WHERE change > ?"
	    " ORDER BY change LIMIT ?",
	[S_CHANGE_LAST] =
	    "SELECT max(ifnull((SELECT max(change) FROM entry), 0), base)"
	    " FROM newsroom",
	[S_CARD] = ENTRY "INDEXED BY card WHERE type = 2 AND held = size"
			 " AND held > 0 ORDER BY seq DESC LIMIT 1",
	[S_HELD] = "UPDATE entry SET held = ?, " CHANGE " WHERE seq = ?",
	[S_CHECKED_GET] = "SELECT checked FROM newsroom",
	[S_CHECKED_SET] = "UPDATE newsroom SET checked = ?",
	[S_PIECE_GET] = "SELECT bytes FROM piece WHERE seq = ? AND number = ?",
	[S_PIECE_PUT] = "INSERT OR REPLACE INTO piece VALUES (?, ?, ?)",
	[S_LEAVES_PUT] = "UPDATE entry SET leaves = ? WHERE seq = ?",
	[S_LEAVES_GET] = "SELECT leaves FROM entry WHERE seq = ?",
	[S_TRAY_PUT] = "INSERT OR REPLACE INTO tray VALUES (?, ?, ?, ?, ?)",
	[S_TRAY_GET] = "SELECT number, kind, once, edition, bytes FROM tray"
		       " WHERE number > ? ORDER BY number LIMIT 1",
	[S_TRAY_FIND] = "SELECT 1 FROM tray WHERE number = ?",
	[S_TRAY_DROP] = "DELETE FROM tray WHERE number = ?",
	[S_TRAY_COUNT] = "SELECT count(*) FROM tray",
	[S_TRAY_LAST] = "SELECT max(number) FROM tray",
	[S_TRAY_NUMBERS] = "SELECT number FROM tray WHERE number > ?"
			   " ORDER BY number LIMIT 1",
	[S_BASE] = "SELECT base FROM newsroom",
	[S_EDITION_PUT] = "INSERT INTO edition VALUES (?, ?)",
	[S_EDITION_GET] = "SELECT number, bytes FROM edition WHERE number > ?"
			  " ORDER BY number LIMIT 1",
	[S_EDITION_LAST] = "SELECT max(number) FROM edition",
	[S_EDITION_DROP] = "DELETE FROM edition WHERE number < ?",
	[S_NEXT_GET] = "SELECT next FROM newsroom",
	[S_NEXT_SET] = "UPDATE newsroom SET next = ?",
	[S_STORIES_GET] = "SELECT stories FROM newsroom",
	[S_STORIES_SET] = "UPDATE newsroom SET stories = ?",
	[S_OWN_BEGIN] = "BEGIN IMMEDIATE",
	[S_OWN_COMMIT] = "COMMIT",
	[S_OWN_ROLLBACK] = "ROLLBACK",
	[S_OUT_PUT] = "INSERT INTO outbox (kind, once, edition, bytes)"
		      " VALUES (?, ?, ?, ?)",
	[S_OUT_GET] = "SELECT number, kind, once, edition, bytes FROM outbox"
		      " WHERE number > ? ORDER BY number LIMIT 1",
	[S_OUT_DROP] = "DELETE FROM outbox WHERE number = ?",
	[S_OUT_COUNT] = "SELECT count(*) FROM outbox",
	[S_OUT_LAST] = "SELECT seq FROM sqlite_sequence WHERE name = 'outbox'",
	[S_OUT_LAID] = "SELECT number, laid FROM outbox"
		       " WHERE number > ? ORDER BY number LIMIT 1",
	[S_OUT_SET_LAID] = "UPDATE outbox SET laid = ? WHERE number = ?",
	[S_OUT_FIND] = "SELECT 1 FROM outbox WHERE number = ?",
	[S_DUTY_GET] = "SELECT number FROM duty WHERE which = ?",
	[S_DUTY_SET] = "INSERT OR REPLACE INTO duty VALUES (?, ?)",
};
