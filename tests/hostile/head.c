#include "each.h"

#include "base/err.h"
#include "http/head.h"

static const char *
attempt(const char *name, struct text content)
{
	struct http_refusal refusal = { 0, NULL };
	struct http_head head;
	size_t scan = 0;
	int err;

	(void)name;
	err = http_head_check(content.p, content.n, &scan, &head, &refusal);
	if (err == ERR_AGAIN)
		return "was waited for";
	if (err == 0)
		return "was taken";
	if (refusal.status < 400 || refusal.reason == NULL)
		return "was refused without a word";
	return NULL;
}

int
main(int argc, char **argv)
{
	return argc == 2 ? each_file(argv[1], attempt) : 2;
}
