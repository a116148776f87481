#include "fuzz.h"

#include "base/err.h"
#include "crypto/random.h"
#include "receipt/receipt.h"

/* The first byte chooses the page's list, the rest was typed. */
int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct receipt_reading r;
	struct text typed;
	size_t list;
	int err;

	if (n == 0)
		return 0;
	list = p[0] % receipt_lists();
	typed = (struct text){ (const char *)p + 1, n - 1 };
	err = receipt_read(typed, list, &r);
	must(err == 0 || err == ERR_LIMIT || err == ERR_WORD ||
	     err == ERR_CHECK);
	must(r.list < receipt_lists() &&
	     text_is_utf8(text_from(r.unknown_word)));
	for (size_t i = 0; i < RECEIPT_WORDS; i++)
		must(r.numbers[i] < RECEIPT_LIST_WORDS);
	/* What reads as a receipt is found as one. */
	must(receipt_is_in(typed, r.value) || err != 0);
	if (r.is_offer)
		must(err == ERR_CHECK && !receipt_is_in(typed, r.value));
	receipt_is_word(typed, list, p[0]);
	return 0;
}

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	return crypto_init();
}
