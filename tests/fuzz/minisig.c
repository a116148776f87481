#include "fuzz.h"

#include <string.h>

#include "base/err.h"
#include "crypto/random.h"
#include "masthead/minisig.h"
#include "masthead/sign.h"

static struct masthead_pin pin;

/* As a signature file, a pin and a secret key. */
int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	const struct text t = { (const char *)p, n };
	struct masthead_key *key = NULL;
	struct masthead_pin other, again;
	struct text comment;
	struct buf b;

	if (minisig_verify(t, TEXT("a card"), &pin, &comment) == 0)
		must(comment.p > t.p && comment.p + comment.n < t.p + t.n);
	buf_init(&b, 1024);
	if (masthead_pin_read(t, &other) == 0) {
		masthead_pin_put(&b, &other);
		must(masthead_pin_read(buf_text(&b), &again) == 0);
		must(memcmp(&other, &again, sizeof(other)) == 0);
	}
	if (masthead_key_read(t, &key) == 0) {
		buf_clear(&b);
		masthead_key_put(&b, key);
		must(buf_finish(&b) == 0);
	}
	masthead_key_free(&key);
	buf_fini(&b);
	return 0;
}

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	must(crypto_init() == 0);
	must(
	    masthead_pin_read(
		TEXT(
		    "RWQAAQIDBAUGB9BKsjJ0K7SrOhNovUYV5ObQIkq3GgFrr4UgozLJd4c3"),
		&pin) == 0);
	return 0;
}
