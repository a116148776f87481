/* The first byte is the length of the prefix, which comes before the head. */
#include "fuzz.h"

#include "base/err.h"
#include "gate/peek.h"

#define PREFIX_MAX 63

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct text prefix, head;
	enum peek_verdict before = PEEK_MORE;

	if (n == 0 || p[0] > PREFIX_MAX || (size_t)p[0] + 1 > n)
		return 0;
	prefix = (struct text){ (const char *)p + 1, p[0] };
	head = (struct text){ prefix.p + prefix.n, n - 1 - prefix.n };
	if (head.n > PEEK_MAX)
		head.n = PEEK_MAX;
	/* More bytes never change a verdict that was given. */
	for (size_t i = 0; i <= head.n; i++) {
		enum peek_verdict v = peek((struct text){ head.p, i }, prefix);

		must(before == PEEK_MORE || v == before);
		before = v;
	}
	must(head.n < PEEK_MAX || before != PEEK_MORE);
	return 0;
}
