#define _GNU_SOURCE /* syscall */

#include <errno.h>
#include <linux/capability.h>
#include <stdbool.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/err.h"
#include "os/jail_steps.h"

#define CAPABILITIES_MAX 64

/* A set of all of them takes two words since version 3. */
struct sets {
	struct __user_cap_data_struct word[2];
};

static int
sets_read(struct sets *ret_sets)
{
	struct __user_cap_header_struct head = {
		.version = _LINUX_CAPABILITY_VERSION_3
	};

	if (syscall(SYS_capget, &head, ret_sets->word) != 0)
		return err_from_errno(errno);
	return 0;
}

static int
sets_write(const struct sets *s)
{
	struct __user_cap_header_struct head = {
		.version = _LINUX_CAPABILITY_VERSION_3
	};

	if (syscall(SYS_capset, &head, s->word) != 0)
		return err_from_errno(errno);
	return 0;
}

static bool
is_without(const struct sets *s)
{
	return (s->word[0].permitted | s->word[1].permitted) == 0;
}

int
jail_drop_bounding(uint64_t kept)
{
	struct sets s;
	int err;

	/* Who holds nothing may not lower the bound, and needs not: without new
	 * privileges nothing comes back. */
	if ((err = sets_read(&s)) != 0 || is_without(&s))
		return err;
	for (int cap = 0; cap < CAPABILITIES_MAX; cap++) {
		int is_set = prctl(PR_CAPBSET_READ, cap, 0, 0, 0);

		if (is_set < 0) /* the kernel knows no more of them */
			break;
		if (is_set == 1 && (kept >> cap & 1) == 0 &&
		    prctl(PR_CAPBSET_DROP, cap, 0, 0, 0) != 0)
			return err_from_errno(errno);
	}
	return 0;
}

int
jail_drop_capabilities(uint64_t kept)
{
	struct sets s;
	int err;

	if ((err = sets_read(&s)) != 0)
		return err;
	for (int i = 0; i < 2; i++) {
		uint32_t mask = (uint32_t)(kept >> (32 * i));

		s.word[i].permitted &= mask;
		s.word[i].effective &= mask;
		s.word[i].inheritable = 0;
	}
	if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) != 0)
		return err_from_errno(errno);
	if ((err = sets_write(&s)) != 0 || (err = sets_read(&s)) != 0)
		return err;
	return kept != 0 || is_without(&s) ? 0 : ERR_SYS;
}
