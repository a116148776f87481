#include "crypto/random.h"

#include <openssl/crypto.h>
#include <sodium.h>
#include <string.h>

#include "base/err.h"
#include "base/json.h"
#include "crypto/init.h"

#define SWAP_SIZE 64

int
crypto_init(void)
{
	int err;

	if (sodium_init() < 0)
		return ERR_SYS;
	if (OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG |
				    OPENSSL_INIT_ADD_ALL_CIPHERS |
				    OPENSSL_INIT_ADD_ALL_DIGESTS,
		NULL) != 1)
		return ERR_SYS;
	json_init();
	if ((err = aead_init()) != 0 || (err = hmac_init()) != 0)
		return err;
	return 0;
}

void
random_bytes(void *out, size_t n)
{
	randombytes_buf(out, n);
}

uint32_t
random_below(uint32_t bound)
{
	must(bound > 0);
	return randombytes_uniform(bound);
}

static void
swap(uint8_t *a, uint8_t *b, size_t n)
{
	uint8_t held[SWAP_SIZE];

	while (n > 0) {
		size_t step = n < sizeof(held) ? n : sizeof(held);

		memcpy(held, a, step);
		memcpy(a, b, step);
		memcpy(b, held, step);
		a += step;
		b += step;
		n -= step;
	}
	sodium_memzero(held, sizeof(held));
}

void
random_shuffle(void *items, size_t n, size_t size)
{
	uint8_t *p = items;

	must(n <= UINT32_MAX);
	for (size_t left = n; left > 1; left--) {
		size_t other = random_below((uint32_t)left);

		if (other != left - 1)
			swap(p + other * size, p + (left - 1) * size, size);
	}
}
