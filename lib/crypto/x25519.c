#include "crypto/x25519.h"

#include <sodium.h>

#include "base/err.h"
#include "base/secret.h"

void
x25519_public(
    uint8_t pk[static X25519_SIZE], const uint8_t sk[static X25519_SIZE])
{
	must(crypto_scalarmult_curve25519_base(pk, sk) == 0);
}

int
x25519(uint8_t out[static X25519_SIZE], const uint8_t sk[static X25519_SIZE],
    const uint8_t pk[static X25519_SIZE])
{
	if (crypto_scalarmult_curve25519(out, sk, pk) == 0)
		return 0;
	secret_wipe(out, X25519_SIZE);
	return ERR_LOW_ORDER;
}
