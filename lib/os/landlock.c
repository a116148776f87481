#define _GNU_SOURCE /* syscall, O_PATH */

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/err.h"
#include "os/jail_steps.h"

/* Newer kernels know more than the header this is built with; the numbers are
 * fixed for ever. What the running kernel does not know is masked away. */
#define FS_UP_TO_ABI1 ((1ULL << 13) - 1)
#define FS_REFER (1ULL << 13)
#define FS_TRUNCATE (1ULL << 14)
#define FS_IOCTL_DEV (1ULL << 15)
#define NET_ALL 3ULL   /* bind and connect of TCP */
#define SCOPE_ALL 3ULL /* abstract unix sockets, signals */

#define FS_OF_KEEP                                                      \
	(LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE | \
	    LANDLOCK_ACCESS_FS_READ_DIR | LANDLOCK_ACCESS_FS_MAKE_REG | \
	    LANDLOCK_ACCESS_FS_REMOVE_FILE | FS_TRUNCATE)

struct ruleset {
	uint64_t fs;
	uint64_t net;
	uint64_t scoped;
};

static struct ruleset
known_to(long abi)
{
	struct ruleset r = { .fs = FS_UP_TO_ABI1 };

	if (abi >= 2)
		r.fs |= FS_REFER;
	if (abi >= 3)
		r.fs |= FS_TRUNCATE;
	if (abi >= 4)
		r.net = NET_ALL;
	if (abi >= 5)
		r.fs |= FS_IOCTL_DEV;
	if (abi >= 6)
		r.scoped = SCOPE_ALL;
	return r;
}

/* We stand in the root of our jail; where no other root was to be had, "/"
 * would be everything. */
static int
allow_here(int ruleset, uint64_t rights)
{
	struct landlock_path_beneath_attr beneath = { .allowed_access =
							  rights };
	int err = 0;

	if ((beneath.parent_fd = open(".", O_PATH | O_CLOEXEC)) < 0)
		return err_from_errno(errno);
	if (syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH,
		&beneath, 0) != 0)
		err = err_from_errno(errno);
	close(beneath.parent_fd);
	return err;
}

int
jail_landlock_abi(void)
{
	long abi = syscall(SYS_landlock_create_ruleset, NULL, 0,
	    LANDLOCK_CREATE_RULESET_VERSION);

	return abi > 0 ? (int)abi : 0;
}

int
jail_landlock(enum jail_kind kind)
{
	int abi = jail_landlock_abi();
	struct ruleset rights = known_to(abi);
	int err = 0, fd;

	if (abi == 0)
		return ERR_UNSUPPORTED;
	fd = (int)syscall(
	    SYS_landlock_create_ruleset, &rights, sizeof(rights), 0);
	/* A kernel that knows less takes a longer structure when the rest of
	 * it is zero. */
	if (fd < 0)
		return err_from_errno(errno);
	if (kind == JAIL_KEEP)
		err = allow_here(fd, FS_OF_KEEP & rights.fs);
	if (err == 0 && syscall(SYS_landlock_restrict_self, fd, 0) != 0)
		err = err_from_errno(errno);
	close(fd);
	return err;
}
