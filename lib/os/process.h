/*
 * Starting, watching and signals of processes, for the parent.
 */
#ifndef PISTA_OS_PROCESS_H
#define PISTA_OS_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define PROCESS_FD_FIRST 3

/*
 * Starts the executable at path. fds[0..n) become its descriptors 3, 4, ...;
 * input and output are /dev/null, errors go where ours go, nothing else is
 * open there. Its environment holds only how a sanitizer should speak, if
 * somebody said so. Blocked signals stay blocked. ERR_NOT_FOUND, ERR_DENIED,
 * ERR_SYS.
 */
int process_spawn(const char *path, const int *fds, size_t n, pid_t *ret_pid);

/*
 * Starts a program that is not ours, like a browser: in a session of its own,
 * in directory, with these arguments and variables (both end in NULL), no
 * descriptor but /dev/null three times, signals as they are by default. It
 * does not outlive us. What cannot be executed ends with status 127. ERR_SYS.
 */
int process_start(const char *path, char *const *arguments,
    char *const *environment, const char *directory, pid_t *ret_pid);

/* From now on those whose parent ends are children of ours. */
int process_adopt(void);
/* Kills who was started with process_start, and whoever is in its group, and
 * waits for its end. process_kill_group is for those it left behind. */
void process_kill_session(pid_t pid);
void process_kill_group(pid_t pid);
/* Kills every child there is and waits until none is left, also the adopted. */
void process_kill_all(void);

/* No core file of us or anybody we start, nobody may look into our memory; and
 * when programs that we start need no more rights than we have (a browser
 * without user namespaces of the kernel does), none ever gets more. ERR_SYS. */
int process_harden(bool is_without_more);

/*
 * A terminal is open for reading too, and who inherits standard error from it
 * could read what is typed there: from now on it is for writing alone. What
 * cannot be opened again, like a socket, stays as it is.
 */
void process_errors_write_only(void);

/* How a process ended. */
struct process_end {
	pid_t pid;
	int status; /* exit status, when signal is 0 */
	int signal;
};

/* One of our children that has ended; ERR_AGAIN when there is none now. */
int process_reap(struct process_end *ret_end);

/*
 * From now on SIGTERM, SIGINT, SIGHUP and SIGCHLD come as bytes: a non-blocking,
 * close-on-exec descriptor that is readable when there is one. SIGPIPE is
 * ignored, here and in everyone started.
 */
int process_signals_open(int *ret_fd);
/* The number of the next signal; ERR_AGAIN. */
int process_signals_next(int fd, int *ret_signal);

/* Milliseconds of a clock that only goes forward. */
uint64_t process_now_ms(void);

/* The path of the running executable. ERR_LIMIT. */
int process_self(char *ret_path, size_t size);

/* A variable of the environment; NULL when unset or when we were started with
 * more rights than who started us. */
const char *process_environment(const char *name);

#endif
