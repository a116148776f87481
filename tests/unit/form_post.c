#include "unit.h"

#include <stdio.h>

#include "base/err.h"
#include "form/multipart.h"
#include "form/post.h"

#define TYPE TEXT("multipart/form-data; boundary=x")

/* What the files gave, as one text. */
static char files[4096];

static void
on_begin(void *ctx, struct text name)
{
	(void)ctx;
	strcat(files, "<");
	strncat(files, name.p, name.n);
	strcat(files, ">");
}

static void
on_data(void *ctx, const uint8_t *p, size_t n)
{
	(void)ctx;
	strncat(files, (const char *)p, n);
}

static void
on_end(void *ctx)
{
	(void)ctx;
	strcat(files, ";");
}

static const struct post_files sink = { on_begin, on_data, on_end };

static struct secret_arena *arena;

/* Reads body in steps of so many bytes. */
static struct post *
post(const char *body, size_t step)
{
	struct text t = text_from(body);
	struct post *p;

	secret_arena_free(&arena);
	assert_int_equal(secret_arena_new(POST_ARENA, &arena), 0);
	files[0] = '\0';
	assert_int_equal(post_new(arena, TYPE, &sink, NULL, &p), 0);
	for (size_t at = 0; at < t.n; at += step) {
		size_t n = t.n - at < step ? t.n - at : step;

		post_put(p, (const uint8_t *)t.p + at, n);
	}
	return p;
}

#define FIELD(name, value)                                    \
	"--x\r\nContent-Disposition: form-data; name=\"" name \
	"\"\r\n\r\n" value "\r\n"
#define FILE_(name, value)                                                   \
	"--x\r\ncontent-disposition: form-data; name=file; filename=\"" name \
	"\"\r\nContent-Type: application/pdf\r\n\r\n" value "\r\n"
#define END "--x--\r\n"

static void
test_fields(void **state)
{
	static const char body[] =
	    "preamble\r\n" FIELD("do", "send") FILE_("d\"", "no") END;
	static const char good[] = FIELD("do", "send")
	    FIELD("message", "one\r\n--\r\n--y\r\n\rtwo\r\r\n--\r")
		FILE_("C:\\a b/c.pdf", "\r\n-\r\n--\r\n--X\r\r\n") FILE_("", "")
		    FILE_("d", "e") END "epilogue";
	struct post *p;

	(void)state;
	for (size_t step = 1; step < sizeof(good); step++) {
		p = post(good, step);
		assert_int_equal(post_finish(p), 0);
		assert_text(post_text(p, POST_DO), "send");
		assert_text(
		    post_text(p, POST_MESSAGE), "one\n--\n--y\n\ntwo\n\n--\n");
		assert_string_equal(
		    files, "<c.pdf>\r\n-\r\n--\r\n--X\r\r\n;<d>e;");
		assert_false(post_is_late(p));
		assert_false(post_is_cut(p));
	}
	p = post(body, 7);
	assert_int_equal(post_finish(p), ERR_FORMAT);
	assert_text(post_text(p, POST_DO), "send");
}

static void
test_text_is_cleaned(void **state)
{
	struct post *p;

	(void)state;
	p = post(FIELD("message", "a\x01\x80\xc3\xa9\xed\xa0\x80\x7f\tz\xc3")
		     END,
	    3);
	assert_int_equal(post_finish(p), 0);
	assert_text(post_text(p, POST_MESSAGE), "a?\xc3\xa9???\tz?");
}

static void
test_text_behind_a_file_is_noticed(void **state)
{
	struct post *p;

	(void)state;
	p = post(FILE_("a", "b") FIELD("message", "late") END, 100);
	assert_int_equal(post_finish(p), 0);
	assert_true(post_is_late(p));
	assert_text(post_text(p, POST_MESSAGE), "late");
	/* Behind a file without a byte it is fine, and so is an empty field. */
	p = post(FILE_("", "") FIELD("message", "fine") FILE_("a", "b")
		     FIELD("name", "") END,
	    100);
	assert_int_equal(post_finish(p), 0);
	assert_false(post_is_late(p));
}

static void
test_long_text_is_cut(void **state)
{
	static char body[POST_MESSAGE_MAX + 200];
	struct post *p;
	int n;

	(void)state;
	n = snprintf(body, sizeof(body), "%s",
	    "--x\r\nContent-Disposition: form-data; name=message\r\n\r\n");
	memset(body + n, 'm', POST_MESSAGE_MAX + 1);
	strcpy(body + n + POST_MESSAGE_MAX + 1, "\r\n" END);
	p = post(body, 1000);
	assert_int_equal(post_finish(p), 0);
	assert_true(post_is_cut(p));
	assert_int_equal(post_text(p, POST_MESSAGE).n, POST_MESSAGE_MAX);
}

static void
test_a_body_given_up_keeps_its_text(void **state)
{
	struct post *p;

	(void)state;
	p = post("--x\r\nContent-Disposition: form-data; name=message\r\n\r\n"
		 "half\r\nof \x80it",
	    4);
	assert_int_equal(post_finish(p), ERR_TRUNCATED);
	assert_text(post_text(p, POST_MESSAGE), "half\nof ?it");
}

static void
test_boundary(void **state)
{
	static const struct {
		const char *type;
		int err;
		const char *boundary;
	} cases[] = {
		{ "multipart/form-data; boundary=abc", 0, "abc" },
		{ "Multipart/Form-Data;charset=utf-8; Boundary=\"a b\"",
		    ERR_FORMAT, "" },
		{ "multipart/form-data; boundary=\"a?b\" ", 0, "a?b" },
		{ "multipart/form-data", ERR_FORMAT, "" },
		{ "multipart/form-data; boundary=", ERR_FORMAT, "" },
		{ "multipart/form-data; boundary=a; boundary=b", ERR_FORMAT,
		    "" },
		{ "multipart/form-data; boundary", ERR_FORMAT, "" },
		{ "multipart/form-data; boundary=\"a", ERR_FORMAT, "" },
		{ "multipart/form-data; boundary=123456789012345678901234567890"
		  "12345678901234567890123456789012345678901",
		    ERR_FORMAT, "" },
		{ "application/x-www-form-urlencoded", ERR_UNSUPPORTED, "" },
		{ "multipart/form-datax; boundary=a", ERR_UNSUPPORTED, "" },
		{ "", ERR_UNSUPPORTED, "" },
		{ NULL, ERR_UNSUPPORTED, "" }, /* a request without the field */
	};
	struct text boundary;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		assert_int_equal(
		    multipart_boundary(text_from(cases[i].type), &boundary),
		    cases[i].err);
		if (cases[i].err == 0)
			assert_text(boundary, cases[i].boundary);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_text_is_cleaned),
		cmocka_unit_test(test_text_behind_a_file_is_noticed),
		cmocka_unit_test(test_long_text_is_cut),
		cmocka_unit_test(test_a_body_given_up_keeps_its_text),
		cmocka_unit_test(test_boundary),
	};
	int failed;

	cmocka_set_message_output(CM_OUTPUT_TAP);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	secret_arena_free(&arena);
	return failed;
}
