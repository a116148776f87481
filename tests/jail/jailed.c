#define _GNU_SOURCE /* setgroups, setresuid */

#include "jailed.h"

#include <fcntl.h>
#include <grp.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/err.h"

#define NOBODY 65534
#define OF_CHILD 61199

struct before before;

static int
connect_to(int listener)
{
	struct sockaddr_in at;
	socklen_t n = sizeof(at);
	int fd;

	if (getsockname(listener, (struct sockaddr *)&at, &n) != 0 ||
	    (fd = socket(AF_INET, SOCK_STREAM, 0)) < 0 ||
	    connect(fd, (struct sockaddr *)&at, n) != 0)
		return -1;
	return fd;
}

/* A listener nobody takes connections from, and its port. */
static int
start_listener(uint16_t *ret_port)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t n = sizeof(at);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof(at)) != 0 ||
	    listen(fd, 64) != 0 ||
	    getsockname(fd, (struct sockaddr *)&at, &n) != 0)
		return -1;
	*ret_port = at.sin_port;
	return fd;
}

/* Someone else's process, alive as long as ours. */
static long
start_stranger(void)
{
	pid_t pid = fork();

	if (pid != 0)
		return pid;
	for (;;)
		pause();
}

/* What the member has beside the inbox; only the jail is in the way. */
static int
make_beside(const char *name)
{
	char path[96];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", before.directory, name);
	if ((fd = open(path, O_WRONLY | O_CREAT, 0600)) < 0 ||
	    write(fd, "secret", 6) != 6 || fchmod(fd, 0666) != 0)
		return -1;
	return close(fd);
}

static void
unlink_beside(const char *name)
{
	char path[96];

	snprintf(path, sizeof(path), "%s/%s", before.directory, name);
	(void)unlink(path);
}

int
jailed_setup(void **state)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	uint16_t port;
	int private;

	(void)state;
	before.stranger = start_stranger();
	if ((before.spare = start_listener(&port)) < 0 ||
	    start_listener(&before.port) < 0)
		return -1;
	if ((before.listener = socket(AF_INET, SOCK_STREAM, 0)) < 0 ||
	    bind(before.listener, (struct sockaddr *)&at, sizeof(at)) != 0 ||
	    listen(before.listener, 8) != 0 || connect_to(before.listener) < 0)
		return -1;
	before.connected = accept(before.listener, NULL, NULL);
	if (fcntl(before.listener, F_SETFL, O_NONBLOCK) != 0 ||
	    (before.outside = open("/", O_RDONLY | O_DIRECTORY)) < 0)
		return -1;
	strcpy(before.directory, "/tmp/pista-jail-XXXXXX");
	if (mkdtemp(before.directory) == NULL ||
	    chmod(before.directory, 0777) != 0)
		return -1;
	snprintf(
	    before.inbox, sizeof(before.inbox), "%s/inbox", before.directory);
	if (mkdir(before.inbox, 0777) != 0 || chmod(before.inbox, 0777) != 0 ||
	    make_beside("identity.age") != 0 || make_beside("outbox.db") != 0)
		return -1;
	strcpy(before.private, "/tmp/pista-jail-XXXXXX");
	if ((private = mkstemp(before.private)) < 0 ||
	    fchmod(private, 0666) != 0 || close(private) != 0 ||
	    (before.library = open("/bin/true", O_RDONLY)) < 0)
		return -1;
	return before.connected < 0 ? -1 : 0;
}

int
jailed_teardown(void **state)
{
	(void)state;
	kill((pid_t)before.stranger, SIGKILL);
	unlink_beside("identity.age");
	unlink_beside("outbox.db");
	return rmdir(before.inbox) != 0 || rmdir(before.directory) != 0 ||
	       unlink(before.private) != 0;
}

bool jailed_can_be(enum as as)
{
	return as == AS_NOBODY || geteuid() == 0;
}

static bool
is_members(enum jail_kind kind)
{
	return kind == JAIL_FETCH || kind == JAIL_DESK;
}

int
jailed_become(enum jail_kind kind, enum as as)
{
	const char *step;
	int err;

	/* Who was root is undumpable until the next exec, and then may not
	 * map its user namespace; an ordinary user's program never was. */
	if (as == AS_NOBODY && geteuid() == 0 &&
	    (setgroups(0, NULL) != 0 ||
		setresgid(NOBODY, NOBODY, NOBODY) != 0 ||
		setresuid(NOBODY, NOBODY, NOBODY) != 0 ||
		prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) != 0))
		return ERR_SYS;
	if (is_members(kind))
		return 0;
	if ((err = jail_stand_nowhere()) != 0 ||
	    (err = jail_enter_namespaces(&step)) != 0)
		return err;
	return jail_enter_parent(&step);
}

struct jail
jailed_plan(enum jail_kind kind, enum as as)
{
	bool has_user = as == AS_ROOT && !is_members(kind);
	bool has_files = kind == JAIL_KEEP || is_members(kind);

	return (struct jail){ .kind = kind,
		.uid = has_user ? OF_CHILD : 0,
		.gid = has_user ? OF_CHILD : 0,
		.directory = kind == JAIL_FETCH ? before.inbox
			     : has_files        ? before.directory
						: NULL };
}

enum outcome
jailed(enum jail_kind kind, enum as as, bool (*attempt)(void))
{
	struct jail plan = jailed_plan(kind, as);
	const char *step = "ids and namespaces";
	int status;
	pid_t pid;

	fflush(NULL);
	if ((pid = fork()) < 0)
		return STRANGE;
	if (pid == 0) {
		if (jailed_become(kind, as) != 0 ||
		    jail_enter(&plan, &step) != 0) {
			fprintf(stderr, "no jail: %s\n", step);
			_exit(NO_JAIL);
		}
		_exit(attempt() ? WENT_THROUGH : REFUSED);
	}
	if (waitpid(pid, &status, 0) != pid)
		return STRANGE;
	if (WIFSIGNALED(status))
		return WTERMSIG(status) == SIGSYS ? KILLED : STRANGE;
	return (enum outcome)WEXITSTATUS(status);
}

const char *
jailed_text(enum outcome o)
{
	switch (o) {
	case WENT_THROUGH:
		return "went through";
	case REFUSED:
		return "refused";
	case KILLED:
		return "killed";
	case NO_JAIL:
		return "no jail";
	case STRANGE:
		break;
	}
	return "strange";
}
