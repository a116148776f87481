#include "desk/pages.h"

#include "base/err.h"

/* No script but our files, nothing sent anywhere, nobody around us. */
#define PAGE_CSP                                                      \
	"default-src 'none'; script-src 'self'; style-src 'self'; "   \
	"connect-src 'self'; img-src 'self' data:; base-uri 'none'; " \
	"form-action 'none'; frame-ancestors 'none'; "                \
	"require-trusted-types-for 'script'; trusted-types 'none'"

static const struct {
	const char *name, *value;
} guards[] = {
	{ "Content-Security-Policy", PAGE_CSP },
	{ "Cross-Origin-Opener-Policy", "same-origin" },
	{ "Cross-Origin-Resource-Policy", "same-origin" },
	{ "Cross-Origin-Embedder-Policy", "require-corp" },
	{ "Referrer-Policy", "no-referrer" },
	{ "Permissions-Policy",
	    "camera=(), microphone=(), geolocation=(), display-capture=()" },
};

const struct pages_file *
pages_find(struct text path)
{
	for (size_t i = 0; i < pages_files_n; i++)
		if (path.n > 0 && text_is(path, pages_files[i].path))
			return &pages_files[i];
	return NULL;
}

struct text
pages_canned(void)
{
	for (size_t i = 0; i < pages_files_n; i++)
		if (pages_files[i].path[0] == '\0')
			return (struct text){ (const char *)pages_files[i].p,
				pages_files[i].n };
	return TEXT("");
}

int
pages_guard(struct http_answer *a)
{
	int err = 0;

	for (size_t i = 0; i < sizeof(guards) / sizeof(*guards) && err == 0;
	     i++)
		err = http_answer_set(a, guards[i].name, guards[i].value);
	return err;
}

void
pages_answer(const struct pages_file *f, struct http_request *r)
{
	struct http_answer *a = NULL;

	if (http_answer_new(200, f->type, f->p, f->n, HTTP_BORROW, &a) == 0 &&
	    pages_guard(a) == 0)
		http_answer(r, a);
	else
		http_request_abort(r);
	http_answer_free(&a);
}
