#define _GNU_SOURCE /* CLONE_THREAD */

#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <seccomp.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/err.h"
#include "os/jail_steps.h"
#include "os/seccomp_dial.h"

#if defined(__SANITIZE_ADDRESS__)
#define IS_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || \
    __has_feature(undefined_behavior_sanitizer)
#define IS_SANITIZED 1
#endif
#endif

/*
 * The default is a refusal, so that a library that merely asks goes on; what
 * only an intruder tries ends the process.
 */
#define REFUSED SCMP_ACT_ERRNO(EPERM)
#define MISSING SCMP_ACT_ERRNO(ENOSYS)

#define N(list) (sizeof(list) / sizeof(*(list)))

/* What the C library, libsodium and OpenSSL need anywhere. */
static const int everywhere[] = { SCMP_SYS(brk), SCMP_SYS(clock_getres),
	SCMP_SYS(clock_gettime), SCMP_SYS(clock_nanosleep), SCMP_SYS(close),
	SCMP_SYS(exit), SCMP_SYS(exit_group), SCMP_SYS(fstat), SCMP_SYS(futex),
	SCMP_SYS(getpid), SCMP_SYS(getrandom), SCMP_SYS(gettid),
	SCMP_SYS(gettimeofday), SCMP_SYS(lseek), SCMP_SYS(madvise),
	SCMP_SYS(membarrier), SCMP_SYS(mlock), SCMP_SYS(mlock2),
	SCMP_SYS(mremap), SCMP_SYS(munlock), SCMP_SYS(munmap),
	SCMP_SYS(nanosleep), SCMP_SYS(newfstatat), SCMP_SYS(poll),
	SCMP_SYS(ppoll), SCMP_SYS(read), SCMP_SYS(readv),
	SCMP_SYS(restart_syscall), SCMP_SYS(rseq), SCMP_SYS(rt_sigaction),
	SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigreturn),
	SCMP_SYS(sched_getaffinity), SCMP_SYS(sched_yield),
	SCMP_SYS(set_robust_list), SCMP_SYS(sigaltstack), SCMP_SYS(time),
	SCMP_SYS(write), SCMP_SYS(writev) };

/* Sockets that are there: messages, connections, waiting for them. */
static const int talking[] = { SCMP_SYS(epoll_create1), SCMP_SYS(epoll_ctl),
	SCMP_SYS(epoll_pwait), SCMP_SYS(epoll_pwait2), SCMP_SYS(epoll_wait),
	SCMP_SYS(eventfd2), SCMP_SYS(recvfrom), SCMP_SYS(recvmsg),
	SCMP_SYS(timerfd_create), SCMP_SYS(timerfd_settime) };

static const int accepting[] = { SCMP_SYS(accept4) };

/* The end of a connection; nobody who only passes them on needs it. */
static const int answering[] = { SCMP_SYS(shutdown) };

/* SQLite in its directory. Landlock says which files. */
static const int filing[] = { SCMP_SYS(access), SCMP_SYS(faccessat),
	SCMP_SYS(faccessat2), SCMP_SYS(fallocate), SCMP_SYS(fchmod),
	SCMP_SYS(fchown), SCMP_SYS(fdatasync), SCMP_SYS(flock),
	SCMP_SYS(fstatfs), SCMP_SYS(fsync), SCMP_SYS(ftruncate),
	SCMP_SYS(getcwd), SCMP_SYS(getdents64), SCMP_SYS(getegid),
	SCMP_SYS(geteuid), SCMP_SYS(getgid), SCMP_SYS(getuid), SCMP_SYS(lstat),
	SCMP_SYS(open), SCMP_SYS(openat), SCMP_SYS(pread64), SCMP_SYS(preadv),
	SCMP_SYS(pwrite64), SCMP_SYS(pwritev), SCMP_SYS(readlink),
	SCMP_SYS(rename), SCMP_SYS(renameat), SCMP_SYS(renameat2),
	SCMP_SYS(stat), SCMP_SYS(statfs), SCMP_SYS(statx),
	SCMP_SYS(sync_file_range), SCMP_SYS(unlink), SCMP_SYS(unlinkat),
	SCMP_SYS(utimensat) };

/* Nothing of ours ever tries these behind the jail. */
static const int deadly[] = { SCMP_SYS(bind), SCMP_SYS(bpf), SCMP_SYS(chroot),
	SCMP_SYS(delete_module), SCMP_SYS(execve), SCMP_SYS(execveat),
	SCMP_SYS(finit_module), SCMP_SYS(fork), SCMP_SYS(init_module),
	SCMP_SYS(io_uring_enter), SCMP_SYS(io_uring_register),
	SCMP_SYS(io_uring_setup), SCMP_SYS(kexec_file_load),
	SCMP_SYS(kexec_load), SCMP_SYS(keyctl), SCMP_SYS(listen),
	SCMP_SYS(mount), SCMP_SYS(move_mount), SCMP_SYS(open_by_handle_at),
	SCMP_SYS(perf_event_open), SCMP_SYS(personality), SCMP_SYS(pidfd_getfd),
	SCMP_SYS(pidfd_open), SCMP_SYS(pidfd_send_signal), SCMP_SYS(pivot_root),
	SCMP_SYS(process_madvise), SCMP_SYS(process_vm_readv),
	SCMP_SYS(process_vm_writev), SCMP_SYS(ptrace), SCMP_SYS(reboot),
	SCMP_SYS(setns), SCMP_SYS(swapon), SCMP_SYS(umount2), SCMP_SYS(unshare),
	SCMP_SYS(userfaultfd), SCMP_SYS(vfork) };

/* Only who may reach out does. */
static const int reaching[] = { SCMP_SYS(connect), SCMP_SYS(socket),
	SCMP_SYS(socketpair) };

/* One rule for every call of a list. A call this machine does not have is one
 * nobody can make. */
static int
rules(scmp_filter_ctx ctx, uint32_t action, const int *calls, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		int done = seccomp_rule_add(ctx, action, calls[i], 0);

		if (done != 0 && done != -EDOM)
			return err_from_errno(-done);
	}
	return 0;
}

/* Memory that can be run may not be made. Who looks up names loads libraries
 * to do so: files may be mapped, never to be written. */
static int
rules_memory(scmp_filter_ctx ctx, bool loads_libraries)
{
	const struct scmp_arg_cmp no_exec =
	    SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0);
	const struct scmp_arg_cmp no_write =
	    SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_WRITE, 0);
	const struct scmp_arg_cmp of_file =
	    SCMP_A3(SCMP_CMP_MASKED_EQ, MAP_ANONYMOUS, 0);
	int done;

	if ((done = seccomp_rule_add(
		 ctx, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1, no_exec)) != 0 ||
	    (done = seccomp_rule_add(
		 ctx, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1, no_exec)) != 0 ||
	    (loads_libraries &&
		(done = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 2,
		     no_write, of_file)) != 0))
		return err_from_errno(-done);
	return 0;
}

/*
 * Bytes into connections that are there. A listener was made outside of the
 * empty network namespace, and once shut down it could connect anywhere: by an
 * address beside the bytes, or by TCP Fast Open.
 */
static int
rules_sending(scmp_filter_ctx ctx)
{
	const struct scmp_arg_cmp not_open_to =
	    SCMP_A3(SCMP_CMP_MASKED_EQ, MSG_FASTOPEN, 0);
	const struct scmp_arg_cmp not_open =
	    SCMP_A2(SCMP_CMP_MASKED_EQ, MSG_FASTOPEN, 0);
	const struct scmp_arg_cmp no_address = SCMP_A4(SCMP_CMP_EQ, 0);
	int done;

	if ((done = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(sendto), 2,
		 not_open_to, no_address)) != 0 ||
	    (done = seccomp_rule_add(
		 ctx, SCMP_ACT_ALLOW, SCMP_SYS(sendmsg), 1, not_open)) != 0)
		return err_from_errno(-done);
	return 0;
}

/* One rule for each value of the second argument. */
static int
rules_second(scmp_filter_ctx ctx, int call, const int *values, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		int done = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, call, 1,
		    SCMP_A1(SCMP_CMP_EQ, (scmp_datum_t)values[i]));

		if (done != 0)
			return err_from_errno(-done);
	}
	return 0;
}

/* Descriptors and their modes. O_ASYNC, with an owner and a signal, would be
 * a way to kill. Locks are SQLite's. */
static int
rules_fcntl(scmp_filter_ctx ctx, bool has_locks)
{
	static const int commands[] = { F_DUPFD_CLOEXEC, F_GETFD, F_SETFD,
		F_GETFL };
	static const int locks[] = { F_GETLK, F_SETLK };
	int done, err;

	if ((err = rules_second(ctx, SCMP_SYS(fcntl), commands, N(commands))) !=
	    0)
		return err;
	if (has_locks &&
	    (err = rules_second(ctx, SCMP_SYS(fcntl), locks, N(locks))) != 0)
		return err;
	done = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(fcntl), 2,
	    SCMP_A1(SCMP_CMP_EQ, F_SETFL),
	    SCMP_A2(SCMP_CMP_MASKED_EQ, O_ASYNC, 0));
	return done == 0 ? 0 : err_from_errno(-done);
}

/* What libmicrohttpd sets on a connection and asks of it. Other options tell
 * who is there, or turn a socket into one that connects. */
static int
rules_options(scmp_filter_ctx ctx)
{
	static const int set[] = { TCP_NODELAY, TCP_CORK };
	int done = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(getsockopt),
	    2, SCMP_A1(SCMP_CMP_EQ, SOL_SOCKET),
	    SCMP_A2(SCMP_CMP_EQ, SO_ERROR));

	for (size_t i = 0; i < N(set) && done == 0; i++)
		done = seccomp_rule_add(ctx, SCMP_ACT_ALLOW,
		    SCMP_SYS(setsockopt), 2, SCMP_A1(SCMP_CMP_EQ, IPPROTO_TCP),
		    SCMP_A2(SCMP_CMP_EQ, (scmp_datum_t)set[i]));
	return done == 0 ? 0 : err_from_errno(-done);
}

/* Signals to nobody but ourselves: abort must work. */
static int
rules_signals(scmp_filter_ctx ctx)
{
	const struct scmp_arg_cmp to_us =
	    SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)getpid());
	int done;

	if ((done = seccomp_rule_add(
		 ctx, SCMP_ACT_ALLOW, SCMP_SYS(kill), 1, to_us)) != 0 ||
	    (done = seccomp_rule_add(
		 ctx, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1, to_us)) != 0)
		return err_from_errno(-done);
	return 0;
}

/* Whether bytes wait, and non-blocking mode: what HTTP asks of a socket. */
static int
rules_ioctl(scmp_filter_ctx ctx)
{
	static const int requests[] = { FIONREAD, FIONBIO };

	return rules_second(ctx, SCMP_SYS(ioctl), requests, N(requests));
}

/* Threads, never processes. The flags of clone3 are out of a filter's sight:
 * the C library goes back to clone when it is told there is none. */
static int
rules_threads(scmp_filter_ctx ctx, bool is_threaded)
{
	const struct scmp_arg_cmp thread =
	    SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD);
	int done;

	if ((done = seccomp_rule_add(ctx, MISSING, SCMP_SYS(clone3), 0)) != 0)
		return err_from_errno(-done);
	if (is_threaded && (done = seccomp_rule_add(ctx, SCMP_ACT_ALLOW,
				SCMP_SYS(clone), 1, thread)) != 0)
		return err_from_errno(-done);
	return 0;
}

#ifdef IS_SANITIZED
/* The search for leaks at exit starts a process that traces us, which no jail
 * lets happen: a jailed process goes without. */
static int is_jailed;
int __lsan_is_turned_off(void);

int
__lsan_is_turned_off(void)
{
	return is_jailed;
}

/* The runtime of the sanitizers looks at itself to print where we went wrong;
 * it finds nothing here, but must be let to look. */
static int
rules_sanitizer(scmp_filter_ctx ctx)
{
	static const int looking[] = { SCMP_SYS(getuid), SCMP_SYS(readlink),
		SCMP_SYS(getrlimit), SCMP_SYS(prlimit64), SCMP_SYS(getcwd) };

	is_jailed = 1;
	return rules(ctx, SCMP_ACT_ALLOW, looking, N(looking));
}
#else
static int
rules_sanitizer(scmp_filter_ctx ctx)
{
	(void)ctx;
	return 0;
}
#endif

/* What everybody has, and what nobody has. */
static int
rules_of_all(scmp_filter_ctx ctx, bool is_dialling, bool has_files)
{
	int err;

	if ((err = rules(ctx, SCMP_ACT_KILL_PROCESS, deadly, N(deadly))) != 0 ||
	    (!is_dialling && (err = rules(ctx, SCMP_ACT_KILL_PROCESS, reaching,
				  N(reaching))) != 0) ||
	    (err = rules(ctx, SCMP_ACT_ALLOW, everywhere, N(everywhere))) !=
		0 ||
	    (err = rules(ctx, SCMP_ACT_ALLOW, talking, N(talking))) != 0 ||
	    (err = rules_memory(ctx, is_dialling)) != 0 ||
	    (err = rules_signals(ctx)) != 0 ||
	    (!is_dialling && (err = rules_sending(ctx)) != 0) ||
	    (err = rules_fcntl(ctx, has_files)) != 0 ||
	    (err = rules_threads(ctx, has_files)) != 0)
		return err;
	return rules_sanitizer(ctx);
}

static int
rules_of(scmp_filter_ctx ctx, const struct jail *j)
{
	enum jail_kind kind = j->kind;
	bool is_http = kind == JAIL_WEB || kind == JAIL_FORM ||
		       kind == JAIL_PICKUP || kind == JAIL_DESK;
	bool is_accepting =
	    kind == JAIL_GATE || kind == JAIL_PICKUP || kind == JAIL_DESK;
	/* Who has files has threads, too. */
	bool has_files =
	    kind == JAIL_KEEP || kind == JAIL_FETCH || kind == JAIL_DESK;
	int err;

	if ((err = rules_of_all(ctx, kind == JAIL_FETCH, has_files)) != 0)
		return err;
	if (is_accepting &&
	    (err = rules(ctx, SCMP_ACT_ALLOW, accepting, N(accepting))) != 0)
		return err;
	if (is_http &&
	    ((err = rules(ctx, SCMP_ACT_ALLOW, answering, N(answering))) != 0 ||
		(err = rules_options(ctx)) != 0 ||
		(err = rules_ioctl(ctx)) != 0))
		return err;
	if (kind == JAIL_FETCH &&
	    ((err = seccomp_allow_dialling(ctx, j->has_unix)) != 0 ||
		(err = rules(ctx, SCMP_ACT_ALLOW, answering, N(answering))) !=
		    0 ||
		(err = rules_ioctl(ctx)) != 0))
		return err;
	if (has_files)
		return rules(ctx, SCMP_ACT_ALLOW, filing, N(filing));
	return 0;
}

int
jail_seccomp(const struct jail *j)
{
	scmp_filter_ctx ctx;
	int done, err;

	if ((ctx = seccomp_init(REFUSED)) == NULL)
		return ERR_NOMEM;
	/* The order of steps is ours: no new privileges came before. Another
	 * word size is another table of calls, so it is deadly. */
	if ((done = seccomp_attr_set(ctx, SCMP_FLTATR_CTL_NNP, 0)) != 0 ||
	    (done = seccomp_attr_set(ctx, SCMP_FLTATR_CTL_TSYNC, 1)) != 0 ||
	    (done = seccomp_attr_set(
		 ctx, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS)) != 0) {
		err = err_from_errno(-done);
		goto out;
	}
	if ((err = rules_of(ctx, j)) != 0)
		goto out;
	if ((done = seccomp_load(ctx)) != 0)
		err = done == -ECANCELED ? ERR_SYS : err_from_errno(-done);
out:
	seccomp_release(ctx);
	return err;
}
