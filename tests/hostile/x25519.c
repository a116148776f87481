/* Points of low order, in every spelling: the shared secret would be zero. */
#include "each.h"

#include "base/err.h"
#include "base/secret.h"
#include "crypto/random.h"
#include "crypto/x25519.h"

static const char *
attempt(const char *name, struct text content)
{
	static const uint8_t zero[X25519_SIZE];
	uint8_t pk[X25519_SIZE], sk[X25519_SIZE], out[X25519_SIZE];

	(void)name;
	if (hex_read(text_trim(content), pk, sizeof(pk)) != 0)
		return "is no key";
	random_bytes(sk, sizeof(sk));
	random_bytes(out, sizeof(out));
	if (x25519(out, sk, pk) != ERR_LOW_ORDER)
		return "was taken";
	return secret_is_equal(out, zero, sizeof(zero)) ? NULL
							: "left a result";
}

int
main(int argc, char **argv)
{
	if (argc != 2 || crypto_init() != 0)
		return 2;
	return each_file(argv[1], attempt);
}
