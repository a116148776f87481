#include "unit.h"

#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "base/err.h"
#include "base/secret.h"
#include "os/term.h"

#define PROMPT "Passphrase: "
#define DEADLINE 10000 /* milliseconds */

/* A child that asks on a terminal of its own; master is the other end. It
 * leaves with the negated error, or 100 when the answer was "geheim". */
static pid_t
ask_on_terminal(int *master)
{
	char *answer = NULL;
	size_t n = 0;
	pid_t child;
	int err;

	fflush(stdout);
	child = forkpty(master, NULL, NULL, NULL);
	assert_true(child >= 0);
	if (child > 0)
		return child;
	err = term_prompt_secret(PROMPT, &answer, &n);
	if (err != 0)
		_exit(-err);
	_exit(n == 6 && strcmp(answer, "geheim") == 0 ? 100 : 101);
}

/* Reads what the terminal shows until it holds `want`, or closes. */
static void
see(int master, char *shown, size_t size, const char *want)
{
	size_t n = strlen(shown);

	while (strstr(shown, want) == NULL) {
		struct pollfd fd = { .fd = master, .events = POLLIN };
		ssize_t got;

		assert_int_equal(poll(&fd, 1, DEADLINE), 1);
		got = read(master, shown + n, size - n - 1);
		if (got <= 0)
			fail_msg("terminal closed, showed: %s", shown);
		n += (size_t)got;
		shown[n] = '\0';
	}
}

static void
type(int master, const char *keys)
{
	assert_int_equal(write(master, keys, strlen(keys)), strlen(keys));
}

static bool
is_echoing(int master)
{
	struct termios t;

	assert_int_equal(tcgetattr(master, &t), 0);
	return (t.c_lflag & ECHO) != 0;
}

static void
test_answer_is_not_shown(void **state)
{
	char shown[1000] = "";
	int master, status;
	pid_t child = ask_on_terminal(&master);

	(void)state;
	see(master, shown, sizeof(shown), PROMPT);
	assert_false(is_echoing(master));
	type(master, "geheim\n");
	see(master, shown, sizeof(shown), "\n");
	assert_null(strstr(shown, "geheim"));
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 100);
	assert_true(is_echoing(master));
	close(master);
}

static void
test_interrupt_restores_the_terminal(void **state)
{
	char shown[1000] = "";
	int master, status;
	pid_t child = ask_on_terminal(&master);

	(void)state;
	see(master, shown, sizeof(shown), PROMPT);
	type(master, "geh\x03");
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGINT);
	assert_true(is_echoing(master));
	close(master);
}

static void
test_stop_asks_again(void **state)
{
	char shown[1000] = "";
	int master, status;
	pid_t child = ask_on_terminal(&master);

	(void)state;
	see(master, shown, sizeof(shown), PROMPT);
	/* Nobody could wake a stopped process of an orphaned group, so the
	 * kernel drops the stop and the question comes again. */
	type(master, "\x1a");
	see(master, shown, sizeof(shown), "\n" PROMPT);
	type(master, "geheim\n");
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(WEXITSTATUS(status), 100);
	close(master);
}

static void
test_end_of_input(void **state)
{
	char shown[1000] = "";
	int master, status;
	pid_t child = ask_on_terminal(&master);

	(void)state;
	see(master, shown, sizeof(shown), PROMPT);
	type(master, "\x04");
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(WEXITSTATUS(status), -ERR_CLOSED);
	close(master);
}

static void
test_without_a_terminal(void **state)
{
	char *answer = NULL;
	int status, fds[2];
	pid_t child;
	size_t n;

	(void)state;
	fflush(stdout);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		setsid();
		_exit(-term_prompt_secret(PROMPT, &answer, &n));
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(WEXITSTATUS(status), -ERR_UNSUPPORTED);
	assert_int_equal(pipe(fds), 0);
	assert_false(term_is_tty(fds[0]));
	assert_false(term_is_tty(-1));
	close(fds[0]);
	close(fds[1]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_answer_is_not_shown),
		cmocka_unit_test(test_interrupt_restores_the_terminal),
		cmocka_unit_test(test_stop_asks_again),
		cmocka_unit_test(test_end_of_input),
		cmocka_unit_test(test_without_a_terminal),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
