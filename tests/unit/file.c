#include "unit.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <dirent.h>
#include <sys/resource.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/secret.h"
#include "os/file.h"

static char directory[] = "/tmp/pista-file-XXXXXX";

static int
enter_directory(void **state)
{
	(void)state;
	return mkdtemp(directory) != NULL && chdir(directory) == 0 ? 0 : -1;
}

static int
leave_directory(void **state)
{
	(void)state;
	unlink("a");
	return rmdir(directory);
}

static unsigned
files_here(void)
{
	DIR *d = opendir(".");
	unsigned n = 0;

	assert_non_null(d);
	while (readdir(d) != NULL)
		n++;
	closedir(d);
	return n - 2;
}

static void
test_written_is_read(void **state)
{
	static char content[10000];
	uint8_t *p = NULL;
	struct stat st;
	size_t n;

	(void)state;
	for (size_t i = 0; i < sizeof(content); i++)
		content[i] = (char)(i * 31);
	for (size_t size = 0; size <= sizeof(content); size += 2500) {
		assert_int_equal(
		    file_write_atomic("a", 0640, content, size), 0);
		assert_int_equal(stat("a", &st), 0);
		assert_int_equal(st.st_mode & 0777, 0640);
		assert_int_equal(file_read("a", size, &p, &n), 0);
		assert_int_equal(n, size);
		assert_memory_equal(p, content, n);
		assert_int_equal(p[n], 0);
		mem_free(p);
		if (size > 0)
			assert_int_equal(
			    file_read("a", size - 1, &p, &n), ERR_LIMIT);
	}
	assert_int_equal(files_here(), 1);
	assert_int_equal(file_read("b", 9, &p, &n), ERR_NOT_FOUND);
	assert_int_equal(file_read(".", 9, &p, &n), ERR_SYS);
}

static void
test_secret_of_others_is_refused(void **state)
{
	static const mode_t open_modes[] = { 0640, 0604, 0620, 0602, 0666 };
	char path[sizeof(directory) + 2];
	uint8_t *p = NULL;
	size_t n;
	int fd;

	(void)state;
	snprintf(path, sizeof(path), "%s/a", directory);
	assert_int_equal(file_write_atomic(path, 0600, "secret", 6), 0);
	assert_int_equal(file_read_secret(path, 6, &p, &n), 0);
	assert_int_equal(n, 6);
	assert_string_equal((char *)p, "secret");
	secret_free(&p);
	assert_int_equal(file_read_secret(path, 5, &p, &n), ERR_LIMIT);
	for (size_t i = 0; i < sizeof(open_modes) / sizeof(open_modes[0]);
	     i++) {
		assert_int_equal(chmod(path, open_modes[i]), 0);
		assert_int_equal(file_read_secret(path, 6, &p, &n), ERR_DENIED);
	}
	assert_null(p);
	fd = open(path, O_RDONLY);
	assert_int_equal(file_read_secret_fd(fd, 6, &p, &n), 0);
	assert_string_equal((char *)p, "secret");
	secret_free(&p);
	close(fd);
	assert_int_equal(file_read_secret("none", 6, &p, &n), ERR_NOT_FOUND);
}

static void
test_pipe(void **state)
{
	uint8_t *p = NULL;
	int fds[2];
	size_t n;

	(void)state;
	assert_int_equal(pipe(fds), 0);
	assert_int_equal(write(fds[1], "abc", 3), 3);
	close(fds[1]);
	assert_int_equal(file_read_fd(fds[0], 3, &p, &n), 0);
	assert_string_equal((char *)p, "abc");
	mem_free(p);
	close(fds[0]);
	assert_int_equal(file_read_fd(fds[0], 3, &p, &n), ERR_SYS);
}

/* A write that fails midway leaves the old content and no temporary file. */
static void
test_failure_changes_nothing(void **state)
{
	struct rlimit before, small = { 1000, RLIM_INFINITY };
	static char content[5000];
	uint8_t *p = NULL;
	size_t n;

	(void)state;
	assert_int_equal(file_write_atomic("a", 0600, "old", 3), 0);
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	small.rlim_max = before.rlim_max;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	assert_int_equal(
	    file_write_atomic("a", 0600, content, sizeof(content)), ERR_LIMIT);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	assert_int_equal(file_read("a", 9, &p, &n), 0);
	assert_string_equal((char *)p, "old");
	mem_free(p);
	assert_int_equal(files_here(), 1);
	assert_int_equal(
	    file_write_atomic("none/a", 0600, "x", 1), ERR_NOT_FOUND);
	assert_int_equal(mkdir("d", 0700), 0);
	assert_int_not_equal(file_write_atomic("d", 0600, "x", 1), 0);
	assert_int_equal(rmdir("d"), 0);
	assert_int_equal(files_here(), 1);
}

static void
test_memory_ends(void **state)
{
	static char content[10000];
	uint8_t *p = NULL;
	unsigned long nth;
	size_t n;

	(void)state;
	mem_fail_at(1);
	assert_int_equal(file_write_atomic("a", 0600, "x", 1), ERR_NOMEM);
	mem_fail_at(0);
	assert_int_equal(
	    file_write_atomic("a", 0600, content, sizeof(content)), 0);
	for (nth = 1;; nth++) {
		mem_fail_at(nth);
		if (file_read_secret("a", sizeof(content), &p, &n) == 0)
			break;
		assert_null(p);
	}
	mem_fail_at(0);
	assert_true(nth > 2);
	secret_free(&p);
}

static void
test_one_has_the_lock(void **state)
{
	int first, second;

	(void)state;
	assert_int_equal(file_lock("lock", &first), 0);
	assert_int_equal(file_lock("lock", &second), ERR_BUSY);
	close(first);
	assert_int_equal(file_lock("lock", &second), 0);
	close(second);
	assert_int_equal(unlink("lock"), 0);
	assert_int_equal(symlink("elsewhere", "lock"), 0);
	assert_int_not_equal(file_lock("lock", &second), 0);
	assert_int_equal(unlink("lock"), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_written_is_read),
		cmocka_unit_test(test_secret_of_others_is_refused),
		cmocka_unit_test(test_pipe),
		cmocka_unit_test(test_failure_changes_nothing),
		cmocka_unit_test(test_memory_ends),
		cmocka_unit_test(test_one_has_the_lock),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, enter_directory, leave_directory);
}
