#define _GNU_SOURCE /* close_range, MCL_ONFAULT, setresuid */

#include "os/jail.h"

#include <dirent.h>
#include <errno.h>
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/err.h"
#include "os/jail_steps.h"

/* Descriptors a process may hold: connections, and for keep one a form. */
#define FILES_MAX 8192

void
jail_close_from(int first)
{
	must(first >= 0);
	must(close_range((unsigned)first, ~0U, 0) == 0);
}

static int
set_limit(int resource, rlim_t most)
{
	struct rlimit limit;

	if (getrlimit(resource, &limit) != 0)
		return err_from_errno(errno);
	if (limit.rlim_max > most)
		limit.rlim_max = most;
	limit.rlim_cur = limit.rlim_max;
	if (setrlimit(resource, &limit) != 0)
		return err_from_errno(errno);
	return 0;
}

static bool
is_members(enum jail_kind kind)
{
	return kind == JAIL_FETCH || kind == JAIL_DESK;
}

/* Threads count as processes to the kernel. */
static int
limit(enum jail_kind kind)
{
	bool has_threads = kind == JAIL_KEEP || is_members(kind);
	int err;

	if ((err = set_limit(RLIMIT_CORE, 0)) != 0 ||
	    (!has_threads && (err = set_limit(RLIMIT_NPROC, 0)) != 0))
		return err;
	return set_limit(RLIMIT_NOFILE, FILES_MAX);
}

/*
 * A form holds one person's words and the desk everybody's, also in the memory
 * of libraries that know of no secrets: all of it stays out of the swap, page by page as it is used.
 * Where not everything may be locked, locking everything would make
 * allocations fail; then secrets alone are locked.
 */
static int
lock_memory(void)
{
	const struct rlimit all = { RLIM_INFINITY, RLIM_INFINITY };

	if (setrlimit(RLIMIT_MEMLOCK, &all) != 0)
		return errno == EPERM ? 0 : err_from_errno(errno);
	if (mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT) != 0)
		return err_from_errno(errno);
	return 0;
}

/* True when the directory we stand in holds nothing. */
static bool
is_empty_here(void)
{
	const struct dirent *e;
	DIR *d;
	bool is_empty = true;

	/* A removed directory cannot be opened and can never hold anything. */
	if ((d = opendir(".")) == NULL)
		return errno == ENOENT;
	errno = 0;
	while (is_empty && (e = readdir(d)) != NULL)
		is_empty =
		    strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0;
	/* Where reading failed, anything may be. */
	if (errno != 0)
		is_empty = false;
	closedir(d);
	return is_empty;
}

static int
change_root(enum jail_kind kind, const char *directory)
{
	if (is_members(kind))
		return chdir(directory) == 0 ? 0 : err_from_errno(errno);
	if (directory == NULL && !is_empty_here())
		return ERR_EXISTS;
	if ((directory != NULL && chdir(directory) != 0) || chroot(".") != 0 ||
	    chdir("/") != 0)
		return err_from_errno(errno);
	return 0;
}

/* Takes another user and group for good, and reads back that it is so. */
static int
change_user(uint32_t uid, uint32_t gid)
{
	uid_t ruid, euid, suid;
	gid_t rgid, egid, sgid;

	if (setgroups(0, NULL) != 0 || setresgid(gid, gid, gid) != 0 ||
	    setresuid(uid, uid, uid) != 0)
		return err_from_errno(errno);
	if (getresuid(&ruid, &euid, &suid) != 0 ||
	    getresgid(&rgid, &egid, &sgid) != 0 || ruid != uid || euid != uid ||
	    suid != uid || rgid != gid || egid != gid || sgid != gid ||
	    getgroups(0, NULL) != 0 || setuid(0) == 0)
		return ERR_SYS;
	return 0;
}

/* A change of user forgets both, so this comes after it. Who outlives the
 * parent has nobody to stop it. */
static int
no_new_privileges(void)
{
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0 ||
	    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0 ||
	    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return err_from_errno(errno);
	return 0;
}

/*
 * True for root who could be somebody else. In the namespace that an ordinary
 * user's parent makes there is no other user, and 0 is a name for that one.
 */
static bool
is_real_root(void)
{
	unsigned long users = 0;
	FILE *f;

	if (geteuid() != 0)
		return false;
	if ((f = fopen("/proc/self/uid_map", "re")) == NULL)
		return true;
	if (fscanf(f, "%*u %*u %lu", &users) != 1)
		users = 0;
	fclose(f);
	return users != 1;
}

/* What a step that the kernel refuses means: the end, or with jail = relaxed
 * one wall less. */
static bool
is_over(const struct jail *j, const char *step, int err, const char **ret_step)
{
	if (err == 0 || j->is_relaxed)
		return false;
	*ret_step = step;
	return true;
}

int
jail_enter(const struct jail *j, const char **ret_step)
{
	int err;

	must((j->kind != JAIL_KEEP && !is_members(j->kind)) ||
	     j->directory != NULL);
	/* Root keeps none of its rights, but its files are root's. */
	if (!is_members(j->kind) && j->uid == 0 && is_real_root()) {
		*ret_step = "uid and gid";
		return ERR_DENIED;
	}
	if (is_over(j, "limits", err = limit(j->kind), ret_step) ||
	    ((j->kind == JAIL_FORM || j->kind == JAIL_DESK) &&
		is_over(j, "locked memory", err = lock_memory(), ret_step)) ||
	    is_over(j, "chroot", err = change_root(j->kind, j->directory),
		ret_step) ||
	    is_over(j, "bounding set", err = jail_drop_bounding(0), ret_step))
		return err;
	/* A changed user is no kernel's gift but the administrator's order, so
	 * relaxed does not excuse it. */
	if (j->uid != 0 && (err = change_user(j->uid, j->gid)) != 0) {
		*ret_step = "uid and gid";
		return err;
	}
	if (is_over(
		j, "capabilities", err = jail_drop_capabilities(0), ret_step) ||
	    is_over(
		j, "no new privileges", err = no_new_privileges(), ret_step) ||
	    is_over(j, "landlock", err = jail_landlock(j->kind), ret_step) ||
	    is_over(j, "seccomp", err = jail_seccomp(j), ret_step))
		return err;
	return 0;
}
