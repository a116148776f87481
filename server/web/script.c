#include "web/script.h"

#include "http/problem.h"
#include "page/script.h"

static void
answer(struct http_request *r, const struct page_script *s)
{
	struct http_answer *a = NULL;

	/* Every browser that can run it takes gzip, so nobody is asked. */
	if (http_answer_new(200, s->type, s->p, s->n, HTTP_BORROW, &a) == 0 &&
	    http_answer_set(a, "Content-Encoding", "gzip") == 0)
		http_answer(r, a);
	else
		http_request_abort(r);
	http_answer_free(&a);
}

bool
script_answer(struct http_request *r, struct text path)
{
	for (size_t i = 0; i < page_scripts_n; i++) {
		if (path.n < 1 ||
		    !text_is((struct text){ path.p + 1, path.n - 1 },
			page_scripts[i].name))
			continue;
		if (http_request_head(r)->method > HTTP_HEAD)
			http_problem_method(r, "GET, HEAD");
		else
			answer(r, &page_scripts[i]);
		return true;
	}
	return false;
}
