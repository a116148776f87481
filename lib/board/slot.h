/*
 * Slots: 4096 bytes each, sealed to one thread. Three libraries, so that a
 * program links only what it may do: board_seal makes slots and editions,
 * board_open opens slots, board does everything without a plaintext.
 * FORMATS.md section 5; docs/formats/board.md.
 */
#ifndef PISTA_BOARD_SLOT_H
#define PISTA_BOARD_SLOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/text.h"
#include "receipt/receipt.h"

#define SLOT_SIZE 4096
#define SLOT_INDEX_SIZE 48	/* enc and tag: the first bytes of the slot */
#define SLOT_PLAIN_SIZE 4032
#define SLOT_PARTS_MAX 64
#define ANSWER_ID_SIZE 16
#define ANSWER_BY_MAX 100
#define ANSWER_SERIAL_MAX ((1ull << 53) - 1)	/* exact in any JSON reader */

/* A desk's answer, or one part of it. */
struct answer {
	uint8_t id[ANSWER_ID_SIZE];
	uint32_t part, parts;	/* from 1 */
	uint32_t day;
	uint64_t serial;	/* of the masthead the writer held */
	struct text by;		/* signature line, at most 100 bytes */
	struct text text;	/* UTF-8 */
};

/* board_seal: how many parts text needs (an empty one: 1); 0 when it needs
 * more than SLOT_PARTS_MAX or cannot be sealed: by longer than ANSWER_BY_MAX,
 * texts that are not UTF-8, a serial above ANSWER_SERIAL_MAX. */
size_t answer_parts(const struct answer *whole);

/* board_seal: seals part `part` (1 to answer_parts) of a whole answer, whose
 * own part and parts are not looked at, for a thread. Control characters other
 * than LF are dropped, the cut falls between code points. ERR_FORMAT,
 * ERR_LIMIT, ERR_LOW_ORDER, ERR_NOMEM. */
int slot_seal_answer(uint8_t slot[static SLOT_SIZE],
    const struct thread_public *to,
    const uint8_t newsroom[static NEWSROOM_ID_SIZE], const struct answer *whole,
    size_t part);

/* board_seal: a slot nobody can open, by the same function. */
int slot_seal_filler(uint8_t slot[static SLOT_SIZE],
    const uint8_t newsroom[static NEWSROOM_ID_SIZE]);

/* Which of n index entries (48 bytes each) carry this thread's tag: calls hit
 * with each number, and stops with what hit returns if that is not 0. One HMAC an
 * entry. ERR_NOMEM. */
typedef int slot_hit(void *ctx, size_t number);
int slot_scan(const uint8_t slot_key[static 32], const uint8_t *index, size_t n,
    slot_hit *hit, void *ctx);

/* board_open: opens a slot. plain: SLOT_PLAIN_SIZE bytes of locked memory in
 * which the texts of ret_answer then stand, without control characters other
 * than LF; wiped on failure. ERR_AUTH, ERR_FORMAT, ERR_NOMEM. */
int slot_open(const uint8_t slot[static SLOT_SIZE],
    const struct thread_keys *keys, const uint8_t newsroom[static NEWSROOM_ID_SIZE],
    uint8_t plain[static SLOT_PLAIN_SIZE], struct answer *ret_answer);

#endif
