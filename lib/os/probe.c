#define _GNU_SOURCE /* syscall, major */

#include "os/probe.h"

#include <dirent.h>
#include <errno.h>
#include <linux/seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/err.h"
#include "os/jail.h"

#define LINE_SIZE 1024
#define PATH_SIZE 4200
#define DEPTH_MAX 8 /* devices made of devices */

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

static bool is_encrypted_block(const char *sysfs, const char *name, int depth);

/* There is something it is made of, and all of that is encrypted. */
static bool
are_parts_encrypted(const char *sysfs, const char *name, int depth)
{
	char path[PATH_SIZE];
	const struct dirent *e;
	bool is_all = true;
	int parts = 0;
	DIR *d;

	snprintf(path, sizeof(path), "%s/class/block/%s/slaves", sysfs, name);
	if ((d = opendir(path)) == NULL)
		return false;
	while (is_all && (e = readdir(d)) != NULL) {
		if (e->d_name[0] == '.')
			continue;
		parts++;
		is_all = is_encrypted_block(sysfs, e->d_name, depth + 1);
	}
	closedir(d);
	return is_all && parts > 0;
}

/* A device of the device mapper says what it is. */
static bool
is_encrypted_block(const char *sysfs, const char *name, int depth)
{
	char path[PATH_SIZE], uuid[16] = { 0 };
	FILE *f;

	if (depth > DEPTH_MAX)
		return false;
	if (strncmp(name, "zram", 4) == 0)
		return true;
	snprintf(path, sizeof(path), "%s/class/block/%s/dm/uuid", sysfs, name);
	if ((f = fopen(path, "re")) != NULL) {
		if (fgets(uuid, sizeof(uuid), f) == NULL)
			uuid[0] = '\0';
		fclose(f);
	}
	return strncmp(uuid, "CRYPT-", 6) == 0 ||
	       are_parts_encrypted(sysfs, name, depth);
}

bool
probe_block_is_encrypted(const char *sysfs, const char *name)
{
	return is_encrypted_block(sysfs, name, 0);
}

/* The swap area at path: a device, or a file on one. */
static bool
is_encrypted(const char *path)
{
	char link[64], real[4096];
	const char *name;
	struct stat st;
	dev_t device;

	if (stat(path, &st) != 0)
		return false;
	device = S_ISBLK(st.st_mode) ? st.st_rdev : st.st_dev;
	snprintf(link, sizeof(link), "/sys/dev/block/%u:%u", major(device),
	    minor(device));
	return realpath(link, real) != NULL &&
	       (name = strrchr(real, '/')) != NULL &&
	       probe_block_is_encrypted("/sys", name + 1);
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
