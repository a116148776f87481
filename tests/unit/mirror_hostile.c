/* The mirror lies where fetch writes, and fetch may have been taken over. */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

#include "unit.h"

#include "base/err.h"
#include "chain/chain.h"
#include "mirror/mirror.h"

static const uint8_t newsroom[16] = { 1, 2, 3 };
static char directory[64], path[96];

static int
begin(void **state)
{
	(void)state;
	snprintf(directory, sizeof(directory), "/tmp/pista-mirror-XXXXXX");
	assert_non_null(mkdtemp(directory));
	snprintf(path, sizeof(path), "%s/mirror.db", directory);
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

	assert_int_equal(mirror_open(path, newsroom, &m), 0);
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

static const char *const tricks[] = {
	"CREATE TRIGGER t AFTER UPDATE ON newsroom BEGIN"
	" DELETE FROM outbox; END",
	"DROP TABLE piece; CREATE VIEW piece AS SELECT 1 AS seq, 0 AS number,"
	" randomblob(100) AS bytes",
	"CREATE TABLE more (x)",
	"CREATE INDEX slow ON entry (hex(zeroblob(1000000)))",
	"ALTER TABLE entry ADD COLUMN more BLOB AS (zeroblob(900000000))",
	"DROP INDEX wanted",
	"DROP TABLE duty; CREATE TABLE duty (which INTEGER, number INTEGER)",
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
		assert_int_equal(mirror_open(path, newsroom, &m), ERR_FORMAT);
		assert_int_equal(mirror_recover(path, newsroom, &m, &r), 0);
		assert_int_equal(r.number, i + 1);
		fill(m);
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
	assert_int_equal(mirror_open(path, newsroom, &m), ERR_FORMAT);
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

int
main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, begin, end)
	const struct CMUnitTest tests[] = {
		CASE(tables_were_not_ours),
		CASE(tables_were_there_first),
		CASE(a_trigger_came_while_it_was_open),
		CASE(a_view_took_a_tables_place),
		CASE(a_piece_was_too_large),
		CASE(a_digest_was_none),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
