#include <string.h>

#include "base/cursor.h"
#include "base/err.h"
#include "base/secret.h"
#include "board/edition.h"
#include "crypto/hmac.h"
#include "crypto/random.h"

#define STRIP_NONCE_SIZE 8
#define STRIP_MAC_SIZE 12

/* The first of HMAC(strip key, 0 ‖ nonce): says whose entry it is. */
static void
strip_owner(uint8_t out[static STRIP_MAC_SIZE], const uint8_t key[static 32],
    const uint8_t nonce[static STRIP_NONCE_SIZE])
{
	uint8_t in[1 + STRIP_NONCE_SIZE] = { 0 }, mac[HMAC_SIZE];

	memcpy(in + 1, nonce, STRIP_NONCE_SIZE);
	hmac_once(mac, key, 32, in, sizeof(in));
	memcpy(out, mac, STRIP_MAC_SIZE);
}

/* The first of HMAC(strip key, 1 ‖ nonce ‖ edition ‖ code): what it means. */
static void
strip_meaning(uint8_t out[static STRIP_MAC_SIZE], const uint8_t key[static 32],
    const uint8_t nonce[static STRIP_NONCE_SIZE], uint32_t edition,
    enum strip_code code)
{
	uint8_t in[1 + STRIP_NONCE_SIZE + 4 + 1] = { 1 }, mac[HMAC_SIZE];

	memcpy(in + 1, nonce, STRIP_NONCE_SIZE);
	u32_write(in + 1 + STRIP_NONCE_SIZE, edition);
	in[sizeof(in) - 1] = (uint8_t)code;
	hmac_once(mac, key, 32, in, sizeof(in));
	memcpy(out, mac, STRIP_MAC_SIZE);
}

void
strip_seal(uint8_t out[static STRIP_ENTRY_SIZE],
    const uint8_t slot_key[static 32], uint32_t edition, enum strip_code code)
{
	uint8_t key[32];

	must(code >= STRIP_OPENED && code <= STRIP_PUBLISHED);
	thread_strip_key(slot_key, key);
	random_bytes(out, STRIP_NONCE_SIZE);
	strip_owner(out + STRIP_NONCE_SIZE, key, out);
	strip_meaning(
	    out + STRIP_NONCE_SIZE + STRIP_MAC_SIZE, key, out, edition, code);
	secret_wipe(key, sizeof(key));
}

/* The code of an entry, or 0 when it is for another thread or edition. */
static enum strip_code
strip_read(const uint8_t entry[static STRIP_ENTRY_SIZE],
    const uint8_t key[static 32], uint32_t edition)
{
	const uint8_t *owner = entry + STRIP_NONCE_SIZE;
	const uint8_t *meaning = owner + STRIP_MAC_SIZE;
	uint8_t mac[STRIP_MAC_SIZE];

	strip_owner(mac, key, entry);
	if (!secret_is_equal(mac, owner, sizeof(mac)))
		return 0;
	for (enum strip_code c = STRIP_OPENED; c <= STRIP_PUBLISHED; c++) {
		strip_meaning(mac, key, entry, edition, c);
		if (secret_is_equal(mac, meaning, sizeof(mac)))
			return c;
	}
	return 0;
}

int
strip_scan(const uint8_t slot_key[static 32], const uint8_t *strip, size_t n,
    uint32_t edition, enum strip_code *ret_code)
{
	enum strip_code last = 0;
	uint8_t key[32];

	thread_strip_key(slot_key, key);
	for (size_t i = 0; i < n; i++) {
		enum strip_code code =
		    strip_read(strip + i * STRIP_ENTRY_SIZE, key, edition);
		if (code > last)
			last = code;
	}
	secret_wipe(key, sizeof(key));
	if (last == 0)
		return ERR_NOT_FOUND;
	*ret_code = last;
	return 0;
}

int
strip_open(const uint8_t entry[static STRIP_ENTRY_SIZE],
    const uint8_t slot_key[static 32], uint32_t edition,
    enum strip_code *ret_code)
{
	return strip_scan(slot_key, entry, 1, edition, ret_code);
}
