#include "fuzz.h"

#include <stdbool.h>

#include "base/err.h"
#include "crypto/base64.h"
#include "crypto/random.h"

/* Whatever decodes is what the encoder writes. */
static void
check(struct text t, bool is_padded)
{
	uint8_t out[1000];
	struct buf b;
	size_t n;

	if (base64_read(t, is_padded, out, sizeof(out), &n) != 0)
		return;
	buf_init(&b, 2 * sizeof(out));
	base64_put(&b, out, n, is_padded);
	must(buf_finish(&b) == 0);
	must(text_is_equal(buf_text(&b), t));
	buf_fini(&b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct text t = { (const char *)p, n };

	check(t, true);
	check(t, false);
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
