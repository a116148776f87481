#include "os/term.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>

#include "base/err.h"
#include "base/secret.h"

/*
 * Signals are held back while the terminal is silent and told by a descriptor,
 * so that no handler and no global is needed to set it right again.
 */
struct prompt {
	int tty;
	int signals;
	sigset_t held;
	sigset_t before;
	struct termios loud;
};

bool
term_is_tty(int fd)
{
	return isatty(fd) == 1;
}

size_t
term_columns(int fd)
{
	struct winsize size;

	return ioctl(fd, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

static int
prompt_init(struct prompt *pr)
{
	static const int held[] = { SIGALRM, SIGHUP, SIGINT, SIGQUIT, SIGTERM,
		SIGTSTP };

	pr->signals = -1;
	pr->tty = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
	if (pr->tty < 0)
		return ERR_UNSUPPORTED;
	sigemptyset(&pr->held);
	for (size_t i = 0; i < sizeof(held) / sizeof(held[0]); i++)
		sigaddset(&pr->held, held[i]);
	pr->signals = signalfd(-1, &pr->held, SFD_CLOEXEC);
	return pr->signals >= 0 ? 0 : err_from_errno(errno);
}

static void
prompt_fini(struct prompt *pr)
{
	if (pr->signals >= 0)
		close(pr->signals);
	if (pr->tty >= 0)
		close(pr->tty);
}

static int
write_text(int fd, const char *s)
{
	size_t n = strlen(s);

	while (n > 0) {
		ssize_t done = write(fd, s, n);

		if (done < 0 && errno != EINTR)
			return err_from_errno(errno);
		if (done > 0) {
			s += done;
			n -= (size_t)done;
		}
	}
	return 0;
}

/* One more byte. ERR_AGAIN when a signal came first. */
static int
read_byte(struct prompt *pr, char *ret_c)
{
	struct pollfd fds[] = { { .fd = pr->signals, .events = POLLIN },
		{ .fd = pr->tty, .events = POLLIN } };
	ssize_t got;

	for (;;) {
		if (poll(fds, 2, -1) < 0 && errno != EINTR)
			return err_from_errno(errno);
		if (fds[0].revents != 0)
			return ERR_AGAIN;
		if (fds[1].revents == 0)
			continue;
		got = read(pr->tty, ret_c, 1);
		if (got > 0)
			return 0;
		if (got == 0)
			return ERR_CLOSED;
		if (errno != EINTR)
			return err_from_errno(errno);
	}
}

/* ERR_AGAIN when a signal came before the line ended. */
static int
read_line(struct prompt *pr, char *line, size_t *ret_n)
{
	size_t n = 0;
	bool is_over = false;
	char c = '\0';
	int err;

	while ((err = read_byte(pr, &c)) == 0 && c != '\n') {
		if (n < TERM_SECRET_MAX)
			line[n++] = c;
		else
			is_over = true;
	}
	secret_wipe(&c, 1);
	if (err == 0 && is_over)
		err = ERR_LIMIT;
	if (err != 0)
		return err;
	line[n] = '\0';
	*ret_n = n;
	return 0;
}

/*
 * One try. *ret_is_stop tells that a stop from the keyboard ended it, seen
 * before the signal is let through.
 */
static int
ask(struct prompt *pr, const char *prompt, char *line, size_t *ret_n,
    bool *ret_is_stop)
{
	struct termios silent;
	sigset_t pending;
	int err, restored;

	*ret_is_stop = false;
	if (tcgetattr(pr->tty, &pr->loud) != 0)
		return ERR_UNSUPPORTED;
	silent = pr->loud;
	silent.c_lflag &= ~(tcflag_t)(ECHO | ECHONL);
	silent.c_lflag |= ICANON | ISIG;
	if (sigprocmask(SIG_BLOCK, &pr->held, &pr->before) != 0)
		return err_from_errno(errno);
	if (tcsetattr(pr->tty, TCSAFLUSH, &silent) != 0) {
		err = err_from_errno(errno);
	} else {
		if ((err = write_text(pr->tty, prompt)) == 0)
			err = read_line(pr, line, ret_n);
		do
			restored = tcsetattr(pr->tty, TCSAFLUSH, &pr->loud);
		while (restored != 0 && errno == EINTR);
		write_text(pr->tty, "\n");
	}
	if (err == ERR_AGAIN && sigpending(&pending) == 0)
		*ret_is_stop = sigismember(&pending, SIGTSTP) == 1;
	sigprocmask(SIG_SETMASK, &pr->before, NULL);
	return err;
}

int
term_prompt_secret(const char *prompt, char **ret_answer, size_t *ret_n)
{
	struct prompt pr;
	char *line = NULL;
	bool is_stop;
	int err;

	if ((err = prompt_init(&pr)) != 0)
		goto out;
	if ((line = secret_new(TERM_SECRET_MAX + 1)) == NULL) {
		err = ERR_NOMEM;
		goto out;
	}
	do
		err = ask(&pr, prompt, line, ret_n, &is_stop);
	while (err == ERR_AGAIN && is_stop);
	if (err == ERR_AGAIN)
		err = ERR_CLOSED;
	if (err == 0) {
		*ret_answer = line;
		line = NULL;
	}
out:
	secret_free(&line);
	prompt_fini(&pr);
	return err;
}
