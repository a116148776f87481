#define _GNU_SOURCE /* ptsname */

#include "unit.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/err.h"
#include "os/process.h"

#define DEADLINE 10000

/* Waits for one child; fails when none ends in time. */
static struct process_end
wait_for_end(void)
{
	struct process_end end;
	int tries = 0;

	while (process_reap(&end) != 0) {
		assert_true(tries++ < DEADLINE);
		poll(NULL, 0, 1);
	}
	return end;
}

static void
write_script(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fprintf(f, "#!/bin/sh\n%s\n", text);
	assert_int_equal(fchmod(fileno(f), 0700), 0);
	assert_int_equal(fclose(f), 0);
}

/* The child sees its descriptors in order, nothing else, and no variables. */
static void
test_descriptors_and_environment(void **state)
{
	char path[] = "/tmp/pista-process-XXXXXX", said[200] = "";
	int fd = mkstemp(path), pipes[4][2], fds[4];
	pid_t pid;

	(void)state;
	assert_true(fd >= 0);
	close(fd);
	write_script(path,
	    "printf 3 >&3; printf 4 >&4; printf 5 >&5; printf 6 >&6\n"
	    "printf \"$SECRET\" >&3; test -t 0 || read x || printf e >&3\n"
	    "(printf 7 >&7) 2>/dev/null || printf n >&3; exit 42");
	setenv("SECRET", "leak", 1);
	for (int i = 0; i < 4; i++) {
		assert_int_equal(pipe(pipes[i]), 0);
		fcntl(pipes[i][0], F_SETFD, FD_CLOEXEC);
		fcntl(pipes[i][1], F_SETFD, FD_CLOEXEC);
	}
	/* In an order that collides with where they go. */
	for (int i = 0; i < 4; i++)
		fds[i] = pipes[3 - i][1];
	assert_int_equal(process_spawn(path, fds, 4, &pid), 0);
	struct process_end end = wait_for_end();
	assert_int_equal(end.pid, pid);
	assert_int_equal(end.signal, 0);
	assert_int_equal(end.status, 42);
	for (int i = 0; i < 4; i++) {
		close(pipes[i][1]);
		assert_true(read(pipes[i][0], said, sizeof(said) - 1) > 0);
		assert_int_equal(said[0], '6' - i);
		if (i == 3)
			assert_string_equal(said, "3en");
		close(pipes[i][0]);
	}
	unlink(path);
}

static void
test_missing_program(void **state)
{
	pid_t pid;

	(void)state;
	assert_int_equal(
	    process_spawn("/nonexistent", NULL, 0, &pid), ERR_NOT_FOUND);
}

static void
test_signals(void **state)
{
	struct pollfd p = { .events = POLLIN };
	struct process_end end;
	int number;

	(void)state;
	assert_int_equal(process_signals_open(&p.fd), 0);
	assert_int_equal(process_signals_next(p.fd, &number), ERR_AGAIN);
	raise(SIGTERM);
	assert_int_equal(poll(&p, 1, DEADLINE), 1);
	assert_int_equal(process_signals_next(p.fd, &number), 0);
	assert_int_equal(number, SIGTERM);
	assert_int_equal(process_reap(&end), ERR_AGAIN);
	close(p.fd);
}

/* The access mode of standard error afterwards, when it was fd. */
static int
errors_mode(int fd)
{
	int status;
	pid_t pid;

	assert_true(fd >= 0);
	fflush(NULL);
	if ((pid = fork()) == 0) {
		if (dup2(fd, STDERR_FILENO) < 0)
			_exit(100);
		process_errors_write_only();
		(void)!write(STDERR_FILENO, "more", 4);
		_exit(fcntl(STDERR_FILENO, F_GETFL) & O_ACCMODE);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void
test_nobody_reads_the_terminal(void **state)
{
	int terminal = posix_openpt(O_RDWR | O_NOCTTY), pair[2];
	char path[] = "/tmp/pista-process-XXXXXX", said[16];
	int log = mkstemp(path);

	(void)state;
	assert_int_equal(grantpt(terminal), 0);
	assert_int_equal(unlockpt(terminal), 0);
	assert_int_equal(
	    errors_mode(open(ptsname(terminal), O_RDWR | O_NOCTTY)), O_WRONLY);
	/* Nothing that is in a log is written over. */
	assert_int_equal(write(log, "before", 6), 6);
	assert_int_equal(errors_mode(log), O_WRONLY);
	assert_int_equal(pread(log, said, sizeof(said), 0), 10);
	assert_memory_equal(said, "beforemore", 10);
	assert_int_equal(errors_mode(open(path, O_WRONLY)), O_WRONLY);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	assert_int_equal(errors_mode(pair[0]), O_RDWR);
	unlink(path);
	close(log);
	close(terminal);
}

static void
test_self(void **state)
{
	char path[1024];

	(void)state;
	assert_int_equal(process_self(path, 4), ERR_LIMIT);
	assert_int_equal(process_self(path, sizeof(path)), 0);
	assert_int_equal(path[0], '/');
}

static char *
words(const char *path, char *out, size_t size)
{
	int fd = open(path, O_RDONLY);
	ssize_t n;

	if (fd < 0)
		return NULL;
	n = read(fd, out, size - 1);
	close(fd);
	out[n > 0 ? n : 0] = '\0';
	return n > 0 ? out : NULL;
}

static void
wait_until_gone(pid_t pid)
{
	int tries = 0;

	while (kill(pid, 0) == 0) {
		assert_true(tries++ < DEADLINE);
		poll(NULL, 0, 1);
	}
}

/* A program of somebody else's: its own session, variables and directory,
 * nothing of ours open, no signal blocked; what it starts goes with it. */
static void
test_strangers_program(void **state)
{
	char directory[] = "/tmp/pista-process-XXXXXX", path[64], said[200];
	char *arguments[] = { path, (char[]){ "word" }, NULL };
	char *environment[] = { (char[]){ "A=b" }, NULL };
	int tries = 0, leaked = dup(STDERR_FILENO);
	long orphan;
	sigset_t set;
	pid_t pid;

	(void)state;
	assert_non_null(mkdtemp(directory));
	snprintf(path, sizeof(path), "%s/program", directory);
	write_script(path,
	    "exec 9>said.new; printf \"$1 $A ${HOME-none} \" >&9\n"
	    "(printf x >&8) 2>/dev/null && printf open >&9\n"
	    "grep SigBlk /proc/self/status | tr '\\n\\t' '  ' >&9\n"
	    "(setsid sleep 600 & echo $! >&9)\n"
	    "mv said.new said; exec sleep 600");
	assert_int_equal(process_adopt(), 0);
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, NULL);
	assert_int_equal(
	    process_start(path, arguments, environment, directory, &pid), 0);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	snprintf(path, sizeof(path), "%s/said", directory);
	while (words(path, said, sizeof(said)) == NULL) {
		assert_true(tries++ < DEADLINE);
		poll(NULL, 0, 1);
	}
	assert_int_equal(getsid(pid), pid);
	assert_non_null(strstr(said, "word b none SigBlk: 0000000000000000 "));
	orphan = strtol(strrchr(said, ' '), NULL, 10);
	assert_true(orphan > 1 && kill((pid_t)orphan, 0) == 0);
	process_kill_session(pid);
	assert_int_equal(kill(pid, 0), -1);
	process_kill_all();
	wait_until_gone((pid_t)orphan);
	unlink(path);
	snprintf(path, sizeof(path), "%s/program", directory);
	unlink(path);
	assert_int_equal(rmdir(directory), 0);
	close(leaked);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_descriptors_and_environment),
		cmocka_unit_test(test_missing_program),
		cmocka_unit_test(test_signals),
		cmocka_unit_test(test_nobody_reads_the_terminal),
		cmocka_unit_test(test_self),
		cmocka_unit_test(test_strangers_program),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
