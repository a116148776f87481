#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/err.h"
#include "parent/config.h"

#define PIN "RWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3"
#define NEWSROOM \
	"[newsroom]\nid = 000102030405060708090a0b0c0d0e0f\npin = " PIN "\n"
#define STORE "[store]\npath = /var/lib/pista\n"
#define ENTRY "[entry main]\nlisten = 127.0.0.1:8080\nfront = onion\n"
#define DESK "[desk]\nlisten = unix:/run/pista/desk\n"
#define LEAST NEWSROOM STORE ENTRY DESK

static int
parse(const char *in, struct config *c, struct config_error *e)
{
	return config_parse(text_from(in), c, e);
}

static void
test_least(void **state)
{
	struct config_error e;
	struct config c;

	(void)state;
	assert_int_equal(parse(LEAST, &c, &e), 0);
	assert_int_equal(c.newsroom[15], 15);
	assert_int_equal(c.pin.key_id[0], 0x1f);
	assert_string_equal(c.path, "/var/lib/pista");
	assert_int_equal(c.entries_n, 1);
	assert_string_equal(c.entries[0].name, "main");
	assert_string_equal(c.entries[0].listen.address, "127.0.0.1:8080");
	assert_int_equal(c.entries[0].front, FRONT_ONION);
	assert_string_equal(c.desk.address, "unix:/run/pista/desk");
	assert_int_equal(c.desk.mode, 0660);
	assert_string_equal(c.prefix, "");
	assert_string_equal(c.origin, "");
	assert_true(c.file_max == 2ULL << 30 && c.reserve == 256 << 20);
	assert_true(c.forms_spare == 4 && c.forms_max == 64);
	assert_true(c.webs == 2 && c.drain == 10 && c.uids == 61100);
	assert_false(c.is_relaxed);
}

static void
test_everything(void **state)
{
	static const char in[] =
	    "; a comment\n" NEWSROOM STORE "reserve = 1G\n" ENTRY
	    "[entry far]\nlisten = unix:/run/pista/web ; inline\nmode = 0600\n"
	    "group = www-data\nfront = cdn\n"
	    "[desk]\nlisten = [::1]:7000\norigin = https://desk.example:8443\n"
	    "[public]\nprefix = /tips\nfile_max = 100M\n"
	    "[limits]\nforms_spare = 1\nforms_max = 8\nwebs = 3\ndrain = 0\n"
	    "[jail]\njail = relaxed\nuids = 200000\n";
	struct config_error e;
	struct config c;

	(void)state;
	assert_int_equal(parse(in, &c, &e), 0);
	assert_int_equal(c.entries_n, 2);
	assert_string_equal(c.entries[1].listen.address, "unix:/run/pista/web");
	assert_string_equal(c.entries[1].listen.group, "www-data");
	assert_int_equal(c.entries[1].listen.mode, 0600);
	assert_int_equal(c.entries[1].front, FRONT_CDN);
	assert_string_equal(c.origin, "https://desk.example:8443");
	assert_string_equal(c.prefix, "/tips");
	assert_true(c.reserve == 1 << 30 && c.file_max == 100 << 20);
	assert_true(c.forms_spare == 1 && c.forms_max == 8 && c.webs == 3);
	assert_true(c.drain == 0 && c.uids == 200000 && c.is_relaxed);
}

/* Each mistake is told with its line and its key. */
static void
test_mistakes(void **state)
{
	static const struct {
		const char *in;
		int line;
		const char *word;
	} cases[] = {
		{ "", 0, "[newsroom] id is missing" },
		{ NEWSROOM, 0, "[store] path is missing" },
		{ NEWSROOM STORE DESK, 0, "[entry NAME] listen is missing" },
		{ NEWSROOM STORE ENTRY, 0, "[desk] listen is missing" },
		{ "[newsroom]\nid = 00\n", 2, "id needs 32" },
		{ "[newsroom]\npin = x\n", 2, "pin needs" },
		{ "[newsroom]\nname = x\n", 2, "name is not a key" },
		{ "[nonsense]\nid = x\n", 2, "section that pistad does not" },
		{ "id = x\n", 1, "section that pistad does not" },
		{ "[newsroom\n", 1, "neither" },
		{ "[newsroom]\nid\n", 2, "neither" },
		{ LEAST "listen = unix:/x\n", 11, "listen is given twice" },
		{ LEAST "[entry main]\nfront = cdn\n", 12,
		    "front is given twice" },
		{ LEAST "[entry b]\nlisten = 127.0.0.1:1\n", 0,
		    "[b] front is missing" },
		{ LEAST "[entry b]\nfront = cdn\n", 0, "[b] listen is" },
		{ LEAST "[entry b]\nfront = tor\n", 12, "needs onion" },
		{ LEAST "[entry b]\nlisten = 0.0.0.0:80\n", 12, "loopback" },
		{ LEAST "[entry b]\nlisten = 127.0.0.1:99999\n", 12,
		    "too large" },
		{ LEAST "[entry b]\nmode = 888\n", 12, "octal" },
		{ LEAST "[entry b]\ncolour = red\n", 12, "not a key of an" },
		{ LEAST "[entry a/b]\nfront = cdn\n", 12, "plain name" },
		{ LEAST "[public]\nprefix = tips\n", 12, "path such as" },
		{ LEAST "[public]\nprefix = /tips/\n", 12, "path such as" },
		{ LEAST "[public]\nprefix = /a b\n", 12, "path such as" },
		{ LEAST "[public]\nfile_max = 2X\n", 12, "size such as" },
		{ LEAST "[public]\nfile_max = -1\n", 12, "size such as" },
		{ LEAST "[public]\nfile_max = 99999999T\n", 12, "size such" },
		{ LEAST "[limits]\nwebs = 0\n", 12, "number from 1" },
		{ LEAST "[limits]\nwebs = 1000\n", 12, "number from 1" },
		{ LEAST "[limits]\nforms_spare = 9\nforms_max = 8\n", 0,
		    "smaller than forms_spare" },
		{ LEAST "[jail]\njail = off\n", 12, "strict or relaxed" },
		{ LEAST "[jail]\nuids = 0\n", 12, "number from 1" },
		{ LEAST "origin = http://x\n", 0, "no sense for a unix" },
		{ NEWSROOM STORE ENTRY "[desk]\nlisten = 127.0.0.1:1\n", 0,
		    "origin is missing" },
		{ LEAST "[store]\nreserve =\n", 12, "size such as" },
		{ NEWSROOM "[store]\npath = var\n", 5, "from the root" },
	};
	struct config_error e;
	struct config c;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		int err = parse(cases[i].in, &c, &e);

		if (err != ERR_FORMAT || e.line != cases[i].line ||
		    strstr(e.text, cases[i].word) == NULL)
			fail_msg("case %zu: %d, line %d, %s", i, err, e.line,
			    e.text);
	}
}

static void
test_limits(void **state)
{
	char in[4000] = LEAST;
	struct config_error e;
	struct config c;

	(void)state;
	for (int i = 1; i < WIRE_ENTRIES_MAX; i++)
		snprintf(in + strlen(in), 100,
		    "[entry e%d]\nlisten = 127.0.0.1:%d\nfront = proxy\n", i,
		    i);
	assert_int_equal(parse(in, &c, &e), 0);
	assert_int_equal(c.entries_n, WIRE_ENTRIES_MAX);
	strcat(in, "[entry more]\nfront = proxy\n");
	assert_int_equal(parse(in, &c, &e), ERR_FORMAT);
	assert_non_null(strstr(e.text, "one entry too many"));

	strcpy(in, LEAST "; ");
	memset(in + strlen(LEAST) + 2, 'x', 300);
	assert_int_equal(parse(in, &c, &e), ERR_FORMAT);
	assert_int_equal(e.line, 11);
	assert_int_equal(
	    config_parse((struct text){ LEAST "\0", sizeof(LEAST) }, &c, &e),
	    ERR_FORMAT);
	assert_int_equal(e.line, 11);
}

static void
test_file(void **state)
{
	char path[] = "/tmp/pista-config-XXXXXX";
	struct config_error e;
	struct config c;
	int fd = mkstemp(path);

	(void)state;
	assert_true(fd >= 0);
	assert_true(write(fd, LEAST, strlen(LEAST)) == (ssize_t)strlen(LEAST));
	close(fd);
	assert_int_equal(config_read(path, &c, &e), 0);
	unlink(path);
	assert_int_equal(config_read(path, &c, &e), ERR_NOT_FOUND);
	assert_string_equal(e.text, "not found");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_least),
		cmocka_unit_test(test_everything),
		cmocka_unit_test(test_mistakes),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_file),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
