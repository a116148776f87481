#define _GNU_SOURCE /* close_range */

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/err.h"
#include "os/process.h"

#define STATUS_NOT_STARTED 127
#define PAUSE_US 2000

/* In the child: nothing of ours but what was said. */
static void
become(const char *directory, pid_t parent)
{
	sigset_t none;
	int null;

	if (setsid() < 0 || prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0 ||
	    getppid() != parent || chdir(directory) != 0)
		_exit(STATUS_NOT_STARTED);
	if ((null = open("/dev/null", O_RDWR)) < 0)
		_exit(STATUS_NOT_STARTED);
	for (int fd = 0; fd <= STDERR_FILENO; fd++)
		(void)dup2(null, fd);
	(void)close_range(STDERR_FILENO + 1, ~0U, 0);
	sigemptyset(&none);
	(void)signal(SIGPIPE, SIG_DFL);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
}

int
process_start(const char *path, char *const *arguments,
    char *const *environment, const char *directory, pid_t *ret_pid)
{
	pid_t parent = getpid(), pid;

	if ((pid = fork()) < 0)
		return err_from_errno(errno);
	if (pid == 0) {
		become(directory, parent);
		execve(path, arguments, environment);
		_exit(STATUS_NOT_STARTED);
	}
	*ret_pid = pid;
	return 0;
}

int
process_adopt(void)
{
	if (prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0)
		return err_from_errno(errno);
	return 0;
}

void
process_kill_group(pid_t pid)
{
	must(pid > 1);
	(void)kill(-pid, SIGKILL);
}

void
process_kill_session(pid_t pid)
{
	must(pid > 1);
	/* Who has not become the head of it yet is alone. */
	(void)kill(pid, SIGKILL);
	process_kill_group(pid);
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
}

/* Those the kernel lists now; new ones may come while they die. */
static void
kill_children(void)
{
	char path[64];
	long pid;
	FILE *f;

	snprintf(
	    path, sizeof(path), "/proc/self/task/%ld/children", (long)getpid());
	if ((f = fopen(path, "re")) == NULL)
		return;
	while (fscanf(f, "%ld", &pid) == 1)
		(void)kill((pid_t)pid, SIGKILL);
	fclose(f);
}

void
process_kill_all(void)
{
	pid_t pid;

	do {
		kill_children();
		while ((pid = waitpid(-1, NULL, WNOHANG)) > 0)
			;
		if (pid == 0)
			(void)usleep(PAUSE_US);
	} while (pid == 0 || (pid < 0 && errno == EINTR));
}

int
process_harden(bool is_without_more)
{
	const struct rlimit none = { 0, 0 };

	if (setrlimit(RLIMIT_CORE, &none) != 0 ||
	    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0 ||
	    (is_without_more && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0))
		return err_from_errno(errno);
	return 0;
}
