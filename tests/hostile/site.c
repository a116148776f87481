#include "each.h"
#include "refusal.h"

#include "crypto/random.h"
#include "site/site.h"

/* What tests/hostile/site.py makes pages for. */
static struct stories *stories;

static const char *
attempt(const char *name, struct text content)
{
	const struct site_rules rules = { .prefix = "/tips",
		.lang = TEXT("es"),
		.pin = TEXT(
		    "RWQAAQIDBAUGB9BKsjJ0K7SrOhNovUYV5ObQIkq3GgFrr4UgozLJd4c3"),
		.stories = stories };
	struct site_fault fault = { NULL, TEXT("") };
	struct site_page page;
	int err = site_page_read(content, &rules, &page, &fault);

	if (text_has_prefix(text_from(name), "good-"))
		return err == 0 ? NULL : fault.what;
	if (err != 0 && fault.what == NULL)
		return "was refused without a word";
	return judge(name, err);
}

int
main(int argc, char **argv)
{
	if (argc != 2 || crypto_init() != 0 ||
	    stories_read(TEXT("[{\"id\":\"agua\",\"title\":\"x\",\"url\":"
			      "\"https://example.org/a?b=1&c=2\"}]"),
		&stories) != 0)
		return 2;
	return each_file(argv[1], attempt);
}
