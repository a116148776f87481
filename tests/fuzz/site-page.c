#include "fuzz.h"

#include "base/err.h"
#include "crypto/random.h"
#include "site/site.h"

static bool
is_inside(struct text t, const uint8_t *p, size_t n)
{
	const uint8_t *at = (const uint8_t *)t.p;

	return t.n == 0 ||
	       (at >= p && at <= p + n && t.n <= (size_t)(p + n - at));
}

/* How often a browser could see the beginning of a script. */
static size_t
count_scripts(struct text t)
{
	size_t n = 0;

	for (; t.n > 0; t.p++, t.n--)
		n += text_has_prefix(t, "<script");
	return n;
}

/* Any bytes; a page that is taken holds what was promised. */
int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	const struct site_rules rules = { .prefix = "/tips",
		.lang = TEXT("es"),
		.pin = TEXT("RWQAAQIDBAUGB9BKsjJ0K7SrOhNovUYV5ObQIkq3GgFrr4Ugoz"
			    "LJd4c3") };
	struct text html = { (const char *)p, n };
	struct site_fault fault = { NULL, TEXT("") };
	struct site_page page;

	if (site_page_read(html, &rules, &page, &fault) != 0) {
		must(fault.what != NULL);
		must(fault.at.n <= 80 && is_inside(fault.at, p, n));
		return 0;
	}
	must(is_inside(page.style, p, n) && is_inside(page.guard, p, n));
	must(is_inside(page.integrity, p, n) && text_is_utf8(html));
	must(site_style_is_plain(page.style));
	must((page.guard.p == NULL) == (page.integrity.p == NULL));
	must(page.guard.p != NULL || page.forms == 0);
	/* Each script of the page is one of the two. */
	must(count_scripts(html) - count_scripts(page.guard) <=
	     (page.guard.p != NULL ? 2 : 0));
	return 0;
}

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	must(crypto_init() == 0);
	return 0;
}
