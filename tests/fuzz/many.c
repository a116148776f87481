#include "fuzz.h"

#include "base/err.h"
#include "sync/fetch_parts.h"

#define FIRST 7
#define RUN 5

struct seen {
	struct text answer;
	uint64_t last;
	size_t n;
};

/* What holds whatever comes: only what was asked for, in order, inside the
 * answer. */
static int
take(void *ctx, uint64_t seq, struct text bytes)
{
	struct seen *s = ctx;

	must(seq >= FIRST && seq < FIRST + RUN && seq > s->last);
	must(bytes.p >= s->answer.p && bytes.n <= s->answer.n &&
	     bytes.p + bytes.n <= s->answer.p + s->answer.n);
	must(++s->n <= RUN);
	s->last = seq;
	return bytes.n == 1 && *bytes.p == 'x' ? ERR_DIGEST : 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct seen s = { .answer = { (const char *)p, n } };
	int err = fetch_many_read(s.answer, FIRST, RUN, take, &s);

	must(err == 0 || err == ERR_FORMAT || err == ERR_TRUNCATED ||
	     err == ERR_DIGEST);
	return 0;
}
