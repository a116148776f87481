#include "each.h"

#include "base/err.h"
#include "crypto/random.h"
#include "receipt/receipt.h"

/* What was typed; the name of each file begins with the refusal. */
static const char *
attempt(const char *name, struct text content)
{
	struct text t = text_from(name);
	int expected = text_has_prefix(t, "word-")    ? ERR_WORD
		       : text_has_prefix(t, "limit-") ? ERR_LIMIT
						      : ERR_CHECK;
	struct receipt_reading r;

	for (size_t list = 0; list < receipt_lists(); list++) {
		int err = receipt_read(content, list, &r);

		if (err == 0 || r.is_offer)
			return "was taken";
		if (err != expected)
			return err_text(err);
		if (!text_is_utf8(text_from(r.unknown_word)))
			return "names a word that is not UTF-8";
	}
	return NULL;
}

int
main(int argc, char **argv)
{
	return argc == 2 && crypto_init() == 0 ? each_file(argv[1], attempt)
					       : 2;
}
