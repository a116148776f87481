#include "each.h"

#include "base/err.h"
#include "crypto/base64.h"
#include "crypto/random.h"

/* Names begin with bare- or padded-. */
static const char *
attempt(const char *name, struct text content)
{
	bool is_padded = text_has_prefix(text_from(name), "padded-");
	char out[1000];
	size_t n;
	int err = base64_read(content, is_padded, out, sizeof(out), &n);

	if (err == 0)
		return "was taken";
	return err == ERR_FORMAT ? NULL : err_text(err);
}

int
main(int argc, char **argv)
{
	if (argc != 2 || crypto_init() != 0)
		return 2;
	return each_file(argv[1], attempt);
}
