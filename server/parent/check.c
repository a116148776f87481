#include "parent/check.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "os/jail.h"
#include "os/probe.h"
#include "parent/program.h"

/* A form's text, keys and held chunks, each between pages of its own. */
#define LOCKABLE_LEAST (4ULL << 20)
#define PATH_SIZE 1024

struct findings {
	int bad;
};

static void good(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
static void bad(struct findings *f, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

static void
good(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	fputs("good  ", stdout);
	vprintf(fmt, args);
	fputs("\n", stdout);
	va_end(args);
}

static void
bad(struct findings *f, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	fputs("BAD   ", stdout);
	vprintf(fmt, args);
	fputs("\n", stdout);
	va_end(args);
	f->bad++;
}

static void
check_jail(struct findings *f, const struct config *c)
{
	int abi = jail_landlock_abi();

	if (abi > 0)
		good("the kernel speaks Landlock version %d", abi);
	else
		bad(f, "the kernel has no Landlock (security=... or lsm=... on "
		       "its command line)");
	if (probe_seccomp())
		good("the kernel filters system calls");
	else
		bad(f, "the kernel does not filter system calls (seccomp)");
	if (probe_namespaces())
		good("namespaces can be entered");
	else
		bad(f, geteuid() == 0
			   ? "network and IPC namespaces are refused"
			   : "user namespaces are refused to ordinary users "
			     "(kernel.unprivileged_userns_clone, "
			     "user.max_user_namespaces, AppArmor)");
	if (c->is_relaxed)
		bad(f, "jail = relaxed: children run even without their jail");
}

static void
check_memory(struct findings *f)
{
	uint64_t lockable = probe_lockable();
	char swap[PATH_SIZE];

	if (lockable == UINT64_MAX)
		good("all memory of a form can be locked");
	else if (lockable >= LOCKABLE_LEAST)
		good("memory for secrets can be locked; all memory of a form "
		     "would be with LimitMEMLOCK=infinity or ulimit -l "
		     "unlimited");
	else
		bad(f,
		    "only %llu KiB of memory can be locked: raise "
		    "LimitMEMLOCK or ulimit -l to %llu",
		    (unsigned long long)lockable >> 10, LOCKABLE_LEAST >> 10);
	if (probe_plain_swap(swap, sizeof(swap)) != 0)
		bad(f, "the swap areas cannot be seen");
	else if (swap[0] != '\0')
		bad(f, "%s is swap that is not encrypted", swap);
	else
		good("no swap that is not encrypted");
}

static void
check_store(struct findings *f, const struct config *c)
{
	struct statvfs disk;
	struct stat st;

	if (stat(c->path, &st) != 0) {
		if (errno == ENOENT)
			good("%s will be made", c->path);
		else
			bad(f, "%s: %s", c->path, strerror(errno));
		return;
	}
	if (!S_ISDIR(st.st_mode)) {
		bad(f, "%s is not a directory", c->path);
		return;
	}
	if ((st.st_mode & (S_IRWXG | S_IRWXO)) != 0)
		bad(f, "%s is open to others: chmod 700 %s", c->path, c->path);
	else if (geteuid() != 0 && st.st_uid != geteuid())
		bad(f, "%s belongs to another user", c->path);
	else
		good("%s is for the store alone", c->path);
	if (statvfs(c->path, &disk) != 0)
		bad(f, "%s: %s", c->path, strerror(errno));
	else if ((uint64_t)disk.f_bavail * disk.f_frsize <
		 c->reserve + c->file_max)
		bad(f,
		    "%llu MiB of disk are free, too few for one largest "
		    "file and the reserve for text",
		    (unsigned long long)disk.f_bavail * disk.f_frsize >> 20);
	else
		good("%llu MiB of disk are free",
		    (unsigned long long)disk.f_bavail * disk.f_frsize >> 20);
}

static void
check_programs(struct findings *f)
{
	char path[PATH_SIZE];
	int missing = 0;

	for (int role = WIRE_GATE; role <= WIRE_KEEP; role++) {
		if (program_of((enum wire_role)role, path, sizeof(path)) == 0 &&
		    access(path, X_OK) == 0)
			continue;
		bad(f, "pistad-%s is not installed",
		    wire_role_text((enum wire_role)role));
		missing++;
	}
	if (missing == 0)
		good("every program is there");
}

int
check(const struct config *c)
{
	struct findings f = { 0 };

	good("the configuration is well-formed");
	check_programs(&f);
	check_jail(&f, c);
	check_memory(&f);
	check_store(&f, c);
	return f.bad;
}
