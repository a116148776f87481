/*
 * Signatures that a careless verifier takes. A file holds three lines of hex:
 * the public key, the signature, the message.
 */
#include "each.h"

#include "base/err.h"
#include "crypto/ed25519.h"
#include "crypto/random.h"

static const char *
attempt(const char *name, struct text content)
{
	uint8_t pk[ED25519_PUBLIC_SIZE], sig[ED25519_SIGNATURE_SIZE];
	uint8_t message[64];
	struct text line;

	(void)name;
	if (hex_read(text_cut(&content, '\n'), pk, sizeof(pk)) != 0 ||
	    hex_read(text_cut(&content, '\n'), sig, sizeof(sig)) != 0)
		return "has no key or signature";
	line = text_cut(&content, '\n');
	if (line.n / 2 > sizeof(message) ||
	    hex_read(line, message, line.n / 2) != 0)
		return "has no message";
	if (ed25519_verify(sig, pk, message, line.n / 2) != ERR_SIGNATURE)
		return "was taken";
	return NULL;
}

int
main(int argc, char **argv)
{
	if (argc != 2 || crypto_init() != 0)
		return 2;
	return each_file(argv[1], attempt);
}
