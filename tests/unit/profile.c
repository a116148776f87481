#define _GNU_SOURCE /* mkdtemp */

#include "unit.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/err.h"
#include "os/profile.h"

static char runtime[] = "/dev/shm/pista-unit-XXXXXX";

static mode_t
mode_of(const char *directory, const char *name)
{
	char path[400];
	struct stat st;

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	assert_int_equal(stat(path, &st), 0);
	return st.st_mode & 0777;
}

static bool
is_there(const char *path)
{
	return access(path, F_OK) == 0;
}

static void
test_life(void **state)
{
	struct profile p;
	char outside[400], link[400];

	(void)state;
	assert_int_equal(profile_make(&p), 0);
	assert_true(strncmp(p.path, runtime, strlen(runtime)) == 0);
	assert_int_equal(mode_of(p.path, ""), 0700);
	assert_int_equal(profile_directory(&p, "deep"), 0);
	assert_int_equal(profile_directory(&p, "deep/er"), 0);
	assert_int_equal(profile_write(&p, "deep/er/file", "x", 1), 0);
	assert_int_equal(profile_write(&p, "file", "secret", 6), 0);
	assert_int_equal(profile_write(&p, "file", "x", 1), 0);
	assert_int_equal(mode_of(p.path, "deep"), 0700);
	assert_int_equal(mode_of(p.path, "file"), 0600);
	/* What a link leads to stays. */
	snprintf(outside, sizeof(outside), "%s/stays", runtime);
	assert_int_equal(mkdir(outside, 0700), 0);
	snprintf(link, sizeof(link), "%s/deep/link", p.path);
	assert_int_equal(symlink(outside, link), 0);
	assert_int_equal(profile_write(&p, "deep/link", "x", 1), ERR_SYS);
	profile_drop(&p, "file");
	profile_drop(&p, "file");
	profile_remove(&p);
	assert_false(is_there(p.path));
	assert_true(is_there(outside));
	profile_remove(&p);
	assert_int_equal(rmdir(outside), 0);
}

/* Makes one in a child and stays, until it is killed. */
static pid_t
start_owner(char *out, size_t size)
{
	struct profile p;
	int pipes[2];
	pid_t pid;

	assert_int_equal(pipe(pipes), 0);
	fflush(NULL);
	if ((pid = fork()) == 0) {
		if (profile_make(&p) != 0 ||
		    profile_write(&p, "file", "x", 1) != 0 ||
		    write(pipes[1], p.path, sizeof(p.path)) < 0)
			_exit(1);
		for (;;)
			pause();
	}
	assert_true(read(pipes[0], out, size) == (ssize_t)size);
	close(pipes[0]);
	close(pipes[1]);
	return pid;
}

static void
test_only_the_left_behind_go(void **state)
{
	char theirs[PROFILE_PATH_MAX], other[400];
	pid_t pid = start_owner(theirs, sizeof(theirs));
	struct profile p;

	(void)state;
	snprintf(other, sizeof(other), "%s/pista-notes", runtime);
	assert_int_equal(mkdir(other, 0700), 0);
	assert_int_equal(profile_make(&p), 0);
	profile_sweep();
	assert_true(is_there(theirs) && is_there(p.path) && is_there(other));
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	assert_true(is_there(theirs));
	profile_sweep();
	assert_false(is_there(theirs));
	assert_true(is_there(p.path) && is_there(other));
	profile_remove(&p);
	assert_int_equal(rmdir(other), 0);
}

/* A runtime directory on a disk is none. */
static void
test_never_on_a_disk(void **state)
{
	struct profile p;

	(void)state;
	setenv("XDG_RUNTIME_DIR", "/usr/share", 1);
	assert_int_equal(profile_make(&p), 0);
	assert_true(strncmp(p.path, "/dev/shm/", 9) == 0);
	assert_true(strncmp(p.path, runtime, strlen(runtime)) != 0);
	profile_remove(&p);
	setenv("XDG_RUNTIME_DIR", "relative", 1);
	assert_int_equal(profile_make(&p), 0);
	assert_true(strncmp(p.path, "/dev/shm/", 9) == 0);
	profile_remove(&p);
	setenv("XDG_RUNTIME_DIR", runtime, 1);
}

static int
setup(void **state)
{
	(void)state;
	return mkdtemp(runtime) == NULL ||
	       setenv("XDG_RUNTIME_DIR", runtime, 1) != 0;
}

static int
teardown(void **state)
{
	(void)state;
	return rmdir(runtime);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_life),
		cmocka_unit_test(test_only_the_left_behind_go),
		cmocka_unit_test(test_never_on_a_disk),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, setup, teardown);
}
