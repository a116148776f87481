#include "fuzz.h"

#include "base/err.h"
#include "crypto/random.h"
#include "open/open.h"

/* What is read as bech32 is written the same again. */
static void
check_bech32(struct text t)
{
	uint8_t out[256];
	char hrp[90];
	struct buf b;
	size_t n, i;
	bool is_lower = false;

	if (bech32_read(t, hrp, sizeof(hrp), out, sizeof(out), &n) != 0)
		return;
	for (i = 0; i < t.n; i++)
		is_lower |= t.p[i] >= 'a' && t.p[i] <= 'z';
	/* The case of a prefix without letters comes from the data. */
	if (is_lower != !(hrp[0] >= 'A' && hrp[0] <= 'Z'))
		return;
	buf_init(&b, 1024);
	bech32_put(&b, hrp, out, n);
	must(buf_finish(&b) == 0);
	must(text_is_equal(buf_text(&b), t));
	buf_fini(&b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct text t = { (const char *)p, n };
	struct open_identities *ids = NULL;
	struct age_recipient r;
	struct buf b;

	check_bech32(t);
	if (age_recipient_read(t, &r) == 0) {
		buf_init(&b, 100);
		age_recipient_put(&b, &r);
		must(text_is_equal(buf_text(&b), t));
		buf_fini(&b);
	}
	if (open_identities_read(t, &ids) == 0)
		must(open_identities_count(ids) > 0);
	open_identities_free(&ids);
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
