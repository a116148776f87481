#include "age/age.h"

#include <string.h>

#include "base/err.h"
#include "crypto/hmac.h"

#define TAG_SIZE (AGE_CHUNK_SEALED - AGE_CHUNK_SIZE)

void
age_payload_key(uint8_t out[static 32],
    const uint8_t file_key[static AGE_FILE_KEY_SIZE],
    const uint8_t nonce[static AGE_NONCE_SIZE])
{
	hkdf(out, 32, file_key, AGE_FILE_KEY_SIZE, nonce, AGE_NONCE_SIZE,
	    TEXT("payload"));
}

void
age_chunk_nonce(uint8_t out[static 12], uint64_t index, bool is_last)
{
	int i;

	/* Eleven bytes of counter, big-endian, then the mark of the last. */
	memset(out, 0, 12);
	for (i = 10; i >= 3; i--) {
		out[i] = (uint8_t)index;
		index >>= 8;
	}
	out[11] = is_last ? 1 : 0;
}

uint64_t
age_payload_size(uint64_t plain)
{
	uint64_t chunks = plain / AGE_CHUNK_SIZE;

	if (plain == 0 || plain % AGE_CHUNK_SIZE != 0)
		chunks++;
	return plain + chunks * TAG_SIZE;
}

int
age_plain_size(uint64_t payload, uint64_t *ret_plain)
{
	uint64_t full = payload / AGE_CHUNK_SEALED;
	uint64_t rest = payload % AGE_CHUNK_SEALED;

	/* Only the whole of an empty payload is a chunk of nothing but tag. */
	if (rest != 0 && (rest < TAG_SIZE || (rest == TAG_SIZE && full > 0)))
		return ERR_FORMAT;
	if (payload == 0)
		return ERR_FORMAT;
	*ret_plain = full * AGE_CHUNK_SIZE + (rest == 0 ? 0 : rest - TAG_SIZE);
	return 0;
}
