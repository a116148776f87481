#include "fuzz.h"

#include "base/err.h"
#include "base/mem.h"
#include "crypto/random.h"
#include "site/site.h"

static struct masthead card;

/* Any bytes as the head of an answer. */
int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct site_head_rules rules = { .type = "text/html; charset=utf-8",
		.policy = "default-src 'none'",
		.is_ours = true,
		.card = &card };
	struct text head = { (const char *)p, n };
	struct site_fault note, fault = { NULL, TEXT("") };
	struct buf b;

	if (site_head_check(head, &rules, &note, &fault) != 0)
		must(fault.what != NULL && fault.at.n <= 80);
	rules = (struct site_head_rules){ .is_bare = true, .card = &card };
	(void)site_head_check(head, &rules, &note, &fault);
	buf_init(&b, n + 1);
	site_head_constant(&b, head);
	(void)buf_finish(&b);
	buf_fini(&b);
	return 0;
}

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	must(crypto_init() == 0);
	must(json_read(TEXT("{\"channels\":[{\"kind\":\"onion\",\"address\":"
			    "\"http://abc.onion/\"}]}"),
		 1000, &card.root) == 0);
	return 0;
}
