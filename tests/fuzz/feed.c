#include "fuzz.h"

#include "base/err.h"
#include "feed/feed.h"

static int
take(void *ctx, const struct feed_item *item)
{
	(void)ctx;
	must(item->title.n > 0 && item->title.n <= FEED_TITLE_MAX);
	must(text_is_name(item->title));
	must(item->url.n <= FEED_URL_MAX && text_is_name(item->url));
	must(text_is_utf8(item->lang));
	return 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	size_t skipped, line;

	(void)feed_read(p, n, take, NULL, &skipped, &line);
	return 0;
}
