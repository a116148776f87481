#include "fuzz.h"

#include "base/err.h"
#include "crypto/random.h"
#include "letter/events.h"

/* What is read is written again, and that is read as the same. */
static int
put(void *ctx, size_t number, const struct event *e)
{
	(void)number;
	event_put(ctx, e);
	return 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct buf first, second;

	buf_init(&first, 1024 * 1024);
	buf_init(&second, 1024 * 1024);
	if (events_read((struct text){ (const char *)p, n }, put, &first) ==
		0 &&
	    first.n <= LETTER_TEXT_MAX) {
		must(buf_finish(&first) == 0);
		must(events_read(buf_text(&first), put, &second) == 0);
		must(text_is_equal(buf_text(&first), buf_text(&second)));
	}
	buf_fini(&first);
	buf_fini(&second);
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
