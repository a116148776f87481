/*
 * Every kind of process tries what it must not, in each jail, as a child of
 * root and as an ordinary user's child.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "attempts.h"
#include "base/err.h"
#include "jailed.h"

static const char *const as_text[] = { "root's child", "a user's child" };

static void
judge(const struct attempt *a, int kind, int as)
{
	enum outcome o = jailed((enum jail_kind)kind, (enum as)as, a->try);
	bool is_allowed = (a->allowed >> kind & 1) != 0;
	bool must_die = (a->deadly >> kind & 1) != 0;
	bool is_good = is_allowed ? o == WENT_THROUGH
		       : must_die ? o == KILLED
				  : o == REFUSED || o == KILLED;

	if (!is_good)
		fail_msg("%s in jail %d as %s: %s", a->name, kind, as_text[as],
		    jailed_text(o));
}

static void
test_attempt(void **state)
{
	const struct attempt *a = *state;

	for (int kind = 0; kind < KINDS; kind++) {
		for (int as = 0; as < AS_ALL; as++) {
			if (jailed_can_be((enum as)as))
				judge(a, kind, as);
		}
	}
}

/* A promise of our own that breaks still ends the process by SIGABRT. */
static void
test_abort_works(void **state)
{
	struct jail plan = jailed_plan(JAIL_FORM, AS_NOBODY);
	const char *step;
	int status;
	pid_t pid;

	(void)state;
	fflush(NULL);
	if ((pid = fork()) == 0) {
		signal(SIGABRT, SIG_DFL);
		if (jailed_become(plan.kind, AS_NOBODY) != 0 ||
		    jail_enter(&plan, &step) != 0)
			_exit(1);
		abort();
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGABRT);
}

/* The line of a file of /proc/PID that begins with name. */
static void
read_line(pid_t pid, const char *file, const char *name, char *out, size_t size)
{
	char path[64], line[256];
	FILE *f;

	out[0] = '\0';
	snprintf(path, sizeof(path), "/proc/%ld/%s", (long)pid, file);
	assert_non_null(f = fopen(path, "r"));
	while (fgets(line, sizeof(line), f) != NULL) {
		if (strncmp(line, name, strlen(name)) == 0)
			snprintf(out, size, "%s", line + strlen(name));
	}
	fclose(f);
}

static void
assert_status(pid_t pid, const char *name, const char *expected)
{
	char found[256];

	read_line(pid, "status", name, found, sizeof(found));
	assert_string_equal(found, expected);
}

/* Words of a person lie in the memory of libraries too. A sanitizer takes the
 * place of the call that locks, and some machines let nobody lock so much. */
static void
assert_memory_is_locked(pid_t pid)
{
	char limit[256], locked[256], all[256];

	read_line(pid, "limits", "Max locked memory", limit, sizeof(limit));
	read_line(pid, "status", "VmLck:", locked, sizeof(locked));
	read_line(pid, "status", "VmSize:", all, sizeof(all));
	if (strstr(limit, "unlimited") == NULL)
		return;
#if !defined(__SANITIZE_ADDRESS__) && !defined(__clang__)
	assert_true(2 * strtoul(locked, NULL, 10) > strtoul(all, NULL, 10));
#endif
}

/* What the kernel says of a jailed process, seen from outside. */
static void
test_kernel_agrees(void **state)
{
	struct jail plan = jailed_plan(JAIL_FORM, AS_ROOT);
	const char *step;
	int done[2];
	char limit[256], c;
	pid_t pid;

	(void)state;
	if (!jailed_can_be(AS_ROOT))
		skip();
	assert_int_equal(pipe(done), 0);
	fflush(NULL);
	if ((pid = fork()) == 0) {
		if (jailed_become(plan.kind, AS_ROOT) != 0 ||
		    jail_enter(&plan, &step) != 0)
			_exit(1);
		(void)!write(done[1], "x", 1);
		for (;;)
			(void)!read(done[0], &c, 0), sleep(1);
	}
	assert_int_equal(read(done[0], &c, 1), 1);
	assert_status(pid, "Uid:\t", "61199\t61199\t61199\t61199\n");
	assert_status(pid, "Gid:\t", "61199\t61199\t61199\t61199\n");
	assert_status(pid, "Groups:\t", " \n");
	assert_status(pid, "CapPrm:\t", "0000000000000000\n");
	assert_status(pid, "CapEff:\t", "0000000000000000\n");
	assert_status(pid, "CapInh:\t", "0000000000000000\n");
	assert_status(pid, "CapBnd:\t", "0000000000000000\n");
	assert_status(pid, "CapAmb:\t", "0000000000000000\n");
	assert_status(pid, "NoNewPrivs:\t", "1\n");
	assert_status(pid, "Seccomp:\t", "2\n");
	read_line(pid, "limits", "Max processes", limit, sizeof(limit));
	assert_int_equal(strtoul(limit, NULL, 10), 0);
	assert_memory_is_locked(pid);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	close(done[0]);
	close(done[1]);
}

/* Runs enter in a child; its exit status. */
static int
in_child(int (*enter)(void))
{
	int status;
	pid_t pid;

	fflush(NULL);
	if ((pid = fork()) == 0)
		_exit(enter());
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static int
enter_full_directory(void)
{
	struct jail plan = jailed_plan(JAIL_WEB, AS_NOBODY);
	const char *step = "";

	if (jailed_become(plan.kind, AS_NOBODY) != 0 || chdir("/") != 0)
		return 1;
	if (jail_enter(&plan, &step) != ERR_EXISTS)
		return 2;
	return strcmp(step, "chroot") == 0 ? 0 : 3;
}

static void
test_root_must_be_empty(void **state)
{
	(void)state;
	assert_int_equal(in_child(enter_full_directory), 0);
}

/* The linker puts this where the jail reads a directory. */
struct dirent *__real_readdir64(DIR *d);
struct dirent *__wrap_readdir64(DIR *d);
static bool is_disk_broken;

struct dirent *
__wrap_readdir64(DIR *d)
{
	if (!is_disk_broken)
		return __real_readdir64(d);
	errno = EIO;
	return NULL;
}

static int
enter_unreadable_directory(void)
{
	is_disk_broken = true;
	return enter_full_directory();
}

static void
test_root_that_cannot_be_read_is_not_empty(void **state)
{
	(void)state;
	assert_int_equal(in_child(enter_unreadable_directory), 0);
}

static int
enter_as_root(void)
{
	struct jail plan = jailed_plan(JAIL_WEB, AS_ROOT);
	const char *step = "";

	plan.uid = plan.gid = 0;
	plan.is_relaxed = true;
	if (jailed_become(plan.kind, AS_ROOT) != 0)
		return 1;
	if (jail_enter(&plan, &step) != ERR_DENIED)
		return 2;
	return strcmp(step, "uid and gid") == 0 ? 0 : 3;
}

static void
test_root_must_become_somebody(void **state)
{
	(void)state;
	if (!jailed_can_be(AS_ROOT))
		skip();
	assert_int_equal(in_child(enter_as_root), 0);
}

/* Without namespaces an ordinary user may not change the root. */
static int
enter_without_rights(bool is_relaxed)
{
	struct jail plan = jailed_plan(JAIL_WEB, AS_NOBODY);
	const char *step = "";

	plan.is_relaxed = is_relaxed;
	if (jail_stand_nowhere() != 0 ||
	    (geteuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0)))
		return 1;
	if (jail_enter(&plan, &step) == 0)
		return 0;
	return strcmp(step, "chroot") == 0 ? 2 : 3;
}

static int
enter_strict(void)
{
	return enter_without_rights(false);
}

static int
enter_relaxed(void)
{
	return enter_without_rights(true);
}

/* The directory is keep's root, even where it can become nobody's. */
static int
enter_relaxed_keep(void)
{
	struct jail plan = jailed_plan(JAIL_KEEP, AS_NOBODY);
	const char *step = "";

	plan.is_relaxed = true;
	if (jail_stand_nowhere() != 0 ||
	    (geteuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0)) ||
	    jail_enter(&plan, &step) != 0)
		return 1;
	if (open("/etc/passwd", O_RDONLY) >= 0 ||
	    open("../../etc/passwd", O_RDONLY) >= 0)
		return 2;
	return open("file", O_RDWR | O_CREAT | O_EXCL, 0600) >= 0 &&
		       unlink("file") == 0
		   ? 0
		   : 3;
}

static void
test_relaxed_keep_sees_its_directory_alone(void **state)
{
	(void)state;
	if (jail_landlock_abi() == 0)
		skip();
	assert_int_equal(in_child(enter_relaxed_keep), 0);
}

static void
test_a_missing_wall_stops(void **state)
{
	(void)state;
	assert_int_equal(in_child(enter_strict), 2);
	assert_int_equal(in_child(enter_relaxed), 0);
}

int
main(void)
{
	static const struct CMUnitTest more[] = {
		cmocka_unit_test(test_abort_works),
		cmocka_unit_test(test_kernel_agrees),
		cmocka_unit_test(test_root_must_be_empty),
		cmocka_unit_test(test_root_that_cannot_be_read_is_not_empty),
		cmocka_unit_test(test_root_must_become_somebody),
		cmocka_unit_test(test_a_missing_wall_stops),
		cmocka_unit_test(test_relaxed_keep_sees_its_directory_alone),
	};
	const size_t more_n = sizeof(more) / sizeof(*more);
	struct CMUnitTest *tests = calloc(attempts_n + more_n, sizeof(*tests));

	if (tests == NULL)
		return EXIT_FAILURE;
	for (size_t i = 0; i < attempts_n; i++) {
		tests[i].name = attempts[i].name;
		tests[i].test_func = test_attempt;
		memcpy(&tests[i].initial_state, &(const void *){ &attempts[i] },
		    sizeof(void *));
	}
	memcpy(tests + attempts_n, more, sizeof(more));
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return _cmocka_run_group_tests(
	    "jail", tests, attempts_n + more_n, jailed_setup, jailed_teardown);
}
