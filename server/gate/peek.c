#include "gate/peek.h"

#include <string.h>

#include "base/buf.h"
#include "base/err.h"

enum peek_verdict
peek(struct text head, struct text prefix)
{
	uint8_t mem[PEEK_MAX];
	struct buf want;
	size_t n;

	buf_init_fixed(&want, mem, sizeof(mem));
	buf_puts(&want, "POST ");
	buf_put_text(&want, prefix);
	buf_puts(&want, "/ ");
	must(buf_finish(&want) == 0);
	n = head.n < want.n ? head.n : want.n;
	if (n > 0 && memcmp(head.p, want.p, n) != 0)
		return PEEK_REST;
	return n == want.n ? PEEK_FORM : PEEK_MORE;
}
