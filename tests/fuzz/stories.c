#include "fuzz.h"

#include "base/err.h"
#include "crypto/random.h"
#include "masthead/masthead.h"

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct stories *s = NULL;

	if (stories_read((struct text){ (const char *)p, n }, &s) != 0) {
		must(s == NULL);
		return 0;
	}
	for (size_t i = 0; i < s->n; i++)
		must(stories_find(s, s->story[i].id) == &s->story[i]);
	stories_free(&s);
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
