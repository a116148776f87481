#define _GNU_SOURCE /* secure_getenv, signalfd */

#include "os/process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/err.h"

#define FDS_MAX 16
/* Above every place a child expects a descriptor at, so that putting one in
 * place never covers the next. */
#define FD_ABOVE (PROCESS_FD_FIRST + FDS_MAX)

extern char **environ;

/* The few variables that reach a child. */
static void
choose_environment(char *out[static 3])
{
	static const char *const names[] = { "ASAN_OPTIONS=",
		"UBSAN_OPTIONS=" };
	size_t n = 0;

	for (char **e = environ; *e != NULL && n < 2; e++) {
		for (size_t i = 0; i < 2; i++) {
			if (strncmp(*e, names[i], strlen(names[i])) == 0)
				out[n++] = *e;
		}
	}
	out[n] = NULL;
}

static int
place(posix_spawn_file_actions_t *actions, const int *fds, size_t n, int *high)
{
	int failed;

	if ((failed = posix_spawn_file_actions_addopen(
		 actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)) != 0 ||
	    (failed = posix_spawn_file_actions_addopen(
		 actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0)) != 0)
		return err_from_errno(failed);
	for (size_t i = 0; i < n; i++) {
		if ((high[i] = fcntl(fds[i], F_DUPFD_CLOEXEC, FD_ABOVE)) < 0)
			return err_from_errno(errno);
		if ((failed = posix_spawn_file_actions_adddup2(
			 actions, high[i], PROCESS_FD_FIRST + (int)i)) != 0)
			return err_from_errno(failed);
	}
	return 0;
}

int
process_spawn(const char *path, const int *fds, size_t n, pid_t *ret_pid)
{
	posix_spawn_file_actions_t actions;
	char *arguments[2] = { NULL, NULL };
	char *environment[3];
	int high[FDS_MAX];
	const char *name = strrchr(path, '/');
	int failed, err;

	must(n <= FDS_MAX);
	for (size_t i = 0; i < FDS_MAX; i++)
		high[i] = -1;
	name = name != NULL ? name + 1 : path;
	/* posix_spawn takes arguments it only reads without const. */
	memcpy(&arguments[0], &name, sizeof(name));
	choose_environment(environment);
	if ((failed = posix_spawn_file_actions_init(&actions)) != 0)
		return err_from_errno(failed);
	if ((err = place(&actions, fds, n, high)) == 0 &&
	    (failed = posix_spawn(
		 ret_pid, path, &actions, NULL, arguments, environment)) != 0)
		err = err_from_errno(failed);
	for (size_t i = 0; i < n; i++) {
		if (high[i] >= 0)
			close(high[i]);
	}
	posix_spawn_file_actions_destroy(&actions);
	return err;
}

void
process_errors_write_only(void)
{
	int flags = fcntl(STDERR_FILENO, F_GETFL), fd;

	if (flags < 0 || (flags & O_ACCMODE) != O_RDWR)
		return;
	fd = open("/proc/self/fd/2",
	    O_WRONLY | O_APPEND | O_NOCTTY | O_CLOEXEC | (flags & O_NONBLOCK));
	if (fd < 0)
		return;
	(void)dup2(fd, STDERR_FILENO);
	close(fd);
}

int
process_reap(struct process_end *ret_end)
{
	int status;
	pid_t pid;

	do
		pid = waitpid(-1, &status, WNOHANG);
	while (pid < 0 && errno == EINTR);
	if (pid <= 0)
		return ERR_AGAIN;
	ret_end->pid = pid;
	ret_end->status = WIFEXITED(status) ? WEXITSTATUS(status) : 0;
	ret_end->signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
	return 0;
}

int
process_signals_open(int *ret_fd)
{
	sigset_t set;
	int fd;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGCHLD);
	if (signal(SIGPIPE, SIG_IGN) == SIG_ERR ||
	    sigprocmask(SIG_BLOCK, &set, NULL) != 0 ||
	    (fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK)) < 0)
		return err_from_errno(errno);
	*ret_fd = fd;
	return 0;
}

int
process_signals_next(int fd, int *ret_signal)
{
	struct signalfd_siginfo info;

	if (read(fd, &info, sizeof(info)) != (ssize_t)sizeof(info))
		return err_from_errno(errno);
	*ret_signal = (int)info.ssi_signo;
	return 0;
}

uint64_t
process_now_ms(void)
{
	struct timespec t;

	must(clock_gettime(CLOCK_MONOTONIC, &t) == 0);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

int
process_self(char *ret_path, size_t size)
{
	ssize_t n = readlink("/proc/self/exe", ret_path, size);

	if (n < 0)
		return err_from_errno(errno);
	if ((size_t)n >= size)
		return ERR_LIMIT;
	ret_path[n] = '\0';
	return 0;
}

const char *
process_environment(const char *name)
{
	return secure_getenv(name);
}
