/*
 * Slots: 4096 bytes each, sealed to one thread. Sealing (slot_seal.c) and
 * opening (slot_open.c) are separate objects; FORMATS.md section 5.
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

/* A desk's answer, or one part of it. */
struct answer {
	uint8_t id[ANSWER_ID_SIZE];
	uint32_t part, parts;	/* from 1 */
	uint32_t day;
	uint64_t serial;	/* of the masthead the writer held */
	struct text by;		/* signature line, at most 100 bytes */
	struct text text;	/* UTF-8 */
};

/* How many parts text needs; 0 when it needs more than SLOT_PARTS_MAX. */
size_t answer_parts(const struct answer *whole);

/* Seals part `part` (from 1) of a whole answer for a thread. Control
 * characters other than LF are dropped, the cut falls between code points. */
int slot_seal_answer(uint8_t slot[static SLOT_SIZE],
    const struct thread_public *to,
    const uint8_t newsroom[static NEWSROOM_ID_SIZE], const struct answer *whole,
    size_t part);

/* A slot nobody can open, by the same function. */
int slot_seal_filler(uint8_t slot[static SLOT_SIZE],
    const uint8_t newsroom[static NEWSROOM_ID_SIZE]);

/* Which of n index entries (48 bytes each) carry this thread's tag: calls hit
 * with each number. One HMAC an entry. */
typedef int slot_hit(void *ctx, size_t number);
int slot_scan(const uint8_t slot_key[static 32], const uint8_t *index, size_t n,
    slot_hit *hit, void *ctx);

/* Opens a slot. plain: SLOT_PLAIN_SIZE bytes of locked memory in which the
 * texts of ret_answer stand (JSON unescaped in place or copied). ERR_AUTH,
 * ERR_FORMAT. */
int slot_open(const uint8_t slot[static SLOT_SIZE],
    const struct thread_keys *keys, const uint8_t newsroom[static NEWSROOM_ID_SIZE],
    uint8_t plain[static SLOT_PLAIN_SIZE], struct answer *ret_answer);

#endif
