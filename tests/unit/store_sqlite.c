/* What only the SQLite back end has: a file, and what must not stand in it. */
#include "unit.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "crypto/random.h"
#include "os/file.h"
#include "store_kit.h"

#define FILE_MAX (64 * 1024 * 1024)

static struct kit kit;
#define S kit.s

static int
set_up(void **state)
{
	(void)state;
	kit_open(&kit, "sqlite");
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	kit_remove(&kit);
	return 0;
}

static void
test_all_is_there_after_reopening(void **state)
{
	struct kit_letter small = kit_letter(1, 1, 9),
			  big = kit_letter(2, 5, 9);
	struct kit_letter lost = kit_letter(3, 1, 9);

	(void)state;
	assert_int_equal(kit_put(S, &small, KIT_DAY), 0);
	assert_int_equal(kit_put(S, &big, KIT_DAY), 0);
	assert_int_equal(store_sync(S), 0);
	assert_int_equal(kit_put(S, &lost, KIT_DAY), 0);
	kit_reopen(&kit);
	assert_int_equal(kit_count(S), 2);
	assert_true(kit_is_there(S, 1, &small));
	assert_true(kit_is_there(S, 2, &big));
	assert_int_equal(kit_put(S, &big, KIT_DAY), ERR_EXISTS);
	assert_int_equal(kit_put(S, &lost, KIT_DAY), 0);
	assert_int_equal(store_sync(S), 0);
	assert_int_equal(kit_count(S), 3);
}

/* True when the bytes stand in the database or its log. */
static bool
is_on_disk(const uint8_t *what, size_t n)
{
	const char *ends[] = { "", "-wal" };
	bool is_there = false;

	for (int i = 0; i < 2; i++) {
		char path[100];
		uint8_t *p;
		size_t size;

		snprintf(path, sizeof(path), "%s%s", kit.path, ends[i]);
		if (file_read(path, FILE_MAX, &p, &size) != 0)
			continue;
		for (size_t at = 0; !is_there && at + n <= size; at++)
			is_there =
			    p[at] == what[0] && memcmp(p + at, what, n) == 0;
		mem_free(p);
	}
	return is_there;
}

/* When the last letter came stands in no time of a file. */
static void
test_files_tell_the_day_and_no_more(void **state)
{
	static const char *const ends[] = { "", "-wal", "-shm" };
	struct kit_letter l = kit_letter(1, 3, 500);
	char path[100];
	struct stat st;

	(void)state;
	assert_int_equal(kit_put(S, &l, KIT_DAY), 0);
	assert_int_equal(store_sync(S), 0);
	store_blur_times(S);
	for (int i = 0; i < 3; i++) {
		snprintf(path, sizeof(path), "%s%s", kit.path, ends[i]);
		assert_int_equal(stat(path, &st), 0);
		assert_int_equal(st.st_mtim.tv_sec % 86400, 0);
		assert_int_equal(st.st_mtim.tv_nsec, 0);
		assert_true(st.st_mtime > time(NULL) - 2 * 86400);
	}
}

/* The log is emptied once a day, and again at the next commit when somebody
 * who read had kept it from that. */
static void
test_the_log_is_emptied_once_a_day(void **state)
{
	struct kit_letter l = kit_letter(1, 3, 500);
	sqlite3_stmt *st;
	char path[100];
	struct stat log;
	sqlite3 *db;

	(void)state;
	snprintf(path, sizeof(path), "%s-wal", kit.path);
	assert_int_equal(sqlite3_open(kit.path, &db), SQLITE_OK);
	assert_int_equal(kit_put(S, &l, KIT_DAY), 0);
	assert_int_equal(store_sync(S), 0);
	/* A reader in the middle of the log. */
	assert_int_equal(
	    sqlite3_exec(db, "BEGIN", NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(
	    sqlite3_prepare_v2(db, "SELECT count(*) FROM entry", -1, &st, NULL),
	    SQLITE_OK);
	assert_int_equal(sqlite3_step(st), SQLITE_ROW);
	assert_int_equal(kit_sweep(S, KIT_DAY, 0), 0);
	sleep(6); /* it is waited for so long */
	assert_int_equal(stat(path, &log), 0);
	assert_true(log.st_size > 0);
	sqlite3_finalize(st);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	l = kit_letter(2, 1, 9);
	assert_int_equal(kit_put(S, &l, KIT_DAY), 0);
	assert_int_equal(store_sync(S), 0);
	for (int i = 0; i < 100 && log.st_size > 0; i++) {
		nanosleep(&(struct timespec){ .tv_nsec = 50000000 }, NULL);
		assert_int_equal(stat(path, &log), 0);
	}
	assert_int_equal(log.st_size, 0);
}

static void
test_what_is_gone_is_overwritten(void **state)
{
	static uint8_t bytes[STORE_CHUNK_SIZE];
	struct kit_letter l = kit_letter(1, 3, 500),
			  keeps = kit_letter(2, 1, 99);
	uint64_t put;

	(void)state;
	assert_int_equal(kit_put(S, &l, KIT_DAY), 0);
	assert_int_equal(kit_put(S, &keeps, KIT_DAY), 0);
	assert_int_equal(store_sync(S), 0);
	kit_chunk(&l, 1, bytes);
	assert_true(is_on_disk(bytes + 100, 64));
	assert_int_equal(store_delete(S, 1, KIT_DAY), 0);
	assert_int_equal(kit_sweep(S, KIT_DAY + 15, 0), 0);
	kit_close(&kit);
	assert_false(is_on_disk(bytes + 100, 64));
	kit_chunk(&l, 0, bytes);
	assert_false(is_on_disk(bytes + 100, 64));
	kit_chunk(&keeps, 0, bytes);
	assert_true(is_on_disk(bytes, 64));

	/* So is what a put had begun when the process ended. */
	kit_reopen(&kit);
	l = kit_letter(3, 4, 500);
	assert_int_equal(kit_begin(S, &l, &put), 0);
	assert_int_equal(kit_feed(S, &l, put, 2), 0);
	assert_int_equal(store_sync(S), 0);
	kit_reopen(&kit);
	kit_chunk(&l, 2, bytes);
	assert_true(is_on_disk(bytes, 64));
	assert_int_equal(kit_sweep(S, KIT_DAY + 15, 0), 0);
	kit_close(&kit);
	assert_false(is_on_disk(bytes, 64));
}

/* While the process lives on, what was overwritten leaves the log as well. */
static void
test_what_is_gone_leaves_the_log(void **state)
{
	static uint8_t bytes[STORE_CHUNK_SIZE];
	const struct timespec moment = { .tv_nsec = 10000000 };
	struct kit_letter l = kit_letter(1, 3, 500);

	(void)state;
	assert_int_equal(kit_put(S, &l, KIT_DAY), 0);
	assert_int_equal(store_sync(S), 0);
	assert_int_equal(store_delete(S, 1, KIT_DAY), 0);
	assert_int_equal(kit_sweep(S, KIT_DAY + 15, 0), 0);
	kit_chunk(&l, 1, bytes);
	for (int i = 0; i < 500 && is_on_disk(bytes + 100, 64); i++)
		nanosleep(&moment, NULL);
	assert_false(is_on_disk(bytes + 100, 64));
}

static void
test_a_second_process_is_refused(void **state)
{
	struct store *s;
	int status;
	pid_t pid;

	(void)state;
	assert_true((pid = fork()) >= 0);
	if (pid == 0)
		_exit(store_open_sqlite(kit.path, kit_newsroom, &s) == ERR_BUSY
			  ? 0
			  : 1);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

/* A child that died gives the lock back. */
static void
test_the_lock_ends_with_its_process(void **state)
{
	struct store *s;
	int status;
	pid_t pid;

	(void)state;
	kit_close(&kit);
	assert_true((pid = fork()) >= 0);
	if (pid == 0)
		_exit(store_open_sqlite(kit.path, kit_newsroom, &s));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	kit_reopen(&kit);
}

static void
run(const char *sql)
{
	sqlite3 *db;

	assert_int_equal(sqlite3_open(kit.path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
}

static void
test_other_files_are_refused(void **state)
{
	const uint8_t other[16] = "another one";
	static const uint8_t rubbish[4096] = "no database";
	struct store *s = NULL;

	(void)state;
	kit_close(&kit);
	assert_int_equal(store_open_sqlite(kit.path, other, &s), ERR_NEWSROOM);
	run("PRAGMA user_version = 2");
	assert_int_equal(
	    store_open_sqlite(kit.path, kit_newsroom, &s), ERR_VERSION);
	run("PRAGMA user_version = 1; PRAGMA application_id = 7");
	assert_int_equal(
	    store_open_sqlite(kit.path, kit_newsroom, &s), ERR_FORMAT);
	assert_int_equal(
	    file_write_atomic(kit.path, 0600, rubbish, sizeof(rubbish)), 0);
	assert_int_equal(
	    store_open_sqlite(kit.path, kit_newsroom, &s), ERR_FORMAT);
	assert_null(s);
	assert_true(
	    store_open_sqlite("/nowhere/at/all", kit_newsroom, &s) != 0);
}

static void
test_an_opening_cut_short_is_an_empty_file(void **state)
{
	struct kit_letter l = kit_letter(1, 1, 9);
	int fd;

	(void)state;
	kit_close(&kit);
	assert_int_equal(unlink(kit.path), 0);
	assert_true((fd = open(kit.path, O_CREAT | O_WRONLY, 0600)) >= 0);
	close(fd);
	kit_reopen(&kit);
	assert_int_equal(kit_put(S, &l, KIT_DAY), 0);
	assert_int_equal(store_sync(S), 0);
	assert_int_equal(kit_count(S), 1);
}

static void
test_nobody_else_may_read(void **state)
{
	const char *ends[] = { "", "-wal", "-shm", ".lock" };
	struct kit_letter l = kit_letter(1, 1, 9);
	struct stat st;

	(void)state;
	assert_int_equal(kit_put(S, &l, KIT_DAY), 0);
	assert_int_equal(store_sync(S), 0);
	for (int i = 0; i < 4; i++) {
		char path[100];

		snprintf(path, sizeof(path), "%s%s", kit.path, ends[i]);
		assert_int_equal(stat(path, &st), 0);
		assert_int_equal(st.st_mode & 077, 0);
	}
}

/* The log does not grow for ever while commits keep coming. */
static void
test_the_log_is_bounded(void **state)
{
	struct kit_letter l;
	char path[100];
	struct stat st;

	(void)state;
	for (unsigned i = 0; i < 2000; i++) {
		l = kit_letter(i, 2, 60000);
		assert_int_equal(kit_put(S, &l, KIT_DAY), 0);
		if (i % 8 == 0)
			assert_int_equal(store_sync(S), 0);
	}
	assert_int_equal(store_sync(S), 0);
	snprintf(path, sizeof(path), "%s-wal", kit.path);
	assert_int_equal(stat(path, &st), 0);
	assert_in_range(st.st_size, 0, 200 * 1024 * 1024);
	assert_int_equal(kit_count(S), 2000);
}

int
main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		CASE(test_all_is_there_after_reopening),
		CASE(test_what_is_gone_is_overwritten),
		CASE(test_the_log_is_emptied_once_a_day),
		CASE(test_files_tell_the_day_and_no_more),
		CASE(test_what_is_gone_leaves_the_log),
		CASE(test_a_second_process_is_refused),
		CASE(test_the_lock_ends_with_its_process),
		CASE(test_other_files_are_refused),
		CASE(test_an_opening_cut_short_is_an_empty_file),
		CASE(test_nobody_else_may_read),
		CASE(test_the_log_is_bounded),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	if (crypto_init() != 0 || store_warm() != 0)
		return EXIT_FAILURE;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
