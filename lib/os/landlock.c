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
#define NET_BIND 1ULL  /* of TCP */
#define NET_ALL 3ULL   /* and connect */
#define SCOPE_ALL 3ULL /* abstract unix sockets, signals */

#define FS_OF_KEEP                                                      \
	(LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE | \
	    LANDLOCK_ACCESS_FS_READ_DIR | LANDLOCK_ACCESS_FS_MAKE_REG | \
	    LANDLOCK_ACCESS_FS_REMOVE_FILE | FS_TRUNCATE)

/* What looking up names, certificates and the libraries that do so read. The
 * rest of a person's machine is nobody's business. */
#define FS_OF_READER \
	(LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
static const char *const read_by_fetch[] = { "/etc", "/usr", "/lib", "/lib64",
	"/run/systemd/resolve", "/run/resolvconf", "/run/NetworkManager",
	"/var/lib/ca-certificates" };

struct ruleset {
	uint64_t fs;
	uint64_t net;
	uint64_t scoped;
};

static struct ruleset
known_to(long abi, enum jail_kind kind)
{
	struct ruleset r = { .fs = FS_UP_TO_ABI1 };

	if (abi >= 2)
		r.fs |= FS_REFER;
	if (abi >= 3)
		r.fs |= FS_TRUNCATE;
	if (abi >= 4)
		r.net = kind == JAIL_FETCH ? NET_BIND : NET_ALL;
	if (abi >= 5)
		r.fs |= FS_IOCTL_DEV;
	if (abi >= 6)
		r.scoped = SCOPE_ALL;
	return r;
}

static int
allow_beneath(int ruleset, const char *path, uint64_t rights)
{
	struct landlock_path_beneath_attr beneath = { .allowed_access =
							  rights };
	int err = 0;

	if ((beneath.parent_fd = open(path, O_PATH | O_CLOEXEC)) < 0)
		return err_from_errno(errno);
	if (syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH,
		&beneath, 0) != 0)
		err = err_from_errno(errno);
	close(beneath.parent_fd);
	return err;
}

/* Where they are: no system has all of them. */
static int
allow_reading(int ruleset)
{
	int err;

	for (size_t i = 0; i < sizeof(read_by_fetch) / sizeof(*read_by_fetch);
	     i++) {
		err = allow_beneath(ruleset, read_by_fetch[i], FS_OF_READER);
		if (err != 0 && err != ERR_NOT_FOUND)
			return err;
	}
	return 0;
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
	struct ruleset rights = known_to(abi, kind);
	int err = 0, fd;

	if (abi == 0)
		return ERR_UNSUPPORTED;
	fd = (int)syscall(
	    SYS_landlock_create_ruleset, &rights, sizeof(rights), 0);
	/* A kernel that knows less takes a longer structure when the rest of
	 * it is zero. */
	if (fd < 0)
		return err_from_errno(errno);
	/* We stand in the one directory we have; where no other root was to be
	 * had, "/" would be everything. */
	if (kind == JAIL_KEEP || kind == JAIL_FETCH || kind == JAIL_DESK)
		err = allow_beneath(fd, ".", FS_OF_KEEP & rights.fs);
	if (err == 0 && kind == JAIL_FETCH)
		err = allow_reading(fd);
	if (err == 0 && syscall(SYS_landlock_restrict_self, fd, 0) != 0)
		err = err_from_errno(errno);
	close(fd);
	return err;
}
