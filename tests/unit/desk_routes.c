#include "unit.h"

#include "base/err.h"
#include "desk/desk.h"
#include "desk/routes.h"

/* What the rows lead to is none of our business here. */
#define NOTHING(name)                                             \
	int name(struct desk *d, struct ask *a, json_t **ret_out) \
	{                                                         \
		(void)d, (void)a, (void)ret_out;                  \
		return ERR_USAGE;                                 \
	}
NOTHING(state_get)
NOTHING(opening_unlock)
NOTHING(opening_lock)
NOTHING(opening_panic)
NOTHING(threads_list)
NOTHING(threads_show)
NOTHING(threads_open)
NOTHING(act_do)
NOTHING(act_undo)
NOTHING(words_note)
NOTHING(words_answer)
NOTHING(words_tell)
NOTHING(words_hand)
NOTHING(words_delete)
NOTHING(words_parts)
NOTHING(words_draft)
NOTHING(words_canned)
NOTHING(file_text)
NOTHING(file_fetch)
NOTHING(file_save)
NOTHING(round_sync)

void
ask_problem(struct ask *a, unsigned status, const char *code, const char *title)
{
	(void)a, (void)status, (void)code, (void)title;
}

static const char *const paths[] = { "/v1/enter", "/v1/prove", "/v1/state",
	"/v1/unlock", "/v1/lock", "/v1/panic", "/v1/sync", "/v1/threads",
	"/v1/thread", "/v1/open", "/v1/act", "/v1/undo", "/v1/note",
	"/v1/answer", "/v1/tell", "/v1/hand", "/v1/delete", "/v1/parts",
	"/v1/draft", "/v1/canned", "/v1/text", "/v1/fetch", "/v1/save" };

#define N (sizeof(paths) / sizeof(*paths))

/* The page asks for its lists again after every round with the server, which
 * is more often than the desk is to lock. */
static void
test_reading_kept_the_desk_unlocked(void **state)
{
	const struct ask_route *r;
	size_t read = 0;

	(void)state;
	for (size_t i = 0; i < N; i++) {
		r = routes_find(text_from(paths[i]), HTTP_GET);
		if (r == NULL)
			continue;
		read++;
		assert_true(r->is_quiet);
	}
	assert_int_equal(read, 5);
}

/* Somebody without the token is nobody. */
static void
test_strangers_keep_nothing_unlocked(void **state)
{
	const struct ask_route *r;

	(void)state;
	for (size_t i = 0; i < N; i++)
		for (int m = HTTP_GET; m <= HTTP_PUT; m++) {
			r = routes_find(
			    text_from(paths[i]), (enum http_method)m);
			assert_true(r == NULL || !r->is_first || r->is_quiet);
		}
}

static void
test_only_some_answer_while_locked(void **state)
{
	static const char *const always[] = { "/v1/enter", "/v1/prove",
		"/v1/state", "/v1/unlock", "/v1/lock", "/v1/panic" };
	const struct ask_route *r;
	size_t found = 0;

	(void)state;
	for (size_t i = 0; i < N; i++)
		for (int m = HTTP_GET; m <= HTTP_PUT; m++) {
			r = routes_find(
			    text_from(paths[i]), (enum http_method)m);
			if (r != NULL && r->is_always)
				assert_string_equal(r->path, always[found++]);
		}
	assert_int_equal(found, sizeof(always) / sizeof(*always));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reading_kept_the_desk_unlocked),
		cmocka_unit_test(test_strangers_keep_nothing_unlocked),
		cmocka_unit_test(test_only_some_answer_while_locked),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
