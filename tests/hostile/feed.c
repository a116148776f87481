#include "each.h"

#include "base/err.h"
#include "feed/feed.h"

static int
take(void *ctx, const struct feed_item *item)
{
	(void)ctx;
	(void)item;
	return 0;
}

/* Names begin with format- or limit-. */
static const char *
attempt(const char *name, struct text content)
{
	bool is_limit = text_has_prefix(text_from(name), "limit-");
	size_t skipped, line;
	int err = feed_read(content.p, content.n, take, NULL, &skipped, &line);

	if (err == 0)
		return "was taken";
	return err == (is_limit ? ERR_LIMIT : ERR_FORMAT) ? NULL
							  : err_text(err);
}

int
main(int argc, char **argv)
{
	return argc == 2 ? each_file(argv[1], attempt) : 2;
}
