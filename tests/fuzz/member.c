#include "fuzz.h"

#include "base/err.h"
#include "crypto/random.h"
#include "masthead/member.h"

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static const uint8_t seed[32] = { 1 };
	struct member_request r;
	struct buf b;

	if (member_request_read((struct text){ (const char *)p, n }, &r) != 0)
		return 0;
	/* What was read can be written again. */
	buf_init(&b, 4096);
	must(member_request_put(&b, &r, seed) == 0);
	buf_fini(&b);
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
