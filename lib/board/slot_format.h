/*
 * What sealing and opening a slot have in common.
 */
#ifndef PISTA_BOARD_SLOT_FORMAT_H
#define PISTA_BOARD_SLOT_FORMAT_H

#include "board/slot.h"
#include "crypto/hpke.h"

#define SLOT_ENC_SIZE 32
#define SLOT_TAG_SIZE 16
#define SLOT_JSON_MAX (SLOT_PLAIN_SIZE - 2)

/* The PSK and the info of a thread's slots; borrows both. */
static inline struct hpke_psk
slot_psk(const uint8_t slot_key[static 32],
    const uint8_t newsroom[static NEWSROOM_ID_SIZE])
{
	return (struct hpke_psk){ .psk = slot_key,
		.psk_n = 32,
		.psk_id = TEXT("pista/v1 slot"),
		.info = { (const char *)newsroom, NEWSROOM_ID_SIZE } };
}

/* True for the code points that no answer carries: control characters other
 * than line feed. */
static inline bool
answer_is_dropped(uint32_t cp)
{
	return (cp < 0x20 && cp != '\n') || (cp >= 0x7f && cp < 0xa0);
}

#endif
