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
static const uint8_t once[16] = { 9 };
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
add(struct mirror *m, uint64_t seq, uint32_t day, uint64_t size)
{
	const struct mirror_entry e = { .seq = seq,
		.type = CHAIN_LETTER,
		.day = day,
		.size = size,
		.is_gone = size == 0 };

	assert_int_equal(mirror_add(m, &e), 0);
}

static void
put(struct mirror *m, uint64_t seq, uint64_t offset, const char *bytes)
{
	assert_int_equal(mirror_begin(m), 0);
	assert_int_equal(mirror_put(m, seq, offset, bytes, strlen(bytes)), 0);
	assert_int_equal(mirror_commit(m), 0);
}

static void
lists_entries(void **state)
{
	struct mirror *m = open_it();
	struct mirror_entry e[4];
	uint8_t link[32];
	uint64_t seq, wanted[4];
	size_t n;

	(void)state;
	assert_int_equal(mirror_last(m, &seq, link), 0);
	assert_int_equal(seq, 0);
	assert_int_equal(mirror_after(m, 0, e, 4, &n), 0);
	assert_int_equal(n, 0);
	for (seq = 1; seq <= 9; seq++)
		add(m, seq, 100 + (uint32_t)seq / 3, seq == 4 ? 0 : 5);
	assert_int_equal(mirror_after(m, 3, e, 4, &n), 0);
	assert_int_equal(n, 4);
	assert_int_equal(e[0].seq, 4);
	assert_true(e[0].is_gone);
	assert_int_equal(e[3].seq, 7);
	assert_int_equal(mirror_after(m, 8, e, 4, &n), 0);
	assert_int_equal(n, 1);
	assert_int_equal(mirror_after(m, UINT64_MAX, e, 4, &n), 0);
	assert_int_equal(n, 0);
	put(m, 5, 0, "five.");
	assert_int_equal(mirror_wanted(m, 2, wanted, 4, &n), 0);
	assert_int_equal(n, 4);
	assert_int_equal(wanted[0], 3);
	assert_int_equal(wanted[1], 6);
	assert_int_equal(mirror_since(m, 102, &seq), 0);
	assert_int_equal(seq, 6);
	assert_int_equal(mirror_since(m, 999, &seq), 0);
	assert_true(seq > 9);
	/* A lying server's days need not ascend. */
	add(m, 10, 50, 5);
	assert_int_equal(mirror_since(m, 102, &seq), 0);
	assert_int_equal(seq, 6);
	assert_int_equal(mirror_since(m, 50, &seq), 0);
	assert_int_equal(seq, 1);
	assert_int_equal(mirror_set_size(m, 3, 7), 0);
	assert_int_equal(mirror_set_size(m, 5, 7), ERR_USAGE);
	mirror_close(&m);
}

static void
counts_changes(void **state)
{
	struct mirror *m = open_it();
	struct mirror_entry e[4];
	uint64_t since, at, newest;
	size_t n;

	(void)state;
	assert_int_equal(mirror_changed(m, INT64_MAX, e, 4, &n, &since), 0);
	assert_int_equal(n, 0);
	assert_true(since > 0);
	for (uint64_t seq = 1; seq <= 3; seq++)
		add(m, seq, 100, 5);
	assert_int_equal(mirror_changed(m, since, e, 4, &n, &newest), 0);
	assert_int_equal(n, 0);
	assert_int_equal(newest, since);
	put(m, 3, 0, "xx");
	put(m, 1, 0, "xx");
	assert_int_equal(mirror_set_state(m, 2, true, false), 0);
	put(m, 3, 2, "xxx");
	assert_int_equal(mirror_changed(m, since, e, 2, &n, &at), 0);
	assert_int_equal(n, 2);
	assert_int_equal(e[0].seq, 1);
	assert_int_equal(e[1].seq, 2);
	assert_true(e[1].is_deleted);
	assert_int_equal(mirror_changed(m, at, e, 4, &n, &newest), 0);
	assert_int_equal(n, 1);
	assert_int_equal(e[0].seq, 3);
	assert_int_equal(e[0].held, 5);
	assert_int_equal(mirror_changed(m, newest, e, 4, &n, &at), 0);
	assert_int_equal(n, 0);
	assert_int_equal(at, newest);
	mirror_close(&m);
}

static void
holds_bytes_or_none_of_them(void **state)
{
	struct mirror *m = open_it();
	static char big[200000];
	uint8_t out[20];
	struct mirror_entry e;
	size_t n;

	(void)state;
	memset(big, 'b', sizeof(big));
	add(m, 1, 100, sizeof(big) + 4);
	put(m, 1, 0, "beg,");
	assert_int_equal(mirror_begin(m), 0);
	assert_int_equal(mirror_put(m, 1, 4, big, 150000), 0);
	mirror_rollback(m);
	mirror_rollback(m);
	assert_int_equal(mirror_get(m, 1, &e), 0);
	assert_int_equal(e.held, 4);
	assert_int_equal(mirror_begin(m), 0);
	assert_int_equal(mirror_put(m, 1, 3, big, 4), ERR_USAGE);
	assert_int_equal(mirror_put(m, 1, 4, big, sizeof(big) + 1), ERR_USAGE);
	assert_int_equal(mirror_put(m, 1, 4, big, sizeof(big)), 0);
	assert_int_equal(mirror_commit(m), 0);
	assert_int_equal(mirror_read(m, 1, sizeof(big) - 6, out, 20, &n), 0);
	assert_int_equal(n, 10);
	assert_memory_equal(out, "bbbbbbbbbb", 10);
	assert_false(mirror_is_damaged(m));
	mirror_close(&m);
}

static void
finds_the_newest_card(void **state)
{
	struct mirror *m = open_it();
	struct mirror_entry e = { .type = CHAIN_CARD, .size = 4 };

	(void)state;
	assert_int_equal(mirror_newest_card(m, &e), ERR_NOT_FOUND);
	for (e.seq = 1; e.seq <= 3; e.seq++)
		assert_int_equal(mirror_add(m, &e), 0);
	add(m, 4, 100, 4);
	put(m, 4, 0, "letr");
	assert_int_equal(mirror_newest_card(m, &e), ERR_NOT_FOUND);
	put(m, 1, 0, "card");
	put(m, 2, 0, "card");
	put(m, 3, 0, "car");
	assert_int_equal(mirror_newest_card(m, &e), 0);
	assert_int_equal(e.seq, 2);
	mirror_close(&m);
}

static void
check_out(struct mirror *m, uint64_t after, uint64_t number, const char *bytes)
{
	struct mirror_out out;

	assert_int_equal(mirror_out_get(m, after, &out), 0);
	assert_int_equal(out.number, number);
	assert_int_equal(out.bytes.n, strlen(bytes));
	assert_memory_equal(out.bytes.p, bytes, out.bytes.n);
	buf_fini(&out.bytes);
}

static void
sends_in_order(void **state)
{
	struct mirror *m = open_it();
	struct mirror_out out;
	uint64_t number, n;

	(void)state;
	assert_int_equal(mirror_out_last(m, &number), 0);
	assert_int_equal(number, 0);
	assert_int_equal(mirror_out_get(m, 0, &out), ERR_NOT_FOUND);
	assert_int_equal(
	    mirror_out_put(m, MIRROR_LETTER, once, 0, "a", 1, &n), 0);
	assert_int_equal(n, 1);
	assert_int_equal(
	    mirror_out_put(m, MIRROR_BOARD, once, 7, "bb", 2, &n), 0);
	assert_int_equal(mirror_out_put(m, MIRROR_DELETE, once, 0, "",
			     MIRROR_OUT_MAX + 1, &n),
	    ERR_LIMIT);
	check_out(m, 0, 1, "a");
	check_out(m, 1, 2, "bb");
	assert_int_equal(mirror_out_get(m, 1, &out), 0);
	assert_int_equal(out.kind, MIRROR_BOARD);
	assert_int_equal(out.edition, 7);
	assert_memory_equal(out.once, once, 16);
	buf_fini(&out.bytes);
	assert_int_equal(mirror_out_drop(m, 1), 0);
	assert_int_equal(mirror_out_drop(m, 2), 0);
	assert_int_equal(mirror_out_count(m, &n), 0);
	assert_int_equal(n, 0);
	/* A number is never given twice. */
	assert_int_equal(
	    mirror_out_put(m, MIRROR_LETTER, once, 0, "c", 1, &n), 0);
	assert_int_equal(n, 3);
	assert_int_equal(mirror_out_last(m, &number), 0);
	assert_int_equal(number, 3);
	mirror_close(&m);
}

static void
keeps_editions_and_stories(void **state)
{
	struct mirror *m = open_it();
	struct buf b;
	uint32_t number;
	uint64_t done;

	(void)state;
	buf_init(&b, 100);
	assert_int_equal(mirror_edition_next(m, &number), 0);
	assert_int_equal(number, 0);
	assert_int_equal(mirror_edition_last(m, &number), 0);
	assert_int_equal(number, 0);
	assert_int_equal(mirror_edition_get(m, 0, &number, &b), ERR_NOT_FOUND);
	for (uint32_t i = 5; i < 8; i++)
		assert_int_equal(mirror_edition_put(m, i, "edition", i), 0);
	assert_int_equal(mirror_edition_put(m, 7, "other", 5), ERR_EXISTS);
	assert_int_equal(mirror_edition_set_next(m, 8), 0);
	assert_int_equal(mirror_edition_drop(m, 6), 0);
	assert_int_equal(mirror_edition_get(m, 0, &number, &b), 0);
	assert_int_equal(number, 6);
	assert_int_equal(b.n, 6);
	assert_int_equal(mirror_edition_last(m, &number), 0);
	assert_int_equal(number, 7);
	assert_int_equal(mirror_edition_next(m, &number), 0);
	assert_int_equal(number, 8);
	assert_int_equal(mirror_done(m, MIRROR_SCANNED, &done), 0);
	assert_int_equal(done, 0);
	assert_int_equal(mirror_set_done(m, MIRROR_SCANNED, 6), 0);
	assert_int_equal(mirror_set_done(m, MIRROR_SCANNED, 7), 0);
	assert_int_equal(mirror_done(m, MIRROR_SCANNED, &done), 0);
	assert_int_equal(done, 7);
	assert_int_equal(mirror_done(m, MIRROR_POSTED, &done), 0);
	assert_int_equal(done, 0);
	buf_clear(&b);
	assert_int_equal(mirror_stories(m, &b), 0);
	assert_int_equal(b.n, 0);
	assert_int_equal(mirror_set_stories(m, TEXT("[]")), 0);
	assert_int_equal(mirror_stories(m, &b), 0);
	assert_string_equal(buf_cstr(&b), "[]");
	buf_fini(&b);
	mirror_close(&m);
}

static void
run_sql(const char *sql)
{
	sqlite3 *db = NULL;
	char *said = NULL;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	if (sqlite3_exec(db, sql, NULL, NULL, &said) != SQLITE_OK)
		fail_msg("%s", said);
	sqlite3_close(db);
}

/* The file as version 1 wrote it. */
static void
brings_an_old_file_up_to_date(void **state)
{
	struct mirror *m;
	struct mirror_entry e[4];
	uint64_t n64, since;
	uint8_t out[8];
	size_t n;

	(void)state;
	run_sql(
	    "PRAGMA journal_mode = WAL;"
	    "CREATE TABLE entry (seq INTEGER PRIMARY KEY, type INTEGER NOT "
	    "NULL,"
	    " deleted INTEGER NOT NULL, gone INTEGER NOT NULL,"
	    " day INTEGER NOT NULL, size INTEGER NOT NULL,"
	    " held INTEGER NOT NULL, digest BLOB NOT NULL, link BLOB NOT NULL,"
	    " leaves BLOB) STRICT;"
	    "CREATE TABLE piece (seq INTEGER NOT NULL, number INTEGER NOT NULL,"
	    " bytes BLOB NOT NULL, PRIMARY KEY (seq, number)) STRICT,"
	    " WITHOUT ROWID;"
	    "CREATE TABLE newsroom (id BLOB NOT NULL, checked INTEGER NOT NULL)"
	    " STRICT;"
	    "PRAGMA application_id = 1349079924; PRAGMA user_version = 1;"
	    "INSERT INTO newsroom VALUES"
	    " (x'01020300000000000000000000000000', 77);"
	    "INSERT INTO entry VALUES (1, 2, 0, 0, 100, 4, 4, zeroblob(32),"
	    " zeroblob(32), NULL), (2, 1, 0, 0, 100, 9, 0, zeroblob(32),"
	    " zeroblob(32), NULL);"
	    "INSERT INTO piece VALUES (1, 0, CAST('card' AS BLOB));");
	m = open_it();
	assert_int_equal(mirror_checked(m, &n64), 0);
	assert_int_equal(n64, 77);
	assert_int_equal(mirror_newest_card(m, &e[0]), 0);
	assert_int_equal(e[0].seq, 1);
	assert_int_equal(mirror_wanted(m, 0, &n64, 1, &n), 0);
	assert_int_equal(n64, 2);
	assert_int_equal(mirror_read(m, 1, 0, out, 8, &n), 0);
	assert_memory_equal(out, "card", 4);
	assert_int_equal(mirror_changed(m, INT64_MAX, e, 4, &n, &since), 0);
	put(m, 2, 0, "letter...");
	assert_int_equal(mirror_changed(m, since, e, 4, &n, &n64), 0);
	assert_int_equal(n, 1);
	assert_int_equal(e[0].seq, 2);
	mirror_close(&m);
	m = open_it();
	mirror_close(&m);
	run_sql("PRAGMA user_version = 3");
	assert_int_equal(mirror_open(path, newsroom, &m), ERR_VERSION);
}

static void
knows_its_newsroom(void **state)
{
	static const uint8_t other[16] = { 7 };
	struct mirror *m = open_it();

	(void)state;
	mirror_close(&m);
	assert_int_equal(mirror_open(path, other, &m), ERR_NEWSROOM);
	run_sql("PRAGMA application_id = 5");
	assert_int_equal(mirror_open(path, newsroom, &m), ERR_FORMAT);
}

/* Others read while one writes, and wait for each other only for moments. */
static void
is_shared(void **state)
{
	struct mirror *m = open_it(), *other = open_it();
	struct mirror_entry e;
	uint64_t n;

	(void)state;
	add(m, 1, 100, 5);
	assert_int_equal(mirror_begin(m), 0);
	assert_int_equal(mirror_put(m, 1, 0, "12345", 5), 0);
	assert_int_equal(mirror_get(other, 1, &e), 0);
	assert_int_equal(e.held, 0);
	assert_int_equal(mirror_commit(m), 0);
	assert_int_equal(
	    mirror_out_put(other, MIRROR_LETTER, once, 0, "x", 1, &n), 0);
	assert_int_equal(mirror_out_count(m, &n), 0);
	assert_int_equal(n, 1);
	assert_int_equal(mirror_get(other, 1, &e), 0);
	assert_int_equal(e.held, 5);
	mirror_close(&m);
	mirror_close(&other);
}

/* Writes over the file's pages, as a bad disk does, from a page on. */
static void
damage(off_t from)
{
	static const uint8_t junk[4096] = { 0xaa };
	struct stat st;
	int fd = open(path, O_WRONLY);

	assert_true(fd >= 0);
	assert_int_equal(fstat(fd, &st), 0);
	for (; from < st.st_size; from += 4096)
		assert_int_equal(pwrite(fd, junk, 4096, from), 4096);
	close(fd);
}

static void
fill(void)
{
	struct mirror *m = open_it();
	static char body[3000];
	uint64_t n;

	memset(body, 'x', sizeof(body) - 1);
	assert_int_equal(
	    mirror_out_put(m, MIRROR_LETTER, once, 0, "a", 1, &n), 0);
	assert_int_equal(
	    mirror_out_put(m, MIRROR_BOARD, once, 3, "bb", 2, &n), 0);
	assert_int_equal(mirror_out_drop(m, 1), 0);
	assert_int_equal(mirror_begin(m), 0);
	for (uint64_t seq = 1; seq <= 200; seq++) {
		add(m, seq, 100, sizeof(body) - 1);
		assert_int_equal(
		    mirror_put(m, seq, 0, body, sizeof(body) - 1), 0);
	}
	assert_int_equal(mirror_commit(m), 0);
	mirror_close(&m);
}

/* Damage that opening does not see is remembered for the next one; what waited
 * is carried over, with its number; the damaged file stays. */
static void
recovers_from_damage_inside(void **state)
{
	struct mirror_recovery r;
	struct mirror *m, *other;
	struct mirror_entry e;
	char aside[128];
	uint64_t seq, n;
	uint8_t link[32];
	size_t got;
	int err = 0;

	(void)state;
	fill();
	damage(24 * 4096);
	m = open_it();
	other = open_it();
	for (seq = 1; seq <= 200 && err == 0; seq++) {
		uint8_t out[3000];

		if ((err = mirror_get(m, seq, &e)) == 0)
			err = mirror_read(m, seq, 0, out, sizeof(out), &got);
	}
	assert_int_equal(err, ERR_FORMAT);
	assert_true(mirror_is_damaged(m));
	mirror_close(&m);
	assert_int_equal(mirror_open(path, newsroom, &m), ERR_FORMAT);
	assert_int_equal(mirror_recover(path, newsroom, &m, &r), 0);
	assert_int_equal(r.number, 1);
	assert_int_equal(mirror_aside(path), 1);
	assert_int_equal(r.saved, 1);
	assert_true(r.is_whole);
	check_out(m, 0, 2, "bb");
	assert_int_equal(mirror_last(m, &seq, link), 0);
	assert_int_equal(seq, 0);
	snprintf(aside, sizeof(aside), "%s.damaged-1", path);
	assert_int_equal(access(aside, F_OK), 0);
	/* Whoever had it open lays nothing where nobody looks. */
	assert_true(mirror_is_moved(other));
	assert_int_equal(
	    mirror_out_put(other, MIRROR_LETTER, once, 0, "x", 1, &n),
	    ERR_CLOSED);
	assert_int_equal(mirror_recover(path, newsroom, &other, &r), 0);
	assert_int_equal(r.number, 0);
	check_out(other, 0, 2, "bb");
	assert_int_equal(
	    mirror_out_put(other, MIRROR_LETTER, once, 0, "x", 1, &n), 0);
	assert_int_equal(n, 3);
	mirror_close(&m);
	mirror_close(&other);
}

static void
recovers_from_a_file_that_is_none(void **state)
{
	struct mirror_recovery r;
	struct mirror *m = NULL;

	(void)state;
	fill();
	damage(0);
	for (unsigned i = 1; i < 3; i++) {
		assert_int_equal(mirror_open(path, newsroom, &m), ERR_FORMAT);
		assert_int_equal(mirror_recover(path, newsroom, &m, &r), 0);
		assert_int_equal(r.number, i);
		assert_int_equal(r.saved, 0);
		assert_false(r.is_whole);
		add(m, 1, 100, 5);
		mirror_close(&m);
		damage(0);
	}
}

static void
recovers_when_it_is_told(void **state)
{
	struct mirror_recovery r;
	struct mirror *m;

	(void)state;
	fill();
	m = open_it();
	assert_int_equal(mirror_set_damaged(m), ERR_FORMAT);
	mirror_close(&m);
	assert_int_equal(mirror_open(path, newsroom, &m), ERR_FORMAT);
	assert_int_equal(mirror_recover(path, newsroom, &m, &r), 0);
	assert_int_equal(r.saved, 1);
	mirror_close(&m);
}

int
main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, begin, end)
	const struct CMUnitTest tests[] = {
		CASE(lists_entries),
		CASE(counts_changes),
		CASE(holds_bytes_or_none_of_them),
		CASE(finds_the_newest_card),
		CASE(sends_in_order),
		CASE(keeps_editions_and_stories),
		CASE(brings_an_old_file_up_to_date),
		CASE(knows_its_newsroom),
		CASE(is_shared),
		CASE(recovers_from_damage_inside),
		CASE(recovers_from_a_file_that_is_none),
		CASE(recovers_when_it_is_told),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
