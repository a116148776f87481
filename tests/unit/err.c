#include "unit.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/err.h"

static void
test_every_code_has_words(void **state)
{
	static const int codes[] = {
#define X(name, code, text) ERR_##name,
		ERR_LIST(X)
#undef X
	};

	(void)state;
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
		assert_true(codes[i] < 0);
		assert_non_null(err_text(codes[i]));
		for (size_t j = 0; j < i; j++) {
			assert_int_not_equal(codes[i], codes[j]);
			assert_string_not_equal(
			    err_text(codes[i]), err_text(codes[j]));
		}
	}
	assert_non_null(err_text(0));
	assert_non_null(err_text(-1000));
	assert_non_null(err_text(7));
}

static void
test_errno(void **state)
{
	(void)state;
	assert_int_equal(err_from_errno(ENOSPC), ERR_FULL);
	assert_int_equal(err_from_errno(ENOMEM), ERR_NOMEM);
	assert_int_equal(err_from_errno(ENOENT), ERR_NOT_FOUND);
	assert_int_equal(err_from_errno(EACCES), ERR_DENIED);
	assert_int_equal(err_from_errno(EEXIST), ERR_EXISTS);
	assert_int_equal(err_from_errno(EPIPE), ERR_CLOSED);
	assert_int_equal(err_from_errno(EINVAL), ERR_SYS);
	assert_int_equal(err_from_errno(0), ERR_SYS);
}

static void
test_broken_promise_aborts(void **state)
{
	pid_t child;
	int status;

	(void)state;
	must(1 + 1 == 2);
	fflush(stdout);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		close(STDERR_FILENO);
		signal(SIGABRT, SIG_DFL);
		must(1 + 1 == 3);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGABRT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_code_has_words),
		cmocka_unit_test(test_errno),
		cmocka_unit_test(test_broken_promise_aborts),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
