#include "base/err.h"
#include "base/secret.h"
#include "board/answer.h"
#include "board/slot.h"
#include "board/slot_format.h"
#include "crypto/hmac.h"

static int
slot_check_tag(
    const uint8_t slot[static SLOT_SIZE], const uint8_t slot_key[static 32])
{
	uint8_t key[32], tag[HMAC_SIZE];
	bool is_ours;

	thread_tag_key(slot_key, key);
	hmac_once(tag, key, sizeof(key), slot, SLOT_ENC_SIZE);
	is_ours = secret_is_equal(tag, slot + SLOT_ENC_SIZE, SLOT_TAG_SIZE);
	secret_wipe(key, sizeof(key));
	return is_ours ? 0 : ERR_AUTH;
}

int
slot_open(const uint8_t slot[static SLOT_SIZE], const struct thread_keys *keys,
    const uint8_t newsroom[static NEWSROOM_ID_SIZE],
    uint8_t plain[static SLOT_PLAIN_SIZE], struct answer *ret_answer)
{
	struct hpke_psk psk = slot_psk(keys->pub.slot, newsroom);
	int err;

	err = slot_check_tag(slot, keys->pub.slot);
	if (err == 0)
		err = hpke_open(plain, slot, keys->reply_secret, &psk, slot,
		    SLOT_INDEX_SIZE, slot + SLOT_INDEX_SIZE,
		    SLOT_SIZE - SLOT_INDEX_SIZE);
	if (err == 0)
		err = answer_read(plain, ret_answer);
	if (err != 0)
		secret_wipe(plain, SLOT_PLAIN_SIZE);
	return err == ERR_LOW_ORDER ? ERR_AUTH : err;
}
