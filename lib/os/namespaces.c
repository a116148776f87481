#define _GNU_SOURCE /* unshare */

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "os/jail.h"
#include "os/jail_steps.h"

#define BIT(cap) (1ULL << (cap))

static int
write_line(const char *path, const char *line)
{
	size_t n = strlen(line);
	int fd, err = 0;

	if ((fd = open(path, O_WRONLY | O_CLOEXEC)) < 0)
		return err_from_errno(errno);
	if (write(fd, line, n) != (ssize_t)n)
		err = err_from_errno(errno);
	close(fd);
	return err;
}

/*
 * Root inside, nobody new outside: children keep the right to change their
 * root over exec and give it up in their jails.
 */
static int
map_ourselves(uid_t uid, gid_t gid)
{
	char line[64];
	int err;

	if ((err = write_line("/proc/self/setgroups", "deny")) != 0)
		return err;
	snprintf(line, sizeof(line), "0 %lu 1\n", (unsigned long)gid);
	if ((err = write_line("/proc/self/gid_map", line)) != 0)
		return err;
	snprintf(line, sizeof(line), "0 %lu 1\n", (unsigned long)uid);
	return write_line("/proc/self/uid_map", line);
}

int
jail_enter_namespaces(const char **ret_step)
{
	uid_t uid = geteuid();
	gid_t gid = getegid();
	int flags = CLONE_NEWNET | CLONE_NEWIPC, err;

	if (uid != 0)
		flags |= CLONE_NEWUSER;
	if (unshare(flags) != 0) {
		*ret_step = uid != 0 ? "user, network and IPC namespaces"
				     : "network and IPC namespaces";
		return err_from_errno(errno);
	}
	if (uid != 0 && (err = map_ourselves(uid, gid)) != 0) {
		*ret_step = "map of the user namespace";
		return err;
	}
	return 0;
}

int
jail_stand_nowhere(void)
{
	static const char *const places[] = { "/tmp", "/run", "/dev/shm" };
	char path[64];

	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
		snprintf(path, sizeof(path), "%s/pistad-XXXXXX", places[i]);
		if (mkdtemp(path) == NULL)
			continue;
		if (chmod(path, 0555) == 0 && chdir(path) == 0 &&
		    rmdir(path) == 0)
			return 0;
		(void)rmdir(path);
	}
	return err_from_errno(errno);
}

/* A child may then lock all its memory. The limit in force stays; who may not
 * raise it goes on with what there is. */
static void
raise_lockable(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_MEMLOCK, &limit) != 0)
		return;
	limit.rlim_max = RLIM_INFINITY;
	(void)setrlimit(RLIMIT_MEMLOCK, &limit);
}

int
jail_enter_parent(const char **ret_step)
{
	/* What its children need to build their jails, and to be stopped. */
	const uint64_t kept = BIT(CAP_DAC_READ_SEARCH) | BIT(CAP_SYS_CHROOT) |
			      BIT(CAP_SETPCAP) | BIT(CAP_SETUID) |
			      BIT(CAP_SETGID) | BIT(CAP_KILL);
	int err;

	raise_lockable();
	if ((err = jail_drop_bounding(kept)) != 0 ||
	    (err = jail_drop_capabilities(kept)) != 0)
		*ret_step = "capabilities";
	return err;
}
