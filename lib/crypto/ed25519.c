#include "crypto/ed25519.h"

#include <sodium.h>

#include "base/err.h"
#include "base/secret.h"

void
ed25519_public(uint8_t pk[static ED25519_PUBLIC_SIZE],
    const uint8_t seed[static ED25519_SEED_SIZE])
{
	uint8_t sk[crypto_sign_ed25519_SECRETKEYBYTES];

	must(crypto_sign_ed25519_seed_keypair(pk, sk, seed) == 0);
	secret_wipe(sk, sizeof(sk));
}

void
ed25519_sign(uint8_t sig[static ED25519_SIGNATURE_SIZE],
    const uint8_t seed[static ED25519_SEED_SIZE], const void *p, size_t n)
{
	uint8_t pk[ED25519_PUBLIC_SIZE];
	uint8_t sk[crypto_sign_ed25519_SECRETKEYBYTES];

	must(crypto_sign_ed25519_seed_keypair(pk, sk, seed) == 0);
	must(crypto_sign_ed25519_detached(
		 sig, NULL, n > 0 ? p : (const void *)"", n, sk) == 0);
	secret_wipe(sk, sizeof(sk));
}

int
ed25519_verify(const uint8_t sig[static ED25519_SIGNATURE_SIZE],
    const uint8_t pk[static ED25519_PUBLIC_SIZE], const void *p, size_t n)
{
	if (crypto_sign_ed25519_verify_detached(
		sig, n > 0 ? p : (const void *)"", n, pk) != 0)
		return ERR_SIGNATURE;
	return 0;
}
