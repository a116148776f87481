#define _GNU_SOURCE /* syscall */

#include "os/probe.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/err.h"
#include "os/jail.h"

#define LINE_SIZE 1024

bool
probe_seccomp(void)
{
	uint32_t action = SECCOMP_RET_KILL_PROCESS;

	return syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0;
}

/* True when a child of ours can do it. */
static bool
is_possible(bool (*attempt)(void))
{
	int status;
	pid_t child;

	fflush(NULL);
	if ((child = fork()) < 0)
		return false;
	if (child == 0)
		_exit(attempt() ? 0 : 1);
	while (waitpid(child, &status, 0) < 0) {
		if (errno != EINTR)
			return false;
	}
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static bool
enter_namespaces(void)
{
	const char *step;

	return jail_enter_namespaces(&step) == 0;
}

bool
probe_namespaces(void)
{
	return is_possible(enter_namespaces);
}

static bool
raise_lockable(void)
{
	const struct rlimit all = { RLIM_INFINITY, RLIM_INFINITY };

	return setrlimit(RLIMIT_MEMLOCK, &all) == 0;
}

uint64_t
probe_lockable(void)
{
	struct rlimit limit;

	if (is_possible(raise_lockable))
		return UINT64_MAX;
	return getrlimit(RLIMIT_MEMLOCK, &limit) == 0 ? limit.rlim_cur : 0;
}

/* A device of the device mapper says what it is made of. */
static bool
is_encrypted(const char *device)
{
	char real[4096], path[4200], uuid[16] = { 0 };
	const char *name;
	FILE *f;

	if (realpath(device, real) == NULL ||
	    (name = strrchr(real, '/')) == NULL)
		return false;
	if (strncmp(name, "/zram", 5) == 0)
		return true;
	snprintf(path, sizeof(path), "/sys/block%s/dm/uuid", name);
	if ((f = fopen(path, "re")) == NULL)
		return false;
	if (fgets(uuid, sizeof(uuid), f) == NULL)
		uuid[0] = '\0';
	fclose(f);
	return strncmp(uuid, "CRYPT-", 6) == 0;
}

int
probe_plain_swap(char *out, size_t size)
{
	char line[LINE_SIZE];
	FILE *f;

	must(size > 0);
	out[0] = '\0';
	if ((f = fopen("/proc/swaps", "re")) == NULL)
		return err_from_errno(errno);
	/* The first line names the columns. */
	if (fgets(line, sizeof(line), f) == NULL)
		line[0] = '\0';
	while (out[0] == '\0' && fgets(line, sizeof(line), f) != NULL) {
		line[strcspn(line, " \t\n")] = '\0';
		if (!is_encrypted(line))
			snprintf(out, size, "%s", line);
	}
	fclose(f);
	return 0;
}
