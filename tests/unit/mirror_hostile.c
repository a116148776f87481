/* The mirror lies where fetch writes, and fetch may have been taken over. */
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "unit.h"

#include "base/err.h"
#include "chain/chain.h"
#include "mirror/mirror.h"

static const uint8_t newsroom[16] = { 1, 2, 3 };
static char directory[64], path[96], own[96];

static int
begin(void **state)
{
	(void)state;
	snprintf(directory, sizeof(directory), "/tmp/pista-mirror-XXXXXX");
	assert_non_null(mkdtemp(directory));
	snprintf(path, sizeof(path), "%s/mirror.db", directory);
	snprintf(own, sizeof(own), "%s/outbox.db", directory);
	return 0;
}

static int
end(void **state)
{
	char command[128];

	(void)state;
	snprintf(command, sizeof(command), "rm -r %s", directory);
	return system(command);
}

static struct mirror *
open_it(void)
{
	struct mirror *m = NULL;

	assert_int_equal(mirror_open(path, own, newsroom, &m), 0);
	return m;
}

static void
fill(struct mirror *m)
{
	const struct mirror_entry e = {
		.seq = 1, .type = CHAIN_LETTER, .day = 100, .size = 5
	};

	assert_int_equal(mirror_begin(m), 0);
	assert_int_equal(mirror_add(m, &e), 0);
	assert_int_equal(mirror_put(m, 1, 0, "hello", 5), 0);
	assert_int_equal(mirror_commit(m), 0);
}

/* What a process does that can write the file. */
static void
tamper(const char *text)
{
	sqlite3 *db = NULL;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, text, NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void
write_at(const char *name, off_t at, const void *bytes, size_t n)
{
	int fd = open(name, O_WRONLY | O_CREAT, 0600);

	assert_true(fd >= 0);
	assert_int_equal(pwrite(fd, bytes, n, at), (ssize_t)n);
	close(fd);
}

static const char *const tricks[] = {
	"CREATE TRIGGER t AFTER UPDATE ON newsroom BEGIN"
	" DELETE FROM tray; END",
	"DROP TABLE piece; CREATE VIEW piece AS SELECT 1 AS seq, 0 AS number,"
	" randomblob(100) AS bytes",
	"CREATE TABLE more (x)",
	"CREATE INDEX slow ON entry (hex(zeroblob(1000000)))",
	"ALTER TABLE entry ADD COLUMN more BLOB AS (zeroblob(900000000))",
	"DROP INDEX wanted",
	"DROP TABLE tray; CREATE TABLE tray (number INTEGER, kind INTEGER,"
	" once BLOB, edition INTEGER, bytes BLOB)",
	"UPDATE newsroom SET id = zeroblob(16)",
	"PRAGMA user_version = 99",
};

static void
tables_were_not_ours(void **state)
{
	struct mirror_recovery r;
	struct mirror *m;

	(void)state;
	for (size_t i = 0; i < sizeof(tricks) / sizeof(*tricks); i++) {
		m = open_it();
		mirror_close(&m);
		tamper(tricks[i]);
		assert_int_equal(
		    mirror_open(path, own, newsroom, &m), ERR_FORMAT);
		assert_int_equal(
		    mirror_recover(path, own, newsroom, &m, &r), 0);
		assert_int_equal(r.number, i + 1);
		fill(m);
		mirror_close(&m);
	}
}

/* Every name for what goes aside is taken. */
static void
there_was_no_name_left(void **state)
{
	struct mirror_recovery r;
	struct mirror *m = NULL;
	char name[128];

	(void)state;
	for (int i = 1; i <= 100; i++) {
		snprintf(name, sizeof(name), "%s.damaged-%d", path, i);
		write_at(name, 0, "x", 1);
	}
	for (int i = 0; i < 2; i++) {
		tamper("CREATE TABLE more (x)");
		assert_int_equal(
		    mirror_open(path, own, newsroom, &m), ERR_FORMAT);
		assert_int_equal(
		    mirror_recover(path, own, newsroom, &m, &r), 0);
		assert_int_equal(r.number, 100);
		mirror_close(&m);
	}
}

/* Before there was any table of ours. */
static void
tables_were_there_first(void **state)
{
	struct mirror *m = NULL;

	(void)state;
	tamper("CREATE VIEW entry AS SELECT 1");
	assert_int_equal(mirror_open(path, own, newsroom, &m), ERR_FORMAT);
}

static void
a_trigger_came_while_it_was_open(void **state)
{
	struct mirror *m;
	uint64_t seq;

	(void)state;
	m = open_it();
	tamper("CREATE TRIGGER t AFTER UPDATE ON newsroom BEGIN"
	       " UPDATE newsroom SET checked = 99 WHERE checked != 99; END");
	assert_int_equal(mirror_set_checked(m, 7), 0);
	assert_int_equal(mirror_checked(m, &seq), 0);
	assert_int_equal(seq, 7);
	mirror_close(&m);
}

static void
a_view_took_a_tables_place(void **state)
{
	struct mirror *m;
	uint8_t out[8];
	size_t n;

	(void)state;
	m = open_it();
	fill(m);
	assert_int_equal(mirror_read(m, 1, 0, out, sizeof(out), &n), 0);
	assert_int_equal(n, 5);
	tamper(tricks[1]);
	assert_int_equal(
	    mirror_read(m, 1, 0, out, sizeof(out), &n), ERR_FORMAT);
	assert_true(mirror_is_damaged(m));
	mirror_close(&m);
}

static void
a_piece_was_too_large(void **state)
{
	struct mirror *m;
	uint8_t out[8];
	size_t n;

	(void)state;
	for (int i = 0; i < 2; i++) {
		m = open_it();
		if (i == 0)
			fill(m);
		tamper(i == 0 ? "UPDATE piece SET bytes = zeroblob(20000000)"
			      : "UPDATE piece SET bytes = zeroblob(65537)");
		assert_int_equal(
		    mirror_read(m, 1, 0, out, sizeof(out), &n), ERR_FORMAT);
		assert_true(mirror_is_damaged(m));
		/* Not remembered: here only the size is looked at. */
		tamper("UPDATE newsroom SET damaged = 0");
		mirror_close(&m);
		tamper("UPDATE newsroom SET damaged = 0");
	}
}

static void
a_digest_was_none(void **state)
{
	struct mirror_entry e;
	struct mirror *m;

	(void)state;
	m = open_it();
	fill(m);
	tamper("UPDATE entry SET digest = x''");
	assert_int_equal(mirror_get(m, 1, &e), ERR_FORMAT);
	mirror_close(&m);
}

/* Everything a desk asks, whatever comes of it: that it comes back is what
 * matters. What waits is there each time. */
static void
use(struct mirror *m)
{
	struct mirror_entry e[4];
	struct mirror_out out;
	struct buf b;
	uint8_t bytes[64], link[32];
	uint64_t n64, at;
	uint32_t n32;
	size_t n;

	buf_init(&b, 1000);
	(void)mirror_last(m, &n64, link);
	(void)mirror_get(m, 1, e);
	(void)mirror_read(m, 1, 0, bytes, sizeof(bytes), &n);
	(void)mirror_after(m, 0, e, 4, &n);
	(void)mirror_changed(m, 0, e, 4, &n, &at);
	(void)mirror_edition_get(m, 0, &n32, &b);
	(void)mirror_stories(m, &b);
	(void)mirror_settle(m);
	buf_fini(&b);
	assert_int_equal(mirror_out_get(m, 0, &out), 0);
	assert_int_equal(out.number, 1);
	assert_int_equal(out.bytes.n, 7);
	assert_memory_equal(out.bytes.p, "waiting", 7);
	buf_fini(&out.bytes);
}

static struct mirror *
open_waiting(void)
{
	static const uint8_t once[16] = { 9 };
	struct mirror *m = open_it();
	uint64_t n;

	fill(m);
	assert_int_equal(
	    mirror_out_put(m, MIRROR_LETTER, once, 0, "waiting", 7, &n), 0);
	assert_int_equal(mirror_settle(m), 0);
	return m;
}

static bool
is_there(const char *name)
{
	char file[128];

	snprintf(file, sizeof(file), "%s/%s", directory, name);
	return access(file, F_OK) == 0;
}

/* Shared memory that another process cuts off is the end of who has it
 * mapped: there is none, whatever the file says. */
static void
the_file_said_it_had_shared_memory(void **state)
{
	static const uint8_t wal[2] = { 2, 2 };
	struct mirror_recovery r;
	struct mirror_entry e;
	struct mirror *m;

	(void)state;
	m = open_waiting();
	/* And that it changed. */
	write_at(path, 18, wal, sizeof(wal));
	write_at(path, 24, wal, sizeof(wal));
	assert_int_equal(mirror_get(m, 1, &e), ERR_FORMAT);
	assert_true(mirror_is_damaged(m));
	use(m);
	assert_false(is_there("mirror.db-shm"));
	assert_int_equal(mirror_recover(path, own, newsroom, &m, &r), 0);
	assert_int_equal(r.number, 1);
	use(m);
	mirror_close(&m);
	write_at(path, 18, wal, sizeof(wal));
	assert_int_equal(mirror_open(path, own, newsroom, &m), ERR_FORMAT);
	assert_false(is_there("mirror.db-shm"));
}

/* Cut off, grown and written over, at every moment between two questions. */
static void
the_file_was_garbled_while_it_was_open(void **state)
{
	static const off_t cuts[] = { 0, 1, 100, 4096, 5000, 12288, 1 << 20 };
	uint8_t junk[6000];
	struct mirror_recovery r;
	struct mirror *m;

	(void)state;
	memset(junk, 0xaa, sizeof(junk));
	m = open_waiting();
	for (size_t i = 0; i < 2 * sizeof(cuts) / sizeof(cuts[0]); i++) {
		off_t at = cuts[i / 2];

		use(m);
		if (i % 2 == 0)
			assert_int_equal(truncate(path, at), 0);
		else
			write_at(path, at, junk, sizeof(junk));
		use(m);
		use(m);
		if (mirror_is_damaged(m)) {
			assert_int_equal(
			    mirror_recover(path, own, newsroom, &m, &r), 0);
			fill(m);
		}
	}
	mirror_close(&m);
}

/* A journal that asks for a file to be removed: SQLite takes it for one of its
 * own that is not needed any more. */
static void
put_journal(const char *named)
{
	static const uint8_t start[] = { 0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1,
		0x63, 0xd7, 0, 0, 0, 0, 1, 2, 3, 4, 0, 0, 0, 0, 0, 0, 2, 0, 0,
		0, 16, 0 };
	uint8_t end[4 + 128 + 16];
	char name[128], journal[128];
	struct stat st;
	uint32_t sum = 0;
	size_t n, i;

	n = (size_t)snprintf(name, sizeof(name), "%s/%s", directory, named);
	snprintf(journal, sizeof(journal), "%s-journal", path);
	memset(end, 0, sizeof(end));
	end[1] = 0x04, end[3] = 1; /* the page of locks */
	memcpy(end + 4, name, n);
	for (i = 0; i < n; i++)
		sum += (uint32_t)(signed char)name[i];
	end[4 + n + 3] = (uint8_t)n;
	for (i = 0; i < 4; i++)
		end[4 + n + 4 + i] = (uint8_t)(sum >> (24 - 8 * i));
	memcpy(end + 4 + n + 8, start, 8);
	write_at(journal, 511, "", 1);
	write_at(journal, 0, start, sizeof(start));
	assert_int_equal(stat(path, &st), 0);
	write_at(journal, 19, (uint8_t[]){ (uint8_t)(st.st_size / 4096) }, 1);
	write_at(journal, 512, end, 4 + n + 16);
}

static void
a_journal_named_a_file_to_remove(void **state)
{
	char identity[128];
	struct mirror *m;

	(void)state;
	snprintf(identity, sizeof(identity), "%s/identity.age", directory);
	m = open_waiting();
	mirror_close(&m);
	/* What SQLite does by itself. */
	write_at(identity, 0, "secret", 6);
	put_journal("identity.age");
	tamper("UPDATE newsroom SET checked = 1");
	assert_false(is_there("identity.age"));
	write_at(identity, 0, "secret", 6);
	put_journal("identity.age");
	m = open_it();
	use(m);
	assert_int_equal(mirror_set_checked(m, 7), 0);
	put_journal("identity.age");
	use(m);
	assert_true(is_there("identity.age"));
	mirror_close(&m);
}

/* One that is there and has the name of a journal: SQLite would look into it
 * before it removes it. */
static void
a_journal_named_another_journal(void **state)
{
	struct mirror_recovery r;
	struct mirror *m = NULL;
	char other[128];

	(void)state;
	snprintf(other, sizeof(other), "%s/other-journal", directory);
	m = open_waiting();
	mirror_close(&m);
	write_at(other, 0, "secret", 6);
	put_journal("other-journal");
	assert_int_equal(mirror_open(path, own, newsroom, &m), ERR_FORMAT);
	assert_int_equal(mirror_recover(path, own, newsroom, &m, &r), 0);
	assert_int_equal(r.number, 1);
	fill(m);
	use(m);
	assert_true(is_there("other-journal"));
	mirror_close(&m);
}

/* Rows that nobody laid there, with numbers as high as there are. */
static void
the_tray_was_filled_by_others(void **state)
{
	struct mirror *m;
	uint64_t n;

	(void)state;
	m = open_waiting();
	tamper("INSERT INTO tray VALUES"
	       " (9223372036854775807, 1, zeroblob(16), 0, x'00'),"
	       " (-9223372036854775807, 99, x'', -1, x''), (0, 2, x'', 0, x''),"
	       " (77, 3, zeroblob(16), 0, zeroblob(2000000));"
	       "UPDATE tray SET bytes = x'41', once = x'' WHERE number = 1;"
	       "UPDATE newsroom SET next = -1, checked = -1");
	use(m);
	assert_int_equal(mirror_tray_count(m, &n), 0);
	assert_int_equal(n, 1);
	assert_int_equal(mirror_out_last(m, &n), 0);
	assert_int_equal(n, 1);
	/* Which tray it is, is the tray's word too: then all is laid again. */
	tamper("UPDATE newsroom SET base = 0; DELETE FROM tray");
	use(m);
	assert_int_equal(mirror_tray_count(m, &n), 0);
	assert_int_equal(n, 1);
	mirror_close(&m);
}

int
main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, begin, end)
	const struct CMUnitTest tests[] = {
		CASE(tables_were_not_ours),
		CASE(there_was_no_name_left),
		CASE(tables_were_there_first),
		CASE(a_trigger_came_while_it_was_open),
		CASE(a_view_took_a_tables_place),
		CASE(a_piece_was_too_large),
		CASE(a_digest_was_none),
		CASE(the_file_said_it_had_shared_memory),
		CASE(the_file_was_garbled_while_it_was_open),
		CASE(a_journal_named_a_file_to_remove),
		CASE(a_journal_named_another_journal),
		CASE(the_tray_was_filled_by_others),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
