#include "parent/directory.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "parent/say.h"

#define MODE 0700

/* Gives one file in d to its new owner; links and other things stay. */
static int
give_file(DIR *d, const char *name, uid_t uid, gid_t gid)
{
	struct stat st;

	if (fstatat(dirfd(d), name, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return err_from_errno(errno);
	if (!S_ISREG(st.st_mode) || (st.st_uid == uid && st.st_gid == gid))
		return 0;
	if (fchownat(dirfd(d), name, uid, gid, AT_SYMLINK_NOFOLLOW) != 0)
		return err_from_errno(errno);
	return 0;
}

static int
give(const char *path, uid_t uid, gid_t gid)
{
	const struct dirent *e;
	struct stat st;
	DIR *d;
	int err = 0;

	if ((d = opendir(path)) == NULL)
		return err_from_errno(errno);
	if (fstat(dirfd(d), &st) != 0) {
		err = err_from_errno(errno);
		goto out;
	}
	if (st.st_uid != uid || st.st_gid != gid) {
		if (fchown(dirfd(d), uid, gid) != 0) {
			err = err_from_errno(errno);
			goto out;
		}
		say("%s now belongs to user %u, as which the store runs", path,
		    (unsigned)uid);
	}
	while (err == 0 && (e = readdir(d)) != NULL)
		err = give_file(d, e->d_name, uid, gid);
out:
	closedir(d);
	return err;
}

int
directory_prepare(const char *path, uint32_t uid, uint32_t gid)
{
	struct stat st;
	int err = 0;

	if (mkdir(path, MODE) == 0)
		say("made %s", path);
	else if (errno != EEXIST)
		err = err_from_errno(errno);
	if (err == 0 && stat(path, &st) != 0)
		err = err_from_errno(errno);
	if (err == 0 && !S_ISDIR(st.st_mode))
		err = ERR_EXISTS;
	if (err == 0 && uid != 0)
		err = give(path, uid, gid);
	if (err != 0)
		say("the directory of the store, %s: %s", path, err_text(err));
	return err;
}
