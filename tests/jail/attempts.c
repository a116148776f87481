#define _GNU_SOURCE /* almost everything here */

#include "attempts.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "jailed.h"

#define WEB KIND(JAIL_WEB)
#define FORM KIND(JAIL_FORM)
#define GATE KIND(JAIL_GATE)
#define PICKUP KIND(JAIL_PICKUP)
#define KEEP KIND(JAIL_KEEP)
#define FETCH KIND(JAIL_FETCH)
#define DESK KIND(JAIL_DESK)
#define FILES (KEEP | FETCH | DESK)
#define HTTP (WEB | FORM | PICKUP | DESK)
#define BUT_FETCH (KIND_ALL & ~FETCH)

/* A line of the table: the function is named like the attempt. */
#define TRY(name) static bool try_##name(void)

static bool
is_open(int fd)
{
	return fd >= 0;
}

/* Files */
TRY(open_passwd)
{
	return is_open(open("/etc/passwd", O_RDONLY));
}
TRY(open_climbing)
{
	return is_open(open("../../../../../etc/passwd", O_RDONLY));
}
TRY(open_null)
{
	return is_open(open("/dev/null", O_WRONLY));
}
TRY(open_proc)
{
	return is_open(open("/proc/self/mem", O_RDWR));
}
TRY(open_by_descriptor)
{
	return is_open(openat(before.outside, "etc/passwd", O_RDONLY));
}
/* What lies on a person's machine, readable by the same person. */
TRY(open_private)
{
	return is_open(open(before.private, O_RDONLY));
}
TRY(write_private)
{
	return is_open(open(before.private, O_WRONLY));
}
/* What fetch stands beside: the member's keys, and what waits to be sent. Above
 * keep's root there is only that root. */
TRY(open_beside)
{
	return is_open(open("../identity.age", O_RDONLY)) ||
	       is_open(open("../outbox.db", O_RDONLY));
}
TRY(write_beside)
{
	return is_open(open("../identity.age", O_WRONLY)) ||
	       is_open(open("../new", O_WRONLY | O_CREAT, 0600)) ||
	       truncate("../identity.age", 0) == 0 ||
	       chmod("../identity.age", 0777) == 0;
}
TRY(move_beside)
{
	return rename("../identity.age", "identity.age") == 0 ||
	       link("../identity.age", "identity.age") == 0 ||
	       unlink("../identity.age") == 0 || rename(".", "../away") == 0;
}
TRY(open_own_keys)
{
	return is_open(open("identity.age", O_RDWR)) &&
	       is_open(open("outbox.db", O_RDWR)) &&
	       is_open(open("inbox/mirror.db", O_RDWR | O_CREAT, 0600)) &&
	       unlink("inbox/mirror.db") == 0;
}
TRY(open_root)
{
	return is_open(open("/", O_RDONLY | O_DIRECTORY));
}
TRY(create)
{
	return is_open(open("file", O_RDWR | O_CREAT | O_EXCL, 0600)) &&
	       unlink("file") == 0;
}
TRY(create_outside)
{
	return is_open(openat(
	    before.outside, "tmp/pista-escaped", O_RDWR | O_CREAT, 0600));
}
TRY(mkdir)
{
	return mkdir("directory", 0700) == 0;
}
TRY(symlink)
{
	return symlink("/etc", "link") == 0;
}
TRY(mknod)
{
	return mknod("device", S_IFCHR | 0600, 0x103) == 0;
}
TRY(change_root)
{
	return chroot(".") == 0;
}
TRY(leave_root)
{
	return fchdir(before.outside) == 0;
}
TRY(mount)
{
	return mount("none", "/", "tmpfs", 0, NULL) == 0;
}
TRY(memory_file)
{
	return is_open(memfd_create("x", 0));
}

/* Who connects, and the network */
TRY(getpeername)
{
	struct sockaddr_storage at;
	socklen_t n = sizeof(at);

	return getpeername(before.connected, (struct sockaddr *)&at, &n) == 0;
}
TRY(getsockname)
{
	struct sockaddr_storage at;
	socklen_t n = sizeof(at);

	return getsockname(before.connected, (struct sockaddr *)&at, &n) == 0;
}
TRY(accept)
{
	return is_open(accept4(before.listener, NULL, NULL, 0)) ||
	       errno == EAGAIN;
}
TRY(socket_inet)
{
	return is_open(socket(AF_INET, SOCK_STREAM, 0));
}
TRY(socket_udp)
{
	return is_open(socket(AF_INET6, SOCK_DGRAM, 0));
}
TRY(socket_unix)
{
	return is_open(socket(AF_UNIX, SOCK_STREAM, 0));
}
TRY(socket_netlink)
{
	return is_open(socket(AF_NETLINK, SOCK_RAW, 0));
}
TRY(socket_pair)
{
	int fds[2];

	return socketpair(AF_UNIX, SOCK_STREAM, 0, fds) == 0;
}
TRY(connect)
{
	const struct sockaddr_un at = { .sun_family = AF_UNIX,
		.sun_path = "/run/x" };

	return connect(before.connected, (const struct sockaddr *)&at,
		   sizeof(at)) == 0 ||
	       errno != EPERM;
}
TRY(reach_a_service)
{
	const struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_port = before.port,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	return is_open(fd) &&
	       connect(fd, (const struct sockaddr *)&at, sizeof(at)) == 0;
}
TRY(look_up_a_name)
{
	struct addrinfo *found = NULL;
	bool is_found = getaddrinfo("localhost", "80", NULL, &found) == 0;

	if (is_found)
		freeaddrinfo(found);
	return is_found;
}
TRY(bind)
{
	const struct sockaddr_in at = { .sin_family = AF_INET };

	return bind(before.connected, (const struct sockaddr *)&at,
		   sizeof(at)) == 0;
}
TRY(listen)
{
	return listen(before.connected, 1) == 0;
}
/* The listener was made in the network namespace of the machine. Shut down it
 * is an ordinary socket again, and Fast Open connects without connect. */
static struct sockaddr_in
a_service(void)
{
	return (struct sockaddr_in){ .sin_family = AF_INET,
		.sin_port = before.port,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
}
TRY(connect_by_sendto)
{
	struct sockaddr_in at = a_service();

	(void)shutdown(before.spare, SHUT_RDWR);
	return sendto(before.spare, "x", 1, MSG_FASTOPEN | MSG_NOSIGNAL,
		   (struct sockaddr *)&at, sizeof(at)) == 1 ||
	       errno != EPERM;
}
TRY(connect_by_sendmsg)
{
	struct sockaddr_in at = a_service();
	char byte = 'x';
	struct iovec v = { &byte, 1 };
	struct msghdr m = { .msg_name = &at,
		.msg_namelen = sizeof(at),
		.msg_iov = &v,
		.msg_iovlen = 1 };

	(void)shutdown(before.spare, SHUT_RDWR);
	return sendmsg(before.spare, &m, MSG_FASTOPEN | MSG_NOSIGNAL) == 1 ||
	       errno != EPERM;
}
TRY(send_to_address)
{
	struct sockaddr_in at = a_service();

	return sendto(before.connected, "x", 1, MSG_NOSIGNAL,
		   (struct sockaddr *)&at, sizeof(at)) == 1;
}
TRY(shutdown_connection)
{
	return shutdown(before.connected, SHUT_WR) == 0;
}
TRY(peer_by_option)
{
	struct sockaddr_in at;
	socklen_t n = sizeof(at);

	return getsockopt(before.connected, SOL_SOCKET, SO_PEERNAME, &at, &n) ==
	       0;
}
TRY(peer_by_credentials)
{
	struct ucred who;
	socklen_t n = sizeof(who);

	return getsockopt(
		   before.connected, SOL_SOCKET, SO_PEERCRED, &who, &n) == 0;
}
TRY(path_by_option)
{
	struct tcp_info info;
	socklen_t n = sizeof(info);

	return getsockopt(before.connected, IPPROTO_TCP, TCP_INFO, &info, &n) ==
	       0;
}
TRY(option_of_a_connection)
{
	int on = 1;

	return setsockopt(before.connected, IPPROTO_TCP, TCP_NODELAY, &on,
		   sizeof(on)) == 0;
}
TRY(option_that_connects)
{
	int on = 1;

	(void)shutdown(before.spare, SHUT_RDWR);
	return setsockopt(before.spare, IPPROTO_TCP, TCP_FASTOPEN_CONNECT, &on,
		   sizeof(on)) == 0;
}
TRY(option_that_filters)
{
	int on = 1;

	return setsockopt(before.connected, SOL_SOCKET, SO_LOCK_FILTER, &on,
		   sizeof(on)) == 0;
}

/* Other processes */
TRY(ptrace)
{
	return ptrace(PTRACE_TRACEME, 0, NULL, NULL) == 0;
}
TRY(ptrace_stranger)
{
	return ptrace(PTRACE_ATTACH, (pid_t)before.stranger, NULL, NULL) == 0;
}
TRY(read_stranger)
{
	char here[8];
	struct iovec to = { here, sizeof(here) }, from = to;

	return process_vm_readv((pid_t)before.stranger, &to, 1, &from, 1, 0) >
	       0;
}
TRY(write_stranger)
{
	char here[8] = { 0 };
	struct iovec to = { here, sizeof(here) }, from = to;

	return process_vm_writev((pid_t)before.stranger, &to, 1, &from, 1, 0) >
	       0;
}
TRY(pidfd_open)
{
	return is_open((int)syscall(SYS_pidfd_open, before.stranger, 0));
}
TRY(pidfd_getfd)
{
	return is_open((int)syscall(SYS_pidfd_getfd, 0, 0, 0));
}
TRY(kill_stranger)
{
	return kill((pid_t)before.stranger, SIGCONT) == 0;
}
TRY(kill_everybody)
{
	return kill(-1, SIGCONT) == 0;
}
TRY(tgkill_stranger)
{
	return syscall(SYS_tgkill, before.stranger, before.stranger, SIGCONT) ==
	       0;
}
/* Where nothing scopes signals, these three kill whoever has our uid. */
TRY(signal_by_owner)
{
	return fcntl(before.connected, F_SETOWN, (int)before.stranger) == 0;
}
TRY(signal_by_number)
{
	return fcntl(before.connected, F_SETSIG, SIGKILL) == 0;
}
TRY(signal_by_async)
{
	return fcntl(before.connected, F_SETFL, O_ASYNC | O_NONBLOCK) == 0;
}
TRY(execve)
{
	char *none[] = { NULL };

	return execve("/bin/true", none, none) == 0 || errno != EPERM;
}
TRY(execveat)
{
	char *none[] = { NULL };

	return syscall(SYS_execveat, before.outside, "bin/true", none, none,
		   0) == 0;
}
TRY(fork)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	return pid > 0;
}
TRY(fork_raw)
{
	return syscall(SYS_clone, 0, 0, 0, 0, 0) >= 0;
}
TRY(clone3)
{
	struct clone_args args = { .exit_signal = SIGCHLD };

	return syscall(SYS_clone3, &args, sizeof(args)) >= 0;
}
static void *
nothing(void *p)
{
	return p;
}
TRY(thread)
{
	pthread_t t;

	return pthread_create(&t, NULL, nothing, NULL) == 0 &&
	       pthread_join(t, NULL) == 0;
}

/* Rights */
TRY(become_root)
{
	return setuid(0) == 0 || setresuid(0, 0, 0) == 0;
}
TRY(become_dumpable)
{
	return prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) == 0;
}
TRY(raise_limit)
{
	const struct rlimit limit = { RLIM_INFINITY, RLIM_INFINITY };

	return setrlimit(RLIMIT_CORE, &limit) == 0;
}
TRY(unshare)
{
	return unshare(CLONE_NEWUSER) == 0;
}
TRY(setns)
{
	return setns(before.outside, 0) == 0;
}
TRY(personality)
{
	return syscall(SYS_personality, 0x0040000) >= 0;
}
TRY(executable_memory)
{
	return mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
		   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED;
}
TRY(make_executable)
{
	void *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return p != MAP_FAILED && mprotect(p, 4096, PROT_READ | PROT_EXEC) == 0;
}
TRY(map_a_library)
{
	return mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE,
		   before.library, 0) != MAP_FAILED;
}
TRY(map_a_library_to_write)
{
	return mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE,
		   before.library, 0) != MAP_FAILED;
}
TRY(bpf)
{
	return syscall(SYS_bpf, 0, NULL, 0) >= 0;
}
TRY(keyctl)
{
	return syscall(SYS_keyctl, 0, 0, 0, 0, 0) >= 0;
}
TRY(io_uring)
{
	return syscall(SYS_io_uring_setup, 1, NULL) >= 0;
}
TRY(perf)
{
	return syscall(SYS_perf_event_open, NULL, 0, 0, 0, 0) >= 0;
}
TRY(userfaultfd)
{
	return syscall(SYS_userfaultfd, 0) >= 0;
}
TRY(type_on_terminal)
{
	char c = 'x';

	return ioctl(before.outside, TIOCSTI, &c) == 0 || errno != EPERM;
}

/* What must go on working */
TRY(memory)
{
	void *p = malloc(16 << 20);
	bool is_locked;

	if (p == NULL)
		return false;
	memset(p, 1, 16 << 20);
	is_locked = mlock(p, 4096) == 0;
	free(p);
	return is_locked;
}
TRY(chance_and_time)
{
	struct timespec t;
	char c;

	return getrandom(&c, 1, 0) == 1 &&
	       clock_gettime(CLOCK_REALTIME, &t) == 0;
}
TRY(talk)
{
	struct pollfd p = { .fd = before.connected, .events = POLLOUT };
	char c;

	return poll(&p, 1, 100) == 1 &&
	       send(before.connected, "x", 1, MSG_NOSIGNAL) == 1 &&
	       recv(before.connected, &c, 1, MSG_DONTWAIT) < 0 &&
	       errno == EAGAIN;
}
TRY(modes_of_descriptors)
{
	int copy = fcntl(before.connected, F_DUPFD_CLOEXEC, 0);
	int mode = fcntl(copy, F_GETFL);

	return is_open(copy) && fcntl(copy, F_GETFD) == FD_CLOEXEC &&
	       fcntl(copy, F_SETFL, mode | O_NONBLOCK) == 0 &&
	       fcntl(copy, F_SETFD, FD_CLOEXEC) == 0;
}
TRY(lock_a_file)
{
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	int fd = open("locked", O_RDWR | O_CREAT, 0600);

	return fcntl(fd, F_SETLK, &lock) == 0 &&
	       fcntl(fd, F_GETLK, &lock) == 0 && unlink("locked") == 0;
}
TRY(wait_for_many)
{
	return is_open(epoll_create1(0)) && is_open(eventfd(0, 0));
}

#define LINE(name, allowed, deadly)                \
	{                                          \
#name, try_##name, allowed, deadly \
	}

const struct attempt attempts[] = {
	LINE(open_passwd, FETCH, KIND_NONE),
	LINE(open_climbing, FETCH, KIND_NONE),
	LINE(open_null, KIND_NONE, KIND_NONE),
	LINE(open_proc, KIND_NONE, KIND_NONE),
	LINE(open_by_descriptor, FETCH, KIND_NONE),
	LINE(open_private, KIND_NONE, KIND_NONE),
	LINE(write_private, KIND_NONE, KIND_NONE),
	LINE(open_beside, KEEP, KIND_NONE),
	LINE(write_beside, KEEP, KIND_NONE),
	LINE(move_beside, KEEP, KIND_NONE),
	LINE(open_own_keys, KEEP | DESK, KIND_NONE),
	LINE(open_root, KEEP, KIND_NONE),
	LINE(create, FILES, KIND_NONE),
	LINE(create_outside, KIND_NONE, KIND_NONE),
	LINE(mkdir, KIND_NONE, KIND_NONE),
	LINE(symlink, KIND_NONE, KIND_NONE),
	LINE(mknod, KIND_NONE, KIND_NONE),
	LINE(change_root, KIND_NONE, KIND_ALL),
	LINE(leave_root, KIND_NONE, KIND_NONE),
	LINE(mount, KIND_NONE, KIND_ALL),
	LINE(memory_file, KIND_NONE, KIND_NONE),
	LINE(getpeername, FETCH, KIND_NONE),
	LINE(getsockname, FETCH, KIND_NONE),
	LINE(accept, GATE | PICKUP | DESK, KIND_NONE),
	LINE(socket_inet, FETCH, BUT_FETCH),
	LINE(socket_udp, FETCH, BUT_FETCH),
	LINE(socket_unix, KIND_NONE, BUT_FETCH),
	LINE(socket_netlink, KIND_NONE, BUT_FETCH),
	LINE(socket_pair, FETCH, BUT_FETCH),
	LINE(connect, FETCH, BUT_FETCH),
	LINE(reach_a_service, FETCH, BUT_FETCH),
	LINE(look_up_a_name, FETCH, KIND_NONE),
	LINE(bind, KIND_NONE, KIND_ALL),
	LINE(listen, KIND_NONE, KIND_ALL),
	LINE(option_that_connects, KIND_NONE, KIND_NONE),
	LINE(connect_by_sendto, FETCH, KIND_NONE),
	LINE(connect_by_sendmsg, FETCH, KIND_NONE),
	LINE(send_to_address, FETCH, KIND_NONE),
	LINE(peer_by_option, FETCH, KIND_NONE),
	LINE(peer_by_credentials, FETCH, KIND_NONE),
	LINE(path_by_option, FETCH, KIND_NONE),
	LINE(option_of_a_connection, HTTP | FETCH, KIND_NONE),
	LINE(option_that_filters, KIND_NONE, KIND_NONE),
	LINE(ptrace, KIND_NONE, KIND_ALL),
	LINE(ptrace_stranger, KIND_NONE, KIND_ALL),
	LINE(read_stranger, KIND_NONE, KIND_ALL),
	LINE(write_stranger, KIND_NONE, KIND_ALL),
	LINE(pidfd_open, KIND_NONE, KIND_ALL),
	LINE(pidfd_getfd, KIND_NONE, KIND_ALL),
	LINE(kill_stranger, KIND_NONE, KIND_NONE),
	LINE(kill_everybody, KIND_NONE, KIND_NONE),
	LINE(tgkill_stranger, KIND_NONE, KIND_NONE),
	LINE(signal_by_owner, KIND_NONE, KIND_NONE),
	LINE(signal_by_number, KIND_NONE, KIND_NONE),
	LINE(signal_by_async, KIND_NONE, KIND_NONE),
	LINE(execve, KIND_NONE, KIND_ALL),
	LINE(execveat, KIND_NONE, KIND_ALL),
	LINE(fork, KIND_NONE, KIND_NONE),
	LINE(fork_raw, KIND_NONE, KIND_NONE),
	LINE(clone3, KIND_NONE, KIND_NONE),
	LINE(thread, FILES, KIND_NONE),
	LINE(become_root, KIND_NONE, KIND_NONE),
	LINE(become_dumpable, KIND_NONE, KIND_NONE),
	LINE(raise_limit, KIND_NONE, KIND_NONE),
	LINE(unshare, KIND_NONE, KIND_ALL),
	LINE(setns, KIND_NONE, KIND_ALL),
	LINE(personality, KIND_NONE, KIND_ALL),
	LINE(executable_memory, KIND_NONE, KIND_NONE),
	LINE(make_executable, KIND_NONE, KIND_NONE),
	LINE(map_a_library, FETCH, KIND_NONE),
	LINE(map_a_library_to_write, KIND_NONE, KIND_NONE),
	LINE(bpf, KIND_NONE, KIND_ALL),
	LINE(keyctl, KIND_NONE, KIND_ALL),
	LINE(io_uring, KIND_NONE, KIND_ALL),
	LINE(perf, KIND_NONE, KIND_ALL),
	LINE(userfaultfd, KIND_NONE, KIND_ALL),
	LINE(type_on_terminal, KIND_NONE, KIND_NONE),
	LINE(memory, KIND_ALL, KIND_NONE),
	LINE(chance_and_time, KIND_ALL, KIND_NONE),
	LINE(talk, KIND_ALL, KIND_NONE),
	LINE(modes_of_descriptors, KIND_ALL, KIND_NONE),
	LINE(lock_a_file, FILES, KIND_NONE),
	LINE(wait_for_many, KIND_ALL, KIND_NONE),
	/* Last: nobody can talk on it afterwards. */
	LINE(shutdown_connection, HTTP | FETCH, KIND_NONE),
};
const size_t attempts_n = sizeof(attempts) / sizeof(*attempts);
