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
run_in(const char *name, const char *sql)
{
	sqlite3 *db = NULL;
	char *said = NULL;

	assert_int_equal(sqlite3_open(name, &db), SQLITE_OK);
	if (sqlite3_exec(db, sql, NULL, NULL, &said) != SQLITE_OK)
		fail_msg("%s", said);
	sqlite3_close(db);
}

static void
run_sql(const char *sql)
{
	run_in(path, sql);
}

static void
run_own(const char *sql)
{
	run_in(own, sql);
}

static void
check_tray(struct mirror *m, uint64_t after, uint64_t number, const char *bytes)
{
	struct mirror_out out;

	assert_int_equal(mirror_tray_get(m, after, &out), 0);
	assert_int_equal(out.number, number);
	assert_int_equal(out.bytes.n, strlen(bytes));
	assert_memory_equal(out.bytes.p, bytes, out.bytes.n);
	buf_fini(&out.bytes);
}

static uint64_t
waiting(struct mirror *m)
{
	uint64_t n;

	assert_int_equal(mirror_out_count(m, &n), 0);
	return n;
}

static uint64_t
in_tray(struct mirror *m)
{
	uint64_t n;

	assert_int_equal(mirror_tray_count(m, &n), 0);
	return n;
}

static void
put_out(struct mirror *m, const char *bytes)
{
	uint64_t n;

	assert_int_equal(
	    mirror_out_put(m, MIRROR_LETTER, once, 0, bytes, strlen(bytes), &n),
	    0);
}

/* The member lays out, whoever has the network takes; what was replaced or never
 * laid there is thrown away. */
static void
lays_out_and_settles(void **state)
{
	struct mirror *m = open_it(), *network = NULL;
	uint64_t number;

	(void)state;
	assert_int_equal(mirror_open(path, NULL, newsroom, &network), 0);
	assert_int_equal(mirror_out_begin(m), 0);
	put_out(m, "a");
	put_out(m, "bb");
	put_out(m, "ccc");
	assert_int_equal(in_tray(network), 0);
	assert_int_equal(mirror_out_commit(m), 0);
	assert_int_equal(in_tray(network), 3);
	check_tray(network, 0, 1, "a");
	check_tray(network, 2, 3, "ccc");
	assert_int_equal(mirror_settle(m), 0);
	assert_int_equal(waiting(m), 3);
	/* It was sent; another one is replaced. */
	assert_int_equal(mirror_tray_drop(network, 1), 0);
	assert_int_equal(mirror_out_begin(m), 0);
	assert_int_equal(mirror_out_drop(m, 2), 0);
	put_out(m, "bbb");
	assert_int_equal(mirror_out_commit(m), 0);
	assert_int_equal(waiting(m), 2);
	assert_int_equal(in_tray(network), 2);
	check_tray(network, 0, 3, "ccc");
	check_tray(network, 3, 4, "bbb");
	assert_int_equal(mirror_tray_last(network, &number), 0);
	assert_int_equal(number, 4);
	/* What is rolled back is not laid out. */
	assert_int_equal(mirror_out_begin(m), 0);
	put_out(m, "d");
	mirror_out_rollback(m);
	assert_int_equal(mirror_settle(m), 0);
	assert_int_equal(in_tray(network), 2);
	/* Who has the network has nothing to settle. */
	assert_int_equal(mirror_settle(network), 0);
	mirror_close(&m);
	mirror_close(&network);
}

static void
waits_for_a_tray_that_cannot_be_written(void **state)
{
	struct mirror *m = open_it(), *network = NULL;

	(void)state;
	assert_int_equal(mirror_open(path, NULL, newsroom, &network), 0);
	mirror_set_patience(m, 10);
	assert_int_equal(mirror_begin(network), 0);
	assert_int_equal(mirror_out_begin(m), 0);
	put_out(m, "a");
	assert_int_equal(mirror_out_commit(m), 0);
	assert_int_equal(waiting(m), 1);
	assert_int_equal(mirror_settle(m), ERR_BUSY);
	mirror_rollback(network);
	assert_int_equal(in_tray(network), 0);
	assert_int_equal(mirror_settle(m), 0);
	check_tray(network, 0, 1, "a");
	mirror_close(&m);
	mirror_close(&network);
}

static void
knows_its_newsroom_and_version(void **state)
{
	static const uint8_t other[16] = { 7 };
	struct mirror *m = open_it();
	struct mirror_recovery r;

	(void)state;
	mirror_close(&m);
	/* Whoever has the network could have written it: it comes again. */
	assert_int_equal(mirror_open(path, own, other, &m), ERR_FORMAT);
	run_sql("PRAGMA user_version = 5");
	assert_int_equal(mirror_open(path, own, newsroom, &m), ERR_FORMAT);
	run_sql("PRAGMA user_version = 2");
	assert_int_equal(mirror_open(path, own, newsroom, &m), ERR_FORMAT);
	run_sql("PRAGMA application_id = 5");
	assert_int_equal(mirror_open(path, own, newsroom, &m), ERR_FORMAT);
	/* The member's own is left as it is. */
	assert_int_equal(
	    mirror_recover(path, own, other, &m, &r), ERR_NEWSROOM);
	run_own("PRAGMA user_version = 2");
	assert_int_equal(mirror_open(path, own, other, &m), ERR_VERSION);
	assert_int_equal(mirror_recover(path, own, other, &m, &r), ERR_VERSION);
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
damage_file(const char *name, off_t from)
{
	static const uint8_t junk[4096] = { 0xaa };
	struct stat st;
	int fd = open(name, O_WRONLY);

	assert_true(fd >= 0);
	assert_int_equal(fstat(fd, &st), 0);
	for (; from < st.st_size; from += 4096)
		assert_int_equal(pwrite(fd, junk, 4096, from), 4096);
	close(fd);
}

static void
damage(off_t from)
{
	damage_file(path, from);
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
	assert_int_equal(mirror_settle(m), 0);
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
	assert_int_equal(mirror_open(path, own, newsroom, &m), ERR_FORMAT);
	assert_int_equal(mirror_recover(path, own, newsroom, &m, &r), 0);
	assert_int_equal(r.number, 1);
	assert_int_equal(mirror_aside(path), 1);
	assert_int_equal(r.own_number, 0);
	assert_true(r.is_whole);
	check_out(m, 0, 2, "bb");
	/* It is laid out again; the new tray's being empty says nothing. */
	assert_int_equal(in_tray(m), 0);
	assert_int_equal(mirror_settle(m), 0);
	check_tray(m, 0, 2, "bb");
	assert_int_equal(mirror_last(m, &seq, link), 0);
	assert_int_equal(seq, 0);
	snprintf(aside, sizeof(aside), "%s.damaged-1", path);
	assert_int_equal(access(aside, F_OK), 0);
	/* Whoever had it open lays nothing where nobody looks. */
	assert_true(mirror_is_moved(other));
	assert_int_equal(mirror_settle(other), ERR_CLOSED);
	assert_int_equal(mirror_recover(path, own, newsroom, &other, &r), 0);
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
		assert_int_equal(
		    mirror_open(path, own, newsroom, &m), ERR_FORMAT);
		assert_int_equal(
		    mirror_recover(path, own, newsroom, &m, &r), 0);
		assert_int_equal(r.number, i);
		assert_true(r.is_whole);
		check_out(m, 0, 2, "bb");
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
	assert_int_equal(mirror_open(path, own, newsroom, &m), ERR_FORMAT);
	assert_int_equal(mirror_recover(path, own, newsroom, &m, &r), 0);
	assert_int_equal(r.number, 1);
	mirror_close(&m);
}

/* What can be read of what waited is carried over, with its number. */
static void
recovers_what_waited(void **state)
{
	struct mirror_recovery r;
	struct mirror *m, *other;
	uint64_t n;

	(void)state;
	fill();
	m = open_it();
	other = open_it();
	run_own("UPDATE newsroom SET damaged = 1");
	mirror_close(&m);
	assert_int_equal(mirror_open(path, own, newsroom, &m), ERR_FORMAT);
	assert_int_equal(mirror_recover(path, own, newsroom, &m, &r), 0);
	assert_int_equal(r.number, 0);
	assert_int_equal(r.own_number, 1);
	assert_int_equal(r.saved, 1);
	assert_true(r.is_whole);
	check_out(m, 0, 2, "bb");
	assert_int_equal(mirror_settle(m), 0);
	check_tray(m, 0, 2, "bb");
	/* Whoever had it open lays nothing where nobody looks. */
	assert_true(mirror_is_moved(other));
	assert_int_equal(
	    mirror_out_put(other, MIRROR_LETTER, once, 0, "x", 1, &n),
	    ERR_CLOSED);
	mirror_close(&other);
	mirror_close(&m);
	damage_file(own, 0);
	assert_int_equal(mirror_open(path, own, newsroom, &m), ERR_FORMAT);
	assert_int_equal(mirror_recover(path, own, newsroom, &m, &r), 0);
	assert_int_equal(r.own_number, 2);
	assert_int_equal(r.saved, 0);
	assert_false(r.is_whole);
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
		CASE(lays_out_and_settles),
		CASE(waits_for_a_tray_that_cannot_be_written),
		CASE(knows_its_newsroom_and_version),
		CASE(is_shared),
		CASE(recovers_from_damage_inside),
		CASE(recovers_from_a_file_that_is_none),
		CASE(recovers_when_it_is_told),
		CASE(recovers_what_waited),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
