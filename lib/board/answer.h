/*
 * The plaintext of a slot, read. Part of board_open.
 */
#ifndef PISTA_BOARD_ANSWER_H
#define PISTA_BOARD_ANSWER_H

#include "board/slot.h"

/* Reads the JSON in plain and puts the unescaped texts in its place: they are
 * never longer than what they were written as. ERR_FORMAT, ERR_NOMEM. */
int answer_read(
    uint8_t plain[static SLOT_PLAIN_SIZE], struct answer *ret_answer);

#endif
