#include "each.h"
#include "refusal.h"

#include "crypto/random.h"
#include "masthead/masthead.h"

#define DAY 20160 /* between issued and expires */

/* Key and newsroom of tests/vectors/masthead.py. */
static struct masthead_pin pin;
static uint8_t newsroom[16];

/* The .minisig file stands behind the JSON and a line feed. */
static struct text
minisig_of(struct text *json)
{
	static const char mark[] = "\nuntrusted comment: ";
	struct text content = *json;

	for (size_t at = 0; at < content.n; at++) {
		struct text rest = { content.p + at, content.n - at };

		if (text_has_prefix(rest, mark)) {
			json->n = at;
			return (struct text){ rest.p + 1, rest.n - 1 };
		}
	}
	return TEXT("");
}

static const char *
attempt(const char *name, struct text content)
{
	struct text minisig = minisig_of(&content);
	struct masthead *m = NULL;
	int err = masthead_read(content, minisig, &pin, newsroom, DAY, &m);

	if (err != 0 && m != NULL)
		return "was refused, and given";
	masthead_free(&m);
	return judge(name, err);
}

int
main(int argc, char **argv)
{
	if (argc != 2 || crypto_init() != 0 ||
	    masthead_pin_read(
		TEXT(
		    "RWQAAQIDBAUGB9BKsjJ0K7SrOhNovUYV5ObQIkq3GgFrr4UgozLJd4c3"),
		&pin) != 0 ||
	    hex_read(TEXT("a0a1a2a3a4a5a6a7a8a9aaabacadaeaf"), newsroom,
		sizeof(newsroom)) != 0)
		return 2;
	return each_file(argv[1], attempt);
}
