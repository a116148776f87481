/*
 * HPKE (RFC 9180), mode PSK, single shot: DHKEM(X25519, HKDF-SHA256) 0x0020,
 * HKDF-SHA256 0x0001, ChaCha20Poly1305 0x0003.
 */
#ifndef PISTA_CRYPTO_HPKE_H
#define PISTA_CRYPTO_HPKE_H

#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "crypto/x25519.h"

#define HPKE_ENC_SIZE X25519_SIZE
#define HPKE_TAG_SIZE 16

struct hpke_psk {
	const uint8_t *psk;	/* at least 32 bytes */
	size_t psk_n;
	struct text psk_id;
	struct text info;
};

/*
 * The tag of a slot covers enc, so enc is made first: the sender chooses the
 * ephemeral secret, asks for enc, then seals with it.
 */
int hpke_seal(uint8_t *out /* n + 16 */, const uint8_t ephemeral[static 32],
    const uint8_t to[static 32], const struct hpke_psk *psk,
    const void *aad, size_t aad_n, const void *p, size_t n);

/* out: n - 16 bytes. ERR_AUTH, ERR_LOW_ORDER. */
int hpke_open(uint8_t *out, const uint8_t enc[static 32],
    const uint8_t sk[static 32], const struct hpke_psk *psk,
    const void *aad, size_t aad_n, const void *p, size_t n);

#endif
