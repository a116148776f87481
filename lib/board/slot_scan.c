#include "base/err.h"
#include "base/secret.h"
#include "board/slot.h"
#include "board/slot_format.h"
#include "crypto/hmac.h"

int
slot_scan(const uint8_t slot_key[static 32], const uint8_t *index, size_t n,
    slot_hit *hit, void *ctx)
{
	struct hmac_key *prepared = NULL;
	uint8_t key[32], tag[HMAC_SIZE];
	int err;

	thread_tag_key(slot_key, key);
	err = hmac_key_new(key, sizeof(key), &prepared);
	secret_wipe(key, sizeof(key));
	for (size_t i = 0; err == 0 && i < n; i++) {
		const uint8_t *entry = index + i * SLOT_INDEX_SIZE;
		hmac_many(prepared, tag, entry, SLOT_ENC_SIZE);
		if (secret_is_equal(tag, entry + SLOT_ENC_SIZE, SLOT_TAG_SIZE))
			err = hit(ctx, i);
	}
	hmac_key_free(&prepared);
	return err;
}
